import Foundation

/// The fields of an `application/x-www-form-urlencoded` body.
struct FormFields {
    private let fields: [(name: String, value: String)]

    init(_ body: String) {
        fields = body.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (Self.unescape(parts[0]), parts.count == 2 ? Self.unescape(parts[1]) : "")
        }
    }

    func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

    /// A parameter must not be there twice (RFC 6749 §3.2); an empty one counts as absent.
    func single(_ name: String) throws(GrantError) -> String? {
        let values = all(name)
        guard values.count <= 1 else { throw .invalidRequest("\(name) is given twice") }
        return values.first.flatMap { $0.isEmpty ? nil : $0 }
    }

    static func unescape(_ text: Substring) -> String {
        let spaced = text.replacing("+", with: " ")
        return String(spaced).removingPercentEncoding ?? String(spaced)
    }
}

import HTTPTypes
package import Hummingbird
package import Schema

/// The media types that a client takes (RFC 9110 §12.5.1). Whoever says nothing, or nothing that can be read, takes all.
struct AcceptedTypes {
    private struct Range {
        let type: Substring
        let subtype: Substring
        let quality: Double
    }

    private let ranges: [Range]

    /// - Parameter header: the field, of which 32 ranges at most are looked at.
    init(_ header: String) {
        ranges = header.split(separator: ",").prefix(32).compactMap { element in
            let parts = element.split(separator: ";").map { $0.trimming() }
            let names = (parts.first ?? "").lowercased().split(separator: "/", omittingEmptySubsequences: false)
            guard names.count == 2, names.allSatisfy({ !$0.isEmpty }), names[0] != "*" || names[1] == "*" else {
                return nil
            }
            // What else a range says of a type (`charset`, `profile`) does not narrow what we have one form of.
            let weight = parts.dropFirst().first { $0.lowercased().hasPrefix("q=") }
            guard let quality = weight.map({ Language.weight($0.dropFirst(2)) }) ?? 1 else { return nil }
            return Range(type: names[0], subtype: names[1], quality: quality)
        }
    }

    /// How gladly the type is taken, 0 for not at all: the most specific range that names it decides.
    func quality(of mediaType: String) -> Double {
        guard !ranges.isEmpty else { return 1 }
        let names = mediaType.split(separator: "/")
        for (type, subtype) in [(names[0], names[1]), (names[0], "*"), ("*", "*")] {
            let named = ranges.filter { $0.type == type && $0.subtype == subtype }
            if let best = named.map(\.quality).max() { return best }
        }
        return 0
    }
}

extension Request {
    /// The type that the client takes most gladly, the first among equals.
    ///
    /// - Throws: ``Refusal`` `not-acceptable` where it takes none. Problems are sent whatever a client takes: without
    ///   them it would not know why.
    package func preferredType(among types: [String]) throws(Refusal) -> String {
        guard let header = headers[.accept], header != "*/*" else { return types[0] }
        let accepted = AcceptedTypes(header)
        var best = (type: "", quality: 0.0)
        for type in types {
            let quality = accepted.quality(of: type)
            if quality > best.quality { best = (type, quality) }
        }
        guard best.quality > 0 else {
            let known = types.joined(separator: ", ")
            throw Refusal(.notAcceptable, fr: "Formats disponibles : \(known).", en: "Available formats: \(known).")
        }
        return best.type
    }
}

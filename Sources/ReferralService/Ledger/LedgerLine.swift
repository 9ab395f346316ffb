import Crypto
import Foundation
import Schema
import Tokens

/// One line of the ledger: an entry, signed together with its number and the digest of the line before. Who has the last
/// line's signature right has all of them right.
struct LedgerLine: Sendable, Equatable {
    let number: Int
    /// SHA-256 of the line before; 32 zero bytes before the first.
    let previous: [UInt8]
    let entry: LedgerEntry
    /// Compact JWS.
    let text: String

    var digest: [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }

    static let type = "withdrawal-ledger+jws"
    /// Before the first line.
    static let origin = [UInt8](repeating: 0, count: 32)

    static func sign(
        _ entry: LedgerEntry, number: Int, after previous: [UInt8], with key: SigningKey
    ) async throws -> LedgerLine {
        var json = JSONWriter()
        json.object { json in
            json.member("number", number)
            json.member("previous", previous.hexadecimal)
            json.member("id", entry.id.text)
            json.member("kind", entry.kind.rawValue)
            json.member("structure", entry.structure.text)
            json.member("subject", entry.subject.text)
            json.member("at", RFC3339.format(entry.at))
            json.member("by", entry.by)
        }
        let text = try await CompactSignature.sign(json.bytes, type: type, with: key)
        return LedgerLine(number: number, previous: previous, entry: entry, text: text)
    }

    /// Reads what a line says; whether it is genuine is ``isSigned(by:)``'s to tell.
    init?(_ text: String) {
        let segments = text.split(separator: ".", omittingEmptySubsequences: false)
        guard segments.count == 3, let payload = Base64URL.decode(segments[1].utf8),
            let object = try? JSONValue(parsing: payload).object, let number = object["number"]?.int,
            let previous = object["previous"]?.string.flatMap([UInt8].init(hexadecimal:)), previous.count == 32,
            let id = object["id"]?.string.flatMap({ UUID(text: $0) }),
            let kind = object["kind"]?.string.flatMap(LedgerEntry.Kind.init),
            let structure = object["structure"]?.string.flatMap({ UUID(text: $0) }),
            let subject = object["subject"]?.string.flatMap({ UUID(text: $0) }),
            let at = object["at"]?.string.flatMap(RFC3339.parse)
        else { return nil }
        let entry = LedgerEntry(
            id: id, kind: kind, structure: structure, subject: subject, at: at, by: object["by"]?.string)
        self.init(number: number, previous: previous, entry: entry, text: text)
    }

    private init(number: Int, previous: [UInt8], entry: LedgerEntry, text: String) {
        (self.number, self.previous, self.entry, self.text) = (number, previous, entry, text)
    }

    func isSigned(by key: SigningKey) -> Bool {
        CompactSignature.payload(of: text, type: Self.type, signedBy: key) != nil
    }
}

import Foundation
import Schema
import Tokens

/// The head of the chain at a moment, signed: whoever keeps it can show later that nothing before it was changed.
struct JournalCheckpoint: Sendable, Equatable {
    let segment: Int
    let head: JournalHead

    static let type = "access-journal-checkpoint+jws"

    init(segment: Int, head: JournalHead) {
        self.segment = segment
        self.head = head
    }

    func signed(with key: SigningKey, at moment: Date) async throws -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("iss", "urn:spro:referral")
            json.member("iat", Int(moment.timeIntervalSince1970))
            json.member("segment", segment)
            json.member("position", head.position)
            json.member("head", head.digest.hexadecimal)
        }
        return try await CompactSignature.sign(json.bytes, type: Self.type, with: key)
    }

    /// From the signed text, or from the answer of `GET /v1/audit/checkpoint` that holds it.
    /// - Returns: nil where it is not signed with one of these keys.
    init?(_ text: String, signedBy keys: [VerificationKey]) {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        let token = (try? JSONValue(parsing: Array(text.utf8)))?.object?["checkpoint"]?.string ?? text
        let payloads = keys.lazy.compactMap { CompactSignature.payload(of: token, type: Self.type, signedBy: $0) }
        guard let payload = payloads.first,
            let object = try? JSONValue(parsing: payload).object, let segment = object["segment"]?.int,
            let position = object["position"]?.int,
            let digest = object["head"]?.string.flatMap([UInt8].init(hexadecimal:)),
            digest.count == 32
        else { return nil }
        self.init(segment: segment, head: JournalHead(position: position, digest: digest))
    }
}

package import Crypto
import Foundation
package import Schema

/// Makes and checks the opaque cursors of lists: any text a list needs to go on, bound to its query, authenticated
/// with a key that all replicas share, so that nobody can forge a position.
package struct CursorCoder: Sendable {
    /// Begun with the key: half of the work.
    private let authentication: HMAC<SHA256>
    private static let tagLength = 16
    private static let maximumLength = 1024

    package init(key: SymmetricKey) { authentication = HMAC(key: key) }

    /// - Parameters:
    ///   - position: where the next page begins, in the list's own words.
    ///   - query: the normalised query that the position belongs to.
    package func encode(_ position: String, for query: String) -> String {
        let payload = Array(position.utf8)
        return Base64URL.encode(payload + tag(payload, query))
    }

    /// - Throws: ``Violation`` of `cursor` unless this very query gave the cursor.
    package func decode(_ cursor: String, for query: String) throws(Violation) -> String {
        guard cursor.utf8.count <= Self.maximumLength, let bytes = Base64URL.decode(cursor.utf8),
            bytes.count >= Self.tagLength
        else { throw Self.invalid }
        let payload = Array(bytes.dropLast(Self.tagLength))
        guard constantTimeEqual(tag(payload, query), Array(bytes.suffix(Self.tagLength))) else { throw Self.invalid }
        return String(decoding: payload, as: UTF8.self)
    }

    private func tag(_ payload: [UInt8], _ query: String) -> [UInt8] {
        var authentication = authentication
        // The length says where the query ends, so that no part of one can pass for a position in another.
        authentication.update(data: Array("cursor\u{1F}\(query.utf8.count)\u{1F}\(query)".utf8))
        authentication.update(data: payload)
        return Array(authentication.finalize().prefix(Self.tagLength))
    }

    private func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static let invalid = Violation(
        pointer: "cursor", code: "invalid-cursor",
        detail: LocalizedText(
            fr: "Ce curseur n’appartient pas à cette recherche.", en: "This cursor does not belong to this query."))
}

extension CursorCoder {
    /// From `SPRO_CURSOR_KEY` (or `…_FILE`): 32 bytes in base64, the same on every replica; required.
    package init(_ settings: Settings) { self.init(key: settings.key("cursor.key")) }
}

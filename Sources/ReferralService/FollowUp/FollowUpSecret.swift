import Crypto
import Foundation
import Schema

/// The secret of a follow-up link: 256 random bits, shown once, of which only a hash is kept.
struct FollowUpSecret: Sendable {
    let text: Redacted<String>

    /// Octets of the secret.
    private static let length = 32

    init() {
        let key = SymmetricKey(size: .bits256)
        text = Redacted(key.withUnsafeBytes { Base64URL.encode($0) })
    }

    /// What somebody shows as one; nil where it cannot be.
    init?(_ text: String) {
        guard Base64URL.decode(text.utf8)?.count == Self.length else { return nil }
        self.text = Redacted(text)
    }

    var hash: [UInt8] { Array(SHA256.hash(data: Data(text.revealed.utf8))) }
}

import Crypto
import Foundation
import Schema
import Web

/// The key from which the secrets of webhooks are derived: none of them is stored.
struct WebhookKey: Sendable {
    private let key: SymmetricKey

    init(_ key: SymmetricKey) { self.key = key }

    /// From `SPRO_WEBHOOK_KEY` (or `…_FILE`): 32 bytes in base64, the same on every replica; required.
    init(_ settings: Settings) { self.init(settings.key("webhook.key")) }

    /// The secret of one webhook; another with each generation.
    func secret(of webhook: UUID, generation: Int) -> WebhookSecret {
        WebhookSecret(
            HKDF<SHA256>.deriveKey(
                inputKeyMaterial: key, info: Data("spro webhook|\(webhook.text)|\(generation)".utf8),
                outputByteCount: 32))
    }
}

/// What the two ends of a webhook share (Standard Webhooks 1.0, «Signature scheme», symmetric).
struct WebhookSecret: Sendable {
    private let key: SymmetricKey

    init(_ key: SymmetricKey) { self.key = key }

    /// As the receiver's library wants it.
    var text: Redacted<String> { Redacted("whsec_" + key.withUnsafeBytes { Data($0) }.base64EncodedString()) }

    /// HMAC-SHA-256 of id, moment of the attempt (seconds since 1970) and body: `v1,<base64>`.
    func signature(id: String, timestamp: Int, body: [UInt8]) -> String {
        var message = Data("\(id).\(timestamp).".utf8)
        message.append(contentsOf: body)
        return "v1," + Data(HMAC<SHA256>.authenticationCode(for: message, using: key)).base64EncodedString()
    }
}

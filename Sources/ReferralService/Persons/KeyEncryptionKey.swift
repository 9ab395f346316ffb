import Crypto
import Foundation
import Schema
import Web

/// The key that wraps every person's own key. It stands outside the database: who has only one of the two reads nobody.
struct KeyEncryptionKey: Sendable {
    let key: SymmetricKey
    /// Which key it is, for the day when there are two: the beginning of its digest.
    let id: String

    init(_ key: SymmetricKey) {
        self.key = key
        let digest = SHA256.hash(data: Data("spro key-encryption key".utf8) + key.withUnsafeBytes { Data($0) })
        id = digest.prefix(8).hexadecimal
    }

    /// From `SPRO_KEY_ENCRYPTION_KEY` (or `…_FILE`): 32 bytes in base64, the same on every replica; required.
    init(_ settings: Settings) {
        let text = settings.secret("key.encryption.key")?.revealed ?? ""
        let bytes = Data(base64Encoded: text) ?? Data()
        if !text.isEmpty, bytes.count != 32 {
            settings.complain("SPRO_KEY_ENCRYPTION_KEY: 32 bytes in base64 are expected")
        }
        self.init(SymmetricKey(data: bytes.count == 32 ? bytes : Data(count: 32)))
    }
}

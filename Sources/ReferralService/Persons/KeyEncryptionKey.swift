import Crypto
import Foundation
import Schema

/// A key that wraps persons' own keys. It stands outside the database: who has only one of the two reads nobody.
struct KeyEncryptionKey: Sendable {
    let key: SymmetricKey
    /// `2026-11`: from when on it wraps.
    let month: String
    /// The beginning of its digest: two keys of one month are two keys.
    let digest: String

    /// As rows name the key that wrapped them.
    var id: String { "\(month)-\(digest)" }

    init(_ key: SymmetricKey, month: String) {
        self.key = key
        self.month = month
        let digest = SHA256.hash(data: Data("spro key-encryption key".utf8) + key.withUnsafeBytes { Data($0) })
        self.digest = digest.prefix(8).hexadecimal
    }

    /// `2026-11 <32 bytes in base64>`; nil for anything else.
    init?(line: some StringProtocol) {
        let parts = line.split(separator: " ")
        guard parts.count == 2, let bytes = Data(base64Encoded: String(parts[1])), bytes.count == 32 else { return nil }
        let month = String(parts[0])
        guard month.utf8.count == 7, CalendarDate(text: "\(month)-01") != nil else { return nil }
        self.init(SymmetricKey(data: bytes), month: month)
    }
}

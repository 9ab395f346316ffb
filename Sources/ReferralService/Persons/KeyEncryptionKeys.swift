import Crypto
import Foundation
import Schema
import Web

/// The key-encryption keys, one a month: the newest wraps, all of them open. A month's key may be destroyed once it wraps
/// nothing any more (`keys status`) and no backup of a database that it still wrapped for is kept: whoever was erased
/// meanwhile is then unreadable in backups, too.
struct KeyEncryptionKeys: Sendable {
    /// In the order of their months.
    let all: [KeyEncryptionKey]
    private let now: @Sendable () -> Date

    /// Wraps: the key of this month (UTC), or the last one before it. One of a month to come waits for it.
    var newest: KeyEncryptionKey { newest(on: now()) }

    func newest(on day: Date) -> KeyEncryptionKey {
        let month = String(RFC3339.format(day).prefix(7))
        return all.last { $0.month <= month } ?? all[0]
    }

    init(_ keys: [KeyEncryptionKey], now: @escaping @Sendable () -> Date = { Date() }) {
        precondition(!keys.isEmpty)
        self.now = now
        all = keys.sorted { $0.month < $1.month }
    }

    /// From `SPRO_KEY_ENCRYPTION_KEYS` (or `…_FILE`): a line `YYYY-MM <32 bytes in base64>` for each month that has a key
    /// of its own, the same on every replica; required. Give a key before its month begins: when it does, no replica may
    /// be without it.
    init(_ settings: Settings) {
        let text = settings.secret("key.encryption.keys")?.revealed
        let lines = (text ?? "").split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
        let keys = lines.compactMap { KeyEncryptionKey(line: $0) }
        if text != nil {
            if lines.isEmpty || keys.count < lines.count {
                settings.complain("SPRO_KEY_ENCRYPTION_KEYS: lines `YYYY-MM <32 bytes in base64>` are expected")
            }
            if Set(keys.map(\.month)).count < keys.count {
                settings.complain("SPRO_KEY_ENCRYPTION_KEYS: a month has two keys")
            }
        }
        self.init(keys.isEmpty ? [KeyEncryptionKey(SymmetricKey(size: .bits256), month: "0001-01")] : keys)
    }

    /// The key that a row names. Before there were several, rows named only the digest.
    func key(named id: String) -> KeyEncryptionKey? { all.first { $0.id == id || $0.digest == id } }
}

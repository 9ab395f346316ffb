internal import Crypto
internal import Foundation

/// One step of a schema's history: a script without parameters that runs in one transaction. Once applied anywhere it is
/// never changed; what comes later is a migration of its own.
package struct Migration: Sendable {
    /// 1, 2, 3... without gaps.
    package let number: Int
    package let name: String
    let sql: Query
    /// SHA-256 of the script.
    let digest: [UInt8]

    package init(number: Int, name: StaticString, sql: Query) {
        self.number = number
        self.name = name.description
        self.sql = sql
        digest = Array(SHA256.hash(data: Data(sql.text.utf8)))
    }
}

extension Array where Element == Migration {
    /// Changes when any of them does; names a migrated template of the tests.
    package var fingerprint: String {
        let digest = SHA256.hash(data: Data(flatMap(\.digest)))
        return digest.prefix(8).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}

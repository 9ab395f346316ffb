import Foundation
import Postgres

/// Wraps persons' keys anew, as the worker role: it sees wrapped keys, and nothing that they open.
struct KeyRotationRepository: Sendable {
    /// How many persons' keys each key-encryption key wraps, as rows name it.
    func standing(on connection: Connection) async throws -> [(id: String, persons: Int)] {
        try await connection.query(
            "select wrapping_key, count(*) from person_keys group by wrapping_key order by wrapping_key"
        ).decode((String, Int).self).map { (id: $0.0, persons: $0.1) }
    }

    /// Wraps some more keys by the newest. What another transaction holds (an erasure) is left for the next turn, and
    /// whatever is interrupted goes on where it was: a row says by which key it is wrapped.
    ///
    /// - Returns: how many; 0 where there is nothing left to do.
    func rewrap(atMost limit: Int, by keys: KeyEncryptionKeys, in transaction: Transaction) async throws -> Int {
        let newest = keys.newest
        let older = keys.all.flatMap { [$0.id, $0.digest] }.filter { $0 != newest.id }
        let rows = try await transaction.query(
            """
            select person_id, wrapped_key, wrapping_key from person_keys where wrapping_key = any (\(older))
            order by person_id limit \(limit) for update skip locked
            """)
        guard !rows.isEmpty else { return 0 }
        let persons = try rows.map { try $0["person_id", as: UUID.self] }
        let wrapped = try rows.map { row in
            try PersonKey(
                of: try row["person_id"], wrapped: try row["wrapped_key", as: [UInt8].self],
                by: try row["wrapping_key"], among: keys
            ).wrapped(by: newest)
        }
        return try await transaction.query(
            """
            update person_keys set wrapped_key = again.wrapped, wrapping_key = \(newest.id)
            from unnest(\(persons), \(wrapped)) as again (person, wrapped) where person_id = again.person
            """
        ).affected
    }
}

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

    /// What one turn came to.
    struct Turn: Sendable {
        /// The last person that it looked at; nil: none was left.
        let last: UUID?
        let wrapped: Int
        /// Whose key does not open with the one that its row names.
        let unopened: [UUID]
    }

    /// Wraps some more of the keys that rows say to be wrapped by one key, in the order of their persons. What another
    /// transaction holds (an erasure) is left for another run, and whatever is interrupted goes on where it was: a row says
    /// by which key it is wrapped.
    ///
    /// - Parameters:
    ///   - name: as rows name the key.
    ///   - person: after whom it goes on.
    func rewrap(
        wrappedBy name: String, after person: UUID?, atMost limit: Int, by newest: KeyEncryptionKey,
        among keys: KeyEncryptionKeys, in transaction: Transaction
    ) async throws -> Turn {
        // One name at a time, in the order of the index: whatever is done already is not looked at again.
        let rows = try await transaction.query(
            """
            select person_id, wrapped_key from person_keys
            where wrapping_key = \(name)
                and person_id > coalesce(\(person), '00000000-0000-0000-0000-000000000000')
            order by person_id limit \(limit) for update skip locked
            """
        ).decode((UUID, [UInt8]).self)
        var (persons, wrapped, unopened) = ([UUID](), [[UInt8]](), [UUID]())
        for (person, bytes) in rows {
            if let key = try? PersonKey(of: person, wrapped: bytes, by: name, among: keys) {
                persons.append(person)
                wrapped.append(try key.wrapped(by: newest))
            } else {
                unopened.append(person)
            }
        }
        try await transaction.query(
            """
            update person_keys set wrapped_key = again.wrapped, wrapping_key = \(newest.id)
            from unnest(\(persons), \(wrapped)) as again (person, wrapped) where person_id = again.person
            """)
        return Turn(last: rows.last?.0, wrapped: persons.count, unopened: unopened)
    }
}

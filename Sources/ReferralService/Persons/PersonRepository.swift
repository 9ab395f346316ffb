import Foundation
import Postgres
import Schema

/// Persons, and what could tell who they are, sealed.
struct PersonRepository: Sendable {
    let wrapping: KeyEncryptionKey

    func insert(_ draft: PersonDraft, id: UUID, of structure: UUID, in transaction: Transaction) async throws
        -> PersonKey
    {
        let key = PersonKey(of: id)
        var queries: [Query] = [
            """
            insert into persons (id, structure_id, mode, age_band, sex, education, situations, residence_commune,
                reporting_key)
            values (\(id), \(structure), \(draft.mode), \(draft.ageBand), \(draft.sex), \(draft.education),
                \(draft.situations), \(draft.residenceCommune), \(UUID()))
            """,
            """
            insert into person_keys (person_id, structure_id, wrapped_key, wrapping_key)
            values (\(id), \(structure), \(try key.wrapped(by: wrapping)), \(wrapping.id))
            """,
        ]
        for (category, value) in draft.disclosures {
            let sealed = try key.seal(value, category: category)
            queries.append(
                """
                insert into person_fields (person_id, structure_id, mode, category, sealed)
                values (\(id), \(structure), \(draft.mode), \(category), \(sealed))
                """)
        }
        try await transaction.pipeline(queries)
        return key
    }

    /// The key of a person of this structure.
    func key(of person: UUID, at structure: UUID, in transaction: Transaction) async throws -> PersonKey? {
        let rows = try await transaction.query(
            """
            select wrapped_key, wrapping_key from person_keys
            where person_id = \(person) and structure_id = \(structure)
            """)
        return try rows.first.map { try unwrap($0, of: person) }
    }

    /// Opens what row-level security lets the transaction see of a person in these categories.
    func disclosures(
        of person: UUID, _ categories: Set<DataCategory>, in transaction: Transaction
    ) async throws -> [DataCategory: Redacted<[UInt8]>] {
        let names = categories.map(\.rawValue)
        let rows = try await transaction.query(
            """
            select category, sealed, wrapped_key, wrapping_key from person_fields join person_keys using (person_id)
            where person_id = \(person) and category = any (\(names))
            """)
        guard let first = rows.first else { return [:] }
        let key = try unwrap(first, of: person)
        var opened: [DataCategory: Redacted<[UInt8]>] = [:]
        for row in rows {
            let category = try row["category", as: String.self]
            guard let known = DataCategory(rawValue: category) else { continue }
            opened[known] = try key.open(try row["sealed", as: [UInt8].self], category: category)
        }
        return opened
    }

    private func unwrap(_ row: Row, of person: UUID) throws -> PersonKey {
        guard try row["wrapping_key", as: String.self] == wrapping.id else { throw UnknownWrappingKey() }
        return try PersonKey(of: person, wrapped: try row["wrapped_key", as: [UInt8].self], by: wrapping)
    }
}

/// The database was written with another `SPRO_KEY_ENCRYPTION_KEY` than the service has.
struct UnknownWrappingKey: Error {}

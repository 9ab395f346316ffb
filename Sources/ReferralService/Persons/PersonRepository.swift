import Foundation
import Postgres
import Schema

/// Persons, and what could tell who they are, sealed.
struct PersonRepository: Sendable {
    let keys: KeyEncryptionKeys
    let index: BlindIndex

    /// What could tell who somebody is, as answers name it.
    static let members: [(String, DataCategory)] = [
        ("alias", .alias), ("relay_channel", .relayChannel), ("identity", .identity), ("contact", .contact),
    ]

    /// - Throws: ``Refusal`` `conflict` with `known_person_ids` where the structure knows the person already.
    func insert(
        _ draft: PersonDraft, id: UUID, of structure: UUID, in transaction: Transaction
    ) async throws -> PersonKey {
        let fingerprint = index.fingerprint(of: draft, at: structure)
        if let fingerprint, !draft.isAnother { try await requireNew(fingerprint, at: structure, in: transaction) }
        let key = PersonKey(of: id)
        // Asked once: over the turn of a month the newest is another.
        let wrapping = keys.newest
        let wrapped = try key.wrapped(by: wrapping)
        transaction.queue(
            """
            insert into persons (id, structure_id, mode, age_band, sex, education, situations, residence_commune,
                reporting_key)
            values (\(id), \(structure), \(draft.mode), \(draft.ageBand), \(draft.sex), \(draft.education),
                \(draft.situations), \(draft.residenceCommune), \(UUID()))
            """)
        transaction.queue(
            """
            insert into person_keys (person_id, structure_id, wrapped_key, wrapping_key)
            values (\(id), \(structure), \(wrapped), \(wrapping.id))
            """)
        for (category, value) in draft.disclosures {
            let sealed = try key.seal(value, category: category)
            transaction.queue(
                """
                insert into person_fields (person_id, structure_id, mode, category, sealed)
                values (\(id), \(structure), \(draft.mode), \(category), \(sealed))
                """)
        }
        if let fingerprint {
            transaction.queue(
                """
                insert into person_fingerprints (person_id, structure_id, fingerprint)
                values (\(id), \(structure), \(fingerprint))
                """)
        }
        return key
    }

    private func requireNew(_ fingerprint: [UInt8], at structure: UUID, in transaction: Transaction) async throws {
        // Two who register the same person at once take turns; by statements apart, so that the second sees the first.
        try await transaction.query(
            "select pg_advisory_xact_lock(hashtextextended(\(fingerprint.hexadecimal), 13))")
        let known = try await transaction.query(
            """
            select person_id from person_fingerprints
            where structure_id = \(structure) and fingerprint = \(fingerprint) order by person_id limit 20
            """
        ).decode(UUID.self)
        guard known.isEmpty else {
            throw Refusal(
                .conflict, detail: Self.known,
                members: ["known_person_ids": .array(known.map { .string($0.text) })])
        }
    }

    private static let known = LocalizedText(
        fr: "Votre structure connaît déjà une personne de ce nom, née le même jour.",
        en: "Your structure knows a person of this name already, born on the same day.")

    /// The key of a person of this structure.
    func key(of person: UUID, at structure: UUID, in transaction: Transaction) async throws -> PersonKey? {
        let rows = try await transaction.query(
            """
            select wrapped_key, wrapping_key from person_keys
            where person_id = \(person) and structure_id = \(structure)
            """)
        return try rows.first.map { try unwrap($0, of: person) }
    }

    /// The key of a person, where row-level security lets the transaction take it.
    func key(of person: UUID, in transaction: Transaction) async throws -> PersonKey? {
        let rows = try await transaction.query(
            "select wrapped_key, wrapping_key from person_keys where person_id = \(person)")
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

    /// Notes the age band of this day, where the person gave their date of birth: whoever was a minor when they were
    /// registered need not be one now.
    func renewAgeBand(of person: UUID, on day: CalendarDate, in transaction: Transaction) async throws {
        let identity = try await disclosures(of: person, [.identity], in: transaction)[.identity]
        guard let identity, let object = try JSONValue(parsing: identity.revealed).object,
            let birth = object["birth_date"]?.string.flatMap({ CalendarDate(text: $0) })
        else { return }
        let band = AgeBand.of(born: birth, on: day)
        try await transaction.query("select note_age_band(\(person), \(band))")
    }

    private func unwrap(_ row: Row, of person: UUID) throws -> PersonKey {
        try PersonKey(
            of: person, wrapped: try row["wrapped_key", as: [UInt8].self], by: try row["wrapping_key"], among: keys)
    }
}

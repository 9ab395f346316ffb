import Foundation
import Postgres
import Schema

/// What goes along with referrals at L3, sealed by the person's key.
struct ContentRepository: Sendable {
    let persons: PersonRepository

    /// The members of answers that hold them.
    static let members: [(String, DataCategory)] = [
        ("narrative", .narrative), ("attachments", .attachments), ("health", .health),
    ]

    /// Writes what the draft has, over what was there.
    func update(
        _ draft: ContentDraft, of referral: Referral, mode: String, with key: PersonKey, in transaction: Transaction
    ) async throws {
        var queries: [Query] = []
        for (category, value) in draft.disclosures.sorted(by: { $0.key < $1.key }) {
            let sealed = try key.seal(value, category: Self.place(category, referral.id))
            queries.append(
                """
                insert into referral_contents (referral_id, person_id, structure_id, mode, category, sealed)
                values (\(referral.id), \(referral.person), \(referral.sender), \(mode), \(category), \(sealed))
                on conflict (referral_id, category) do update
                    set sealed = excluded.sealed, written_at = clock_timestamp()
                """)
        }
        try await transaction.pipeline(queries)
    }

    /// The person's mode; nil where the transaction does not see them.
    func mode(of person: UUID, in transaction: Transaction) async throws -> String? {
        try await transaction.query("select mode from persons where id = \(person)").first?.decode(String.self)
    }

    /// Opens what row-level security lets the transaction see of a referral in these categories.
    func disclosures(
        of referral: Referral, _ categories: Set<DataCategory>, in transaction: Transaction
    ) async throws -> [DataCategory: Redacted<[UInt8]>] {
        let names = categories.map(\.rawValue)
        let rows = try await transaction.query(
            """
            select referral_id, category, sealed from referral_contents
            where referral_id = \(referral.id) and category = any (\(names))
            """)
        return try await open(rows, of: referral.person, in: transaction)[referral.id] ?? [:]
    }

    /// All that goes along with these referrals of a person, by referral.
    func list(
        of person: UUID, about referrals: [UUID], in transaction: Transaction
    ) async throws -> [UUID: [DataCategory: Redacted<[UInt8]>]] {
        let rows = try await transaction.query(
            """
            select referral_id, category, sealed from referral_contents
            where person_id = \(person) and referral_id = any (\(referrals))
            """)
        return try await open(rows, of: person, in: transaction)
    }

    private func open(
        _ rows: Rows, of person: UUID, in transaction: Transaction
    ) async throws -> [UUID: [DataCategory: Redacted<[UInt8]>]] {
        guard !rows.isEmpty, let key = try await persons.key(of: person, in: transaction) else { return [:] }
        var opened: [UUID: [DataCategory: Redacted<[UInt8]>]] = [:]
        for row in rows {
            let (referral, category, sealed) = try row.decode((UUID, String, [UInt8]).self)
            guard let known = DataCategory(rawValue: category) else { continue }
            opened[referral, default: [:]][known] = try key.open(sealed, category: Self.place(category, referral))
        }
        return opened
    }

    /// What is sealed for one referral does not open in another.
    private static func place(_ category: String, _ referral: UUID) -> String { "\(category)|\(referral.text)" }
}

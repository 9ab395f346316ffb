import Foundation
import Postgres
import Schema

/// Summaries, each version sealed by the person's key.
struct SummaryRepository: Sendable {
    let persons: PersonRepository

    /// Who approves, and how.
    enum Approval: Sendable {
        case author
        case person
        /// For those who are not at ease at a distance: before a witness, asked by an agent.
        case personBefore(witness: String, agent: String)
    }

    /// Takes the referral's turn: until the transaction ends nobody else writes or approves a version.
    func takeTurn(at referral: UUID, in transaction: Transaction) async throws {
        try await transaction.query("select pg_advisory_xact_lock(uuid_hash_extended(\(referral), 13))")
    }

    /// Whether the author's structure may write one: the sender, or a recipient whose consent names summaries.
    func mayWrite(_ referral: UUID, at structure: UUID, in transaction: Transaction) async throws -> Bool {
        let rows = try await transaction.query(
            "select may_summarise(referrals, \(structure)) from referrals where id = \(referral)")
        return try rows.first?.decode(Bool.self) ?? false
    }

    /// Writes the next version of an author's structure, behind ``takeTurn(at:in:)``.
    func insert(
        _ draft: SummaryDraft, id: UUID, of referral: Referral, at structure: UUID, with key: PersonKey,
        by client: String, in transaction: Transaction
    ) async throws -> (version: Int, digest: [UInt8]) {
        let last = try await transaction.query(
            "select max(version) from summaries where referral_id = \(referral.id) and structure_id = \(structure)")
        let version = (try last[0].decode(Int?.self) ?? 0) + 1
        let digest = Summary.digest(of: draft, referral: referral.id, version: version)
        var json = JSONWriter()
        draft.write(to: &json)
        let sealed = try key.seal(Redacted(json.bytes), category: Summary.place(id))
        try await transaction.query(
            """
            insert into summaries (id, referral_id, person_id, structure_id, version, sealed, sha256, written_by)
            values (\(id), \(referral.id), \(referral.person), \(structure), \(version), \(sealed), \(digest),
                \(client))
            """)
        return (version, digest)
    }

    /// One that the transaction sees.
    func find(_ id: UUID, in transaction: Transaction) async throws -> Summary? {
        try await open(
            try await transaction.query("select * from summaries where id = \(id)"), in: transaction
        ).first
    }

    /// Those of an author's structure about a referral, the newest first.
    func list(
        about referral: UUID, by structures: Set<UUID>, in transaction: Transaction
    ) async throws -> [Summary] {
        try await open(
            try await transaction.query(
                """
                select * from summaries where referral_id = \(referral) and structure_id = any (\(Array(structures)))
                order by version desc limit 100
                """), in: transaction)
    }

    /// Those about a person, the newest first.
    /// - Parameters:
    ///   - before: the last id of the page before.
    ///   - limit: nil: all of them.
    func list(
        of person: UUID, before: UUID? = nil, limit: Int? = nil, in transaction: Transaction
    ) async throws -> [Summary] {
        let older: Query = before.map { "id < \($0)" } ?? "true"
        return try await open(
            try await transaction.query(
                """
                select * from summaries
                where person_id = \(person) and \(older)
                order by id desc limit \(limit)
                """), in: transaction)
    }

    /// The sender's last final one, as far as the transaction sees it.
    func findFinal(of referral: Referral, in transaction: Transaction) async throws -> Summary? {
        try await open(
            try await transaction.query(
                """
                select * from summaries where referral_id = \(referral.id) and structure_id = \(referral.sender)
                    and final_at is not null order by version desc limit 1
                """), in: transaction
        ).first
    }

    /// Whether the recipient may rest its completion on one, also when the consent is over.
    func hasFinal(_ referral: UUID, in transaction: Transaction) async throws -> Bool {
        try await transaction.query("select has_final_summary(\(referral))")[0].decode(Bool.self)
    }

    /// Whether a consent that the transaction holds lets a recipient write one.
    func isAllowed(by consent: UUID, in transaction: Transaction) async throws -> Bool {
        let rows = try await transaction.query(
            "select from consents where id = \(consent) and 'synthese' = any (purposes)")
        return !rows.isEmpty
    }

    /// Whether its author has written no other since.
    func isLast(_ summary: Summary, in transaction: Transaction) async throws -> Bool {
        let later = try await transaction.query(
            """
            select from summaries
            where referral_id = \(summary.referral) and structure_id = \(summary.structure)
                and version > \(summary.version) limit 1
            """)
        return later.isEmpty
    }

    /// Behind ``takeTurn(at:in:)``; who has approved before has approved.
    func approve(_ id: UUID, _ approval: Approval, in transaction: Transaction) async throws {
        switch approval {
        case .author:
            try await transaction.query(
                """
                update summaries set author_approved_at = clock_timestamp()
                where id = \(id) and author_approved_at is null
                """)
        case .person:
            try await transaction.query(
                """
                update summaries set person_approved_at = clock_timestamp(), approval_method = 'follow-up'
                where id = \(id) and person_approved_at is null
                """)
        case .personBefore(let witness, let agent):
            try await transaction.query(
                """
                update summaries set person_approved_at = clock_timestamp(), approval_method = 'in-person',
                    witness = \(witness), agent = \(agent)
                where id = \(id) and person_approved_at is null
                """)
        }
    }

    private func open(_ rows: Rows, in transaction: Transaction) async throws -> [Summary] {
        guard let first = rows.first else { return [] }
        let person: UUID = try first["person_id"]
        guard let key = try await persons.key(of: person, in: transaction) else { return [] }
        return try rows.map { try Summary($0, opening: key) }
    }
}

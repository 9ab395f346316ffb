import Foundation
import Postgres
import Schema
import Web

/// Applications in the database. Whatever is decided of one is decided on what the transaction has locked: its call, so
/// that its closing stays where it is, then itself.
struct ApplicationRepository: Sendable {
    let pool: Pool
    private let idempotency = IdempotencyRepository()

    init(pool: Pool) { self.pool = pool }

    func find(_ id: UUID) async throws -> Application? {
        try await pool.withTransaction(readOnly: true) { try await Self.find(id, in: $0) }
    }

    /// - Parameter locks: whether it is for a write.
    static func find(_ id: UUID, locks: Bool = false, in transaction: Transaction) async throws -> Application? {
        let rows = try await transaction.query("select call_id from applications where id = \(id)")
        guard let callID = try rows.first?.decode(UUID.self),
            let call = try await CallRepository.find(callID, lock: locks ? "for share" : "", in: transaction)
        else { return nil }
        return try await list(of: call, where: "a.id = \(id)", lock: locks ? "for update" : "", in: transaction).first
    }

    /// Whose applications somebody may see beside one's own drafts.
    struct Reader: Sendable {
        let structures: [UUID]
        /// Networks for whose structures it acts here.
        let networks: [String]
        let isOffice: Bool
    }

    /// Those of a call, in the order of their creation: at most `limit` and one more, after the one with this id.
    func list(
        of call: UUID, for reader: Reader, state: String?, after id: UUID?, limit: Int
    ) async throws -> [Application] {
        try await pool.withTransaction(readOnly: true) { transaction in
            guard let call = try await CallRepository.find(call, in: transaction) else { return [] }
            return try await Self.list(
                of: call,
                where: """
                    a.call_id = \(call.id) and (\(id)::uuid is null or a.id > \(id))
                    and (\(state)::text is null or \(state) = case when not \(reader.isOffice) and not a.in_force
                        and a.state in ('accorde', 'refuse') then 'en-instruction' else a.state end)
                    and ((\(reader.isOffice) and a.state <> 'brouillon') or exists (
                        select from application_structures m join structures s on s.id = m.structure_id
                        where m.application_id = a.id
                            and (s.id = any(\(reader.structures)) or s.document -> 'networks' ?| \(reader.networks))))
                    """, limit: limit + 1, in: transaction)
        }
    }

    static func list(
        of call: Call, where condition: Query, lock: Query = "", limit: Int = 100_000, in transaction: Transaction
    ) async throws -> [Application] {
        let rows = try await transaction.query(
            """
            select a.id, a.document, a.state, a.evaluation::text as evaluation, a.filed_at,
                a.decided_on::text as decided_on, a.in_force, a.version, a.updated_at
            from applications a where \(condition) order by a.id limit \(limit) \(lock)
            """)
        let ids = try rows.map { try $0["id", as: UUID.self] }
        let parts = try await transaction.pipeline([
            """
            select m.application_id, m.agreed_at, m.label_before, s.id, s.document, s.version, s.updated_at, s.region,
                s.removed_at is not null as is_removed
            from application_structures m join structures s on s.id = m.structure_id
            where m.application_id = any(\(ids)) order by m.application_id, m.place
            """,
            TakenStep.list(ofApplications: ids),
        ])
        let candidates = Dictionary(
            grouping: try parts[0].map { (try $0["application_id", as: UUID.self], try candidate($0)) }, by: \.0)
        let steps = Dictionary(
            grouping: try parts[1].map { (try $0["application_id", as: UUID.self], try TakenStep($0)) }, by: \.0)
        return try rows.map { row in
            let id = try row["id", as: UUID.self]
            return try application(row, id, call, candidates[id, default: []].map(\.1), steps[id, default: []].map(\.1))
        }
    }

    /// The answer that a creation with this key already got.
    func answer(to key: IdempotencyKey) async throws -> IdempotencyRepository.Answer? {
        try await pool.withTransaction { try await idempotency.find(key, in: $0) }
    }

    /// Creates a draft, once for each key: a repeated request gets the first one's answer.
    func insert(
        _ draft: ApplicationDraft, id: UUID, to call: Call, key: IdempotencyKey, answer: IdempotencyRepository.Answer
    ) async throws -> IdempotencyRepository.Answer {
        try await CallConstraints.refusing {
            try await pool.withTransaction { transaction in
                if let earlier = try await idempotency.claim(key, in: transaction) { return earlier }
                try await transaction.query(
                    """
                    insert into applications (id, call_id, document)
                    values (\(id), \(call.id), \(JSONB(draft.storedJSON)))
                    """)
                try await transaction.query(Self.candidates(of: draft, id, call))
                try await idempotency.store(answer, for: key, in: transaction)
                return answer
            }
        }
    }

    /// The regions of those of the structures that there are, with the networks that they are in.
    func structures(_ ids: [UUID]) async throws -> [UUID: (region: String, networks: [String])] {
        let rows = try await pool.transact(
            readOnly: true,
            [
                """
                select id, document, version, updated_at, region from structures
                where id = any(\(ids)) and removed_at is null
                """
            ])
        let found = try rows[0].map { row in
            let structure = try StructureRepository.structure(row)
            return (structure.id, (try row["region", as: String.self], structure.draft.networks))
        }
        return Dictionary(found) { first, _ in first }
    }

    /// What the lead and the members of an answer are: the lead agrees by writing it.
    static func candidates(of draft: ApplicationDraft, _ id: UUID, _ call: Call) -> Query {
        """
        insert into application_structures (application_id, structure_id, place, call_id, territory, agreed_at)
        select \(id), structure, place - 1, \(call.id), \(draft.territory), case when place = 1 then call_clock() end
        from unnest(\(draft.structures)) with ordinality candidate (structure, place)
        """
    }

    private static func candidate(_ row: Row) throws -> Application.Candidate {
        let label = try row["label_before", as: JSONB?.self]
        return Application.Candidate(
            structure: try StructureRepository.structure(row), region: try row["region", as: String.self],
            isRemoved: try row["is_removed", as: Bool.self], agreedAt: try row["agreed_at", as: Date?.self],
            labelBefore: try label.flatMap(LabelRepository.label))
    }

    private static func application(
        _ row: Row, _ id: UUID, _ call: Call, _ candidates: [Application.Candidate], _ steps: [TakenStep]
    ) throws -> Application {
        let document = try JSONValue(parsing: try row["document", as: JSONB.self].bytes)
        let findings = try row["evaluation", as: String?.self].map { try JSONValue(parsing: Array($0.utf8)) }
        return Application(
            id: id, call: call,
            draft: try ObjectReader.read(document) { ApplicationDraft($0, questions: call.questions) },
            state: ApplicationState(rawValue: try row["state", as: String.self]) ?? .draft, candidates: candidates,
            findings: findings, filedAt: try row["filed_at", as: Date?.self],
            decidedOn: try row["decided_on", as: String?.self].flatMap { CalendarDate(text: $0) },
            isInForce: try row["in_force", as: Bool.self], steps: steps, version: try row["version", as: Int.self],
            updatedAt: try row["updated_at", as: Date.self])
    }
}

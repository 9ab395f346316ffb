import Charters
import Foundation
import Postgres
import Schema
import Web

/// Calls in the database; every version of one stays, with who made it.
struct CallRepository: Sendable {
    let pool: Pool
    private let idempotency = IdempotencyRepository()

    init(pool: Pool) { self.pool = pool }

    /// What a list of calls is narrowed to.
    struct Filter: Sendable {
        var region: String?
        var kind: String?
        var status: String?
        var territory: String?
        /// The region that also sees what it has not published.
        var ownRegion: String?
    }

    /// As it is at one moment, its steps included.
    func find(_ id: UUID) async throws -> Call? {
        try await pool.withTransaction(isolation: .repeatableRead, readOnly: true) {
            try await StoredCallRepository.find(id, in: $0)
        }
    }

    /// The newest first, at most `limit` and one more, before the one with this id.
    func list(_ filter: Filter, before id: UUID?, limit: Int) async throws -> [Call] {
        let condition: Query = """
            (c.published_at is not null or c.region = \(filter.ownRegion))
                and (\(id)::uuid is null or c.id < \(id))
                and (\(filter.region)::text is null or c.region = \(filter.region))
                and (\(filter.kind)::text is null or c.document ->> 'kind' = \(filter.kind))
                and (\(filter.territory)::text is null or c.document -> 'territories' ? \(filter.territory))
                and (\(filter.status)::text is null or \(filter.status) = case when call_clock() < c.opens_at
                    then 'a-venir' when call_clock() <= c.closes_at then 'ouvert' else 'clos' end)
            """
        return try await pool.withTransaction(isolation: .repeatableRead, readOnly: true) { transaction in
            try await StoredCallRepository.list(condition, limit: limit + 1, in: transaction)
        }
    }

    /// The answer that a creation with this key already got.
    func answer(to key: IdempotencyKey) async throws -> IdempotencyRepository.Answer? {
        try await idempotency.find(key, in: pool)
    }

    /// Creates a call, once for each key: a repeated request gets the first one's answer.
    ///
    /// - Parameter judge: says what the draft becomes, by its examiner.
    func insert(
        _ draft: CallDraft, id: UUID, by author: Author, key: IdempotencyKey, answer: IdempotencyRepository.Answer,
        _ judge: @Sendable (CallRules.Examiner?) throws -> CallRules.Ground
    ) async throws -> IdempotencyRepository.Answer {
        try await CallConstraints.refusing {
            try await pool.withTransaction { transaction in
                if let earlier = try await idempotency.claim(key, in: transaction) { return earlier }
                let ground = try judge(try await Self.holdExaminer(of: draft, id, in: transaction))
                let document = JSONB(draft.storedJSON)
                try await transaction.pipeline([
                    """
                    insert into calls (id, region, document, charter, procedure, examiner_id, opens_at, closes_at,
                        published_at)
                    values (\(id), \(draft.region), \(document), \(ground.charter),
                        \(JSONB(ground.procedure.storedJSON)), \(draft.examinerID), \(ground.opensAt),
                        \(ground.closesAt), case when \(draft.isPublished) then call_clock() end)
                    """,
                    CallVersionRepository.insert(.created, of: id, version: 1, document, by: author),
                ])
                idempotency.store(answer, for: key, in: transaction)
                return answer
            }
        }
    }

    /// Replaces what the region writes of a call.
    ///
    /// - Parameter judge: says what the draft becomes, under the lock, from what is there.
    /// - Returns: the new version.
    /// - Throws: what `judge` throws.
    func update(
        _ id: UUID, to draft: CallDraft, by author: Author,
        _ judge: @Sendable (Call, CallRules.Examiner?) throws -> CallRules.Ground
    ) async throws -> Int {
        try await CallConstraints.refusing {
            try await pool.withTransaction { transaction in
                guard
                    let present = try await StoredCallRepository.find(
                        id, lock: "for update", in: transaction)
                else {
                    throw Refusal(.notFound)
                }
                let ground = try judge(present, try await Self.holdExaminer(of: draft, id, in: transaction))
                let next = present.version + 1
                let document = JSONB(draft.storedJSON)
                try await transaction.pipeline([
                    """
                    update calls set document = \(document), region = \(draft.region), charter = \(ground.charter),
                        procedure = \(JSONB(ground.procedure.storedJSON)), examiner_id = \(draft.examinerID),
                        opens_at = \(ground.opensAt), closes_at = \(ground.closesAt), version = \(next),
                        published_at = coalesce(published_at, case when \(draft.isPublished) then call_clock() end),
                        updated_at = now()
                    where id = \(id)
                    """,
                    CallVersionRepository.insert(.updated, of: id, version: next, document, by: author),
                ])
                return next
            }
        }
    }

    /// Deletes a call that was never published: nobody has relied on it.
    func delete(_ id: UUID, from version: Int) async throws {
        try await CallConstraints.refusing {
            let deleted = try await pool.query(
                "delete from calls where id = \(id) and version = \(version) and published_at is null")
            if deleted.affected == 0 { throw Refusal.staleVersion }
        }
    }

    /// What there is to say of whom a draft names as its examiner, which cannot end before the transaction does.
    private static func holdExaminer(
        of draft: CallDraft, _ call: UUID, in transaction: Transaction
    ) async throws -> CallRules.Examiner? {
        guard let id = draft.examinerID else { return nil }
        let regions = try await NamedStructureRepository.hold([id], in: transaction)
        let answers = try await transaction.query(
            """
            select exists (select from application_structures m join structures s on s.id = m.structure_id
                where m.call_id = \(call) and m.is_filed and \(id) in (s.id, s.parent_id))
            """)
        return CallRules.Examiner(region: regions[id], isCandidate: try answers[0].decode(Bool.self))
    }
}

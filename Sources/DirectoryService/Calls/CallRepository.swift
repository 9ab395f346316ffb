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

    func find(_ id: UUID) async throws -> Call? {
        try await pool.withTransaction(readOnly: true) { try await Self.find(id, in: $0) }
    }

    /// - Parameter lock: `for share` keeps it as it is, `for update` for oneself.
    static func find(_ id: UUID, lock: Query = "", in transaction: Transaction) async throws -> Call? {
        let results = try await transaction.pipeline([
            "select \(columns) from calls c where c.id = \(id) \(lock)", TakenStep.list(ofCall: id),
        ])
        guard let row = results[0].first else { return nil }
        return try call(row, steps: try results[1].map { try TakenStep($0) })
    }

    /// The newest first, at most `limit` and one more, before the one with this id.
    func list(_ filter: Filter, before id: UUID?, limit: Int) async throws -> [Call] {
        let rows = try await pool.transact(
            readOnly: true,
            [
                """
                select \(Self.columns) from calls c
                where (c.published_at is not null or c.region = \(filter.ownRegion))
                    and (\(id)::uuid is null or c.id < \(id))
                    and (\(filter.region)::text is null or c.region = \(filter.region))
                    and (\(filter.kind)::text is null or c.document ->> 'kind' = \(filter.kind))
                    and (\(filter.territory)::text is null or c.document -> 'territories' ? \(filter.territory))
                    and (\(filter.status)::text is null or \(filter.status) = case when call_clock() < c.opens_at
                        then 'a-venir' when call_clock() <= c.closes_at then 'ouvert' else 'clos' end)
                order by c.id desc limit \(limit + 1)
                """
            ])
        return try rows[0].map { try Self.call($0, steps: []) }
    }

    /// The answer that a creation with this key already got.
    func answer(to key: IdempotencyKey) async throws -> IdempotencyRepository.Answer? {
        try await pool.withTransaction { try await idempotency.find(key, in: $0) }
    }

    /// Creates a call, once for each key: a repeated request gets the first one's answer.
    func insert(
        _ draft: CallDraft, id: UUID, _ ground: CallRules.Ground, by author: Author, key: IdempotencyKey,
        answer: IdempotencyRepository.Answer
    ) async throws -> IdempotencyRepository.Answer {
        try await CallConstraints.refusing {
            try await pool.withTransaction { transaction in
                if let earlier = try await idempotency.claim(key, in: transaction) { return earlier }
                let document = JSONB(draft.storedJSON)
                try await transaction.pipeline([
                    """
                    insert into calls (id, region, document, charter, procedure, examiner_id, opens_at, closes_at,
                        published_at)
                    values (\(id), \(draft.region), \(document), \(ground.charter),
                        \(JSONB(ground.procedure.storedJSON)), \(draft.examinerID), \(ground.opensAt),
                        \(ground.closesAt), case when \(draft.isPublished) then call_clock() end)
                    """,
                    Self.keep(document, of: id, version: 1, by: author),
                ])
                try await idempotency.store(answer, for: key, in: transaction)
                return answer
            }
        }
    }

    /// Replaces what the region writes of a call, if it still has the version that was read.
    ///
    /// - Parameter judge: says what the draft becomes, under the lock, from what is there.
    /// - Returns: the new version.
    /// - Throws: ``Refusal/staleVersion``, and what `judge` throws.
    func update(
        _ id: UUID, to draft: CallDraft, from version: Int, by author: Author,
        _ judge: @Sendable (Call) throws -> CallRules.Ground
    ) async throws -> Int {
        try await CallConstraints.refusing {
            try await pool.withTransaction { transaction in
                guard let present = try await Self.find(id, lock: "for update", in: transaction) else {
                    throw Refusal(.notFound)
                }
                let ground = try judge(present)
                guard present.version == version else { throw Refusal.staleVersion }
                let document = JSONB(draft.storedJSON)
                try await transaction.pipeline([
                    """
                    update calls set document = \(document), region = \(draft.region), charter = \(ground.charter),
                        procedure = \(JSONB(ground.procedure.storedJSON)), examiner_id = \(draft.examinerID),
                        opens_at = \(ground.opensAt), closes_at = \(ground.closesAt), version = version + 1,
                        published_at = coalesce(published_at, case when \(draft.isPublished) then call_clock() end),
                        updated_at = now()
                    where id = \(id)
                    """,
                    Self.keep(document, of: id, version: version + 1, by: author),
                ])
                return version + 1
            }
        }
    }

    /// Deletes a call that was never published: nobody has relied on it.
    func delete(_ id: UUID, from version: Int) async throws {
        let deleted = try await pool.query(
            "delete from calls where id = \(id) and version = \(version) and published_at is null")
        if deleted.affected == 0 { throw Refusal.staleVersion }
    }

    private static func keep(_ document: JSONB, of id: UUID, version: Int, by author: Author) -> Query {
        """
        insert into call_versions (call_id, version, document, changed_by, changed_for)
        values (\(id), \(version), \(document), \(author.client), \(author.actingFor))
        """
    }

    private static var columns: Query {
        """
        c.id, c.document, c.charter, c.procedure, c.opens_at, c.closes_at, c.published_at, c.results_published_at,
        c.version, c.updated_at, call_clock() as now
        """
    }

    private static func call(_ row: Row, steps: [TakenStep]) throws -> Call {
        let document = try JSONValue(parsing: try row["document", as: JSONB.self].bytes)
        let procedure = try JSONValue(parsing: try row["procedure", as: JSONB.self].bytes)
        return Call(
            id: try row["id", as: UUID.self], draft: try ObjectReader.read(document) { CallDraft($0) },
            charter: try row["charter", as: String.self],
            procedure: try ObjectReader.read(procedure) { LabelProcedure($0) },
            opensAt: try row["opens_at", as: Date.self], closesAt: try row["closes_at", as: Date.self],
            publishedAt: try row["published_at", as: Date?.self],
            resultsPublishedAt: try row["results_published_at", as: Date?.self],
            version: try row["version", as: Int.self], updatedAt: try row["updated_at", as: Date.self],
            now: try row["now", as: Date.self], steps: steps)
    }
}

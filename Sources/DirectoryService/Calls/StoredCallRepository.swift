import Charters
import Foundation
import Postgres
import Schema

/// Calls as a transaction finds them, each with the steps of its list.
enum StoredCallRepository {
    /// - Parameter lock: `for share` keeps it as it is, `for update` for oneself.
    static func find(_ id: UUID, lock: Query = "", in transaction: Transaction) async throws -> Call? {
        try await list("c.id = \(id)", lock: lock, in: transaction).first
    }

    /// The newest first.
    static func list(
        _ condition: Query, lock: Query = "", limit: Int = 1, in transaction: Transaction
    ) async throws -> [Call] {
        // What the lock has waited for, the second statement sees.
        let rows = try await transaction.query(
            "select c.id from calls c where \(condition) order by c.id desc limit \(limit) \(lock)")
        let ids = try rows.decode(UUID.self)
        if ids.isEmpty { return [] }
        let parts = try await transaction.pipeline([
            "select \(columns) from calls c where c.id = any(\(ids)) order by c.id desc",
            TakenStep.list(ofCalls: ids),
        ])
        let steps = Dictionary(
            grouping: try parts[1].map { (try $0["call_id", as: UUID.self], try TakenStep($0)) }, by: \.0)
        return try parts[0].map { row in
            try call(row, steps: steps[try row["id", as: UUID.self], default: []].map(\.1))
        }
    }

    private static var columns: Query {
        """
        c.id, c.document, c.charter, c.procedure, c.opens_at, c.closes_at, c.published_at, c.results_published_at,
        c.version, c.updated_at, call_clock() as now,
        (select max(v.changed_at) from call_versions v where v.call_id = c.id) as written_at,
        exists (select from applications a where a.call_id = c.id) as is_answered,
        case when c.examiner_id is null then '{}' else array(
            select above.id from application_structures m join structures s on s.id = m.structure_id
                cross join unnest(array[s.id, s.parent_id]) as above (id)
            where m.call_id = c.id and m.is_filed and above.id is not null) end as candidates
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
            writtenAt: try row["written_at", as: Date.self], now: try row["now", as: Date.self],
            isAnswered: try row["is_answered", as: Bool.self],
            candidates: Set(try row["candidates", as: [UUID].self]), steps: steps)
    }
}

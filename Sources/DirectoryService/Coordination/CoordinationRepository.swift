import Foundation
import Postgres
import Schema
import Web

/// How territories are coordinated, in the database. A write puts the new version in the history, and tells of the
/// territory, in the same transaction.
struct CoordinationRepository: Sendable {
    let pool: Pool

    struct Changes: Sendable {
        let changed: [Coordination]
        /// Territories of which today's rules do not read what is stored.
        let unreadable: [String]
        /// The moment of this read (`pg_current_snapshot()`).
        let moment: String
    }

    /// What this read sees and that moment did not, whatever the order of the commits between them.
    func changes(since moment: String) async throws -> Changes {
        let query: Query = """
            with past as (select \(moment)::text::pg_snapshot as seen)
            select pg_current_snapshot()::text as moment, c.territory, c.document, c.version, c.updated_at
            from past left join lateral (select * from territory_coordinations
                where changed_xid >= pg_snapshot_xmin(seen) and not pg_visible_in_snapshot(changed_xid, seen)) c on true
            """
        let rows = try await pool.transact(readOnly: true, [query])[0]
        var (changed, unreadable): ([Coordination], [String]) = ([], [])
        for row in rows {
            guard let territory = try row["territory", as: String?.self] else { continue }
            if let coordination = try Self.coordination(row) {
                changed.append(coordination)
            } else {
                unreadable.append(territory)
            }
        }
        return Changes(changed: changed, unreadable: unreadable, moment: try rows[0]["moment", as: String.self])
    }

    /// Before every transaction: what has changed since is all there is.
    static var beginning: String { "1:1:" }

    /// The present version, for a write that depends on it.
    func find(_ territory: String) async throws -> Coordination {
        let query: Query = """
            select territory, document, version, updated_at from territory_coordinations where territory = \(territory)
            """
        let row = try await pool.transact(readOnly: true, [query])[0].first
        return try row.flatMap(Self.coordination) ?? Coordination(of: territory)
    }

    /// Replaces what is written of a territory, if it still has the version that was read.
    ///
    /// - Returns: the new version.
    /// - Throws: ``Refusal`` 412; 422 where a structure is none, or is foreign to the territory.
    func update(
        _ territory: Territory, to draft: CoordinationDraft, from version: Int, by author: Author
    ) async throws -> Int {
        try await pool.withTransaction { transaction in
            try await Self.require(draft.namedStructures, for: territory, in: transaction)
            return try await Self.write(
                territory.key, draft, from: version, .updated, by: author, in: transaction)
        }
    }

    /// Holds the structures until the transaction ends: whoever removes one afterwards finds what was written here.
    private static func require(
        _ named: [(id: UUID, pointer: String)], for territory: Territory, in transaction: Transaction
    ) async throws {
        let ids = named.map(\.id)
        let rows = try await transaction.query(
            """
            select id, region = \(territory.region) or document -> 'participates_in' ? \(territory.key) as is_of_it
            from structures where id = any(\(ids)) and removed_at is null order by id for share
            """)
        let known = Dictionary(try rows.decode((UUID, Bool).self).map { ($0.0, $0.1) }) { first, _ in first }
        let violations = named.compactMap { id, pointer -> Violation? in
            switch known[id] {
            case nil: Violation(.unknownStructure, at: pointer)
            case false?: Violation(.structureOfAnotherRegion, at: pointer)
            case true?: nil
            }
        }
        guard violations.isEmpty else { throw Refusal(.invalidBody, violations: violations) }
    }

    /// Puts a successor where a structure that is no more stood, or nobody; of each territory as its next version.
    static func replace(
        _ id: UUID, by successor: UUID?, author: Author, in transaction: Transaction
    ) async throws {
        let naming = try await transaction.query(
            """
            select territory, document, version, updated_at from territory_coordinations
            where document -> 'coordinator' ->> 'structure_id' = \(id.text)
                or document -> 'committee' @> jsonb_build_array(jsonb_build_object('structure_id', \(id.text)::text))
            order by territory for update
            """)
        for coordination in try naming.compactMap(Self.coordination) {
            _ = try await write(
                coordination.territory, coordination.draft.replacing(id, by: successor), from: coordination.version,
                successor == nil ? .memberRemoved : .memberMerged, by: author, in: transaction)
        }
    }

    /// Of these territories, those of whose coordination something is written.
    static func coordinated(_ territories: [Territory], in transaction: Transaction) async throws -> [String] {
        let keys = territories.map(\.key)
        let rows = try await transaction.query(
            """
            select territory, document, version, updated_at from territory_coordinations
            where territory = any(\(keys)) order by territory for update
            """)
        return try rows.filter { try coordination($0)?.draft != CoordinationDraft.none }
            .map { try $0["territory", as: String.self] }
    }

    /// The versions before one, newest first: at most `limit`, and one more to compare the last of them with.
    func history(of territory: String, before version: Int?, limit: Int) async throws -> [StructureVersion] {
        let query: Query = """
            select version, operation, changed_at, changed_by, changed_for, document
            from territory_coordination_versions
            where territory = \(territory) and version < coalesce(\(version), 9223372036854775807)
            order by version desc limit \(limit + 1)
            """
        return try await pool.transact(readOnly: true, [query])[0].map { try StructureVersion($0) }
    }

    private static func write(
        _ territory: String, _ draft: CoordinationDraft, from version: Int, _ operation: CoordinationOperation,
        by author: Author, in transaction: Transaction
    ) async throws -> Int {
        let document = JSONB(draft.storedJSON)
        // Of two who write of a territory for the first time, one finds the other's row.
        let written = try await transaction.query(
            """
            with changed as (
                insert into territory_coordinations as c (territory, document, version)
                select \(territory), \(document), 2
                where \(version) = 1
                    or exists (select from territory_coordinations p where p.territory = \(territory))
                on conflict (territory) do update set document = excluded.document, version = c.version + 1,
                    updated_at = now(), changed_xid = pg_current_xact_id()
                where c.version = \(version)
                returning territory, version, document
            )
            insert into territory_coordination_versions
                (territory, version, document, operation, changed_by, changed_for)
            select territory, version, document, \(operation.rawValue), \(author.client), \(author.actingFor)
            from changed
            returning version
            """)
        guard let next = try written.first?.decode(Int.self) else { throw Refusal.staleVersion }
        try await DirectoryEventRepository(transaction: transaction).tellTerritories([territory])
        return next
    }

    /// Nil for a document that today's rules do not read.
    private static func coordination(_ row: Row) throws -> Coordination? {
        let document = try row["document", as: JSONB.self]
        guard let value = try? JSONValue(parsing: document.bytes),
            let draft = try? ObjectReader.read(value, { CoordinationDraft($0) })
        else { return nil }
        return Coordination(
            territory: try row["territory", as: String.self], draft: draft, version: try row["version", as: Int.self],
            updatedAt: try row["updated_at", as: Date.self])
    }
}

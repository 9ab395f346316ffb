import Foundation
import Postgres
import Schema

/// What changed in the database since a moment that an earlier read named: every change that this read sees and that
/// one did not, whatever the order of the commits between them.
struct ChangeRepository: Sendable {
    let pool: Pool

    struct Everything: Sendable {
        let geography: Geography
        let structures: [Structure]
        /// The moment of this read (`pg_current_snapshot()`).
        let moment: String
    }

    struct Changes: Sendable {
        let structures: [Structure]
        let geographyChanged: Bool
        let moment: String
    }

    /// Reads all in one moment.
    func loadAll() async throws -> Everything {
        try await pool.withTransaction(isolation: .repeatableRead, readOnly: true, timeout: .seconds(60)) {
            transaction in
            let moment = try await transaction.query("select pg_current_snapshot()::text")[0].decode(String.self)
            let geography = try await GeographyRepository().load(in: transaction)
            let rows = try await transaction.query("select id, document, version, updated_at from structures")
            return Everything(
                geography: geography, structures: try rows.map(StructureRepository.structure), moment: moment)
        }
    }

    /// - Parameter limit: as many structures at most; who gets that many must read everything anew.
    func changes(since moment: String, upTo limit: Int) async throws -> Changes {
        // One statement, one snapshot: the rows and the moment belong together.
        let query: Query = """
            with past as (select \(moment)::text::pg_snapshot as seen)
            select pg_current_snapshot()::text as moment, g.changed as geography_changed,
                s.id, s.document, s.version, s.updated_at
            from past
            cross join lateral (select coalesce(bool_or(not pg_visible_in_snapshot(changed_xid, seen)), false)
                as changed from geography_changes) g
            left join lateral (select * from structures where changed_xid >= pg_snapshot_xmin(seen)
                and not pg_visible_in_snapshot(changed_xid, seen) limit \(limit)) s on true
            """
        let rows = try await pool.transact(readOnly: true, [query])[0]
        return Changes(
            structures: try rows.compactMap { row in
                try row["id", as: UUID?.self] == nil ? nil : try StructureRepository.structure(row)
            },
            geographyChanged: try rows[0]["geography_changed", as: Bool.self],
            moment: try rows[0]["moment", as: String.self])
    }

    /// Tells the other replicas, after the commit and apart from it, that there is something new.
    func announce() async throws {
        try await pool.query("notify directory_changes")
    }
}

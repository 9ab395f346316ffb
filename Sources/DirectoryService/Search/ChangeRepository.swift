import Foundation
import Postgres
import Schema

/// What changed in the database since a moment that an earlier read named: every change that this read sees and that
/// one did not, whatever the order of the commits between them.
struct ChangeRepository: Sendable {
    let pool: Pool

    struct Everything: Sendable {
        let geography: Geography
        /// Differs after every change of the geography.
        let geographyVersion: String
        let base: Segment
        let tombstones: [Tombstone]
        /// Stored documents that today's rules do not read.
        let unreadable: [UnreadableStructure]
        /// The moment of this read (`pg_current_snapshot()`).
        let moment: String
    }

    struct Changes: Sendable {
        let structures: [Structure]
        let tombstones: [Tombstone]
        let unreadable: [UnreadableStructure]
        let geographyChanged: Bool
        let moment: String

        /// How many structures were read, those that are no more included.
        var count: Int { structures.count + tombstones.count + unreadable.count }
    }

    /// Reads all in one moment.
    ///
    /// - Parameter known: a geography, most of which are outlines, that is read again only if it has changed since.
    func loadAll(knowing known: (geography: Geography, version: String)? = nil) async throws -> Everything {
        let (moment, version, reading) = try await pool.withTransaction(
            isolation: .repeatableRead, readOnly: true, timeout: .seconds(60)
        ) { transaction in
            let moment = try await transaction.query("select pg_current_snapshot()::text")[0].decode(String.self)
            let version = try await GeographyRepository().version(in: transaction)
            let geography: Geography
            if let known, known.version == version {
                geography = known.geography
            } else {
                geography = try await GeographyRepository().read(in: transaction).geography()
            }
            var reading = StructureReading(in: geography)
            try await reading.run(in: transaction)
            return (moment, version, reading)
        }
        return Everything(
            geography: reading.builder.geography, geographyVersion: version, base: Segment(reading.builder),
            tombstones: reading.tombstones, unreadable: reading.unreadable, moment: moment)
    }

    /// - Parameter limit: as many structures at most; who gets that many must read everything anew.
    func changes(since moment: String, upTo limit: Int) async throws -> Changes {
        // One statement, one snapshot: the rows and the moment belong together.
        let query: Query = """
            with past as (select \(moment)::text::pg_snapshot as seen)
            select pg_current_snapshot()::text as moment, g.changed as geography_changed,
                s.id, s.document, s.version, s.updated_at, s.removed_at, s.successor_id
            from past
            cross join lateral (select coalesce(bool_or(not pg_visible_in_snapshot(changed_xid, seen)), false)
                as changed from geography_changes) g
            left join lateral (select * from structures where changed_xid >= pg_snapshot_xmin(seen)
                and not pg_visible_in_snapshot(changed_xid, seen) limit \(limit)) s on true
            """
        let rows = try await pool.transact(readOnly: true, [query])[0]
        let decoded = try ReadStructures(try rows.filter { try $0["id", as: UUID?.self] != nil })
        return Changes(
            structures: decoded.structures, tombstones: decoded.tombstones, unreadable: decoded.unreadable,
            geographyChanged: try rows[0]["geography_changed", as: Bool.self],
            moment: try rows[0]["moment", as: String.self])
    }

    /// What replicas listen on.
    static let channel: Identifier = "directory_changes"

    /// Tells the other replicas, after the commit and apart from it, that there is something new.
    func announce() async throws { try await pool.query(Self.announcement) }

    @Sendable static func announce(on connection: Connection) async throws {
        try await connection.query(announcement)
    }

    private static var announcement: Query { "notify \(channel)" }
}

import Events
import Foundation
import Postgres
import Schema

/// Tells, within a transaction that changed structures or territories, what they are from now on (D1, D4).
///
/// It looks at what the transaction has written, so that a write of any kind or number only has to call it last.
struct DirectoryEventRepository {
    let transaction: Transaction

    private static let batch = 500

    /// The structures that this transaction has written, each under its version.
    func tellStructures() async throws {
        try await tell(Self.structures(where: "s.changed_xid = pg_current_xact_id()"))
    }

    /// The structures that lie in other territories since this transaction changed communes, their history or
    /// territories: each is what it was, under its next version, and lies elsewhere.
    func tellMoved() async throws {
        let rows = try await transaction.query("select changed_xid = pg_current_xact_id() from geography_changes")
        guard try rows[0].decode(Bool.self) else { return }
        try await LocationRepository(transaction: transaction).renew()
        try await tellStructures()
    }

    /// Everything, where nothing was ever told: what was imported before there were events.
    func tellBeginning() async throws {
        // «sprotell» in ASCII: of several replicas that start, one tells.
        try await transaction.query("select pg_advisory_xact_lock(8318274334773046380)")
        let rows = try await transaction.query("select exists (select from event_outbox)")
        let hasMoved = try await LocationRepository(transaction: transaction).begin()
        if try rows[0].decode(Bool.self) {
            if hasMoved { try await tellStructures() }
            return
        }
        try await tell(Self.structures(where: "s.removed_at is null"))
        try await tellTerritories()
    }

    /// The territories that differ from what was last told of them.
    func tellTerritories() async throws {
        let rows = try await transaction.query(
            """
            with present as (
                select t.kind, t.code, md5(concat_ws('|', t.name, t.region, (
                    select string_agg(c.commune, ' ' order by c.commune)
                    from territory_communes c where c.kind = t.kind and c.code = t.code))) as state
                from territories t
            )
            insert into told_territories as told (kind, code, state)
            select kind, code, state from present order by kind, code
            on conflict (kind, code) do update set state = excluded.state, sequence = told.sequence + 1
            where told.state <> excluded.state
            returning kind || ':' || code, sequence
            """)
        let events = try rows.decode((String, Int).self).sorted { $0.0 < $1.0 }.map { key, sequence in
            // Who coordinates a territory and sits on its committee is not kept yet.
            Event(
                sequence: sequence,
                data: .territoryChanged(
                    TerritoryChange(code: key, coordinatorDesignated: nil, committeeStructures: [])))
        }
        for start in stride(from: 0, to: events.count, by: Self.batch) {
            let part = events[start..<min(start + Self.batch, events.count)]
            try await transaction.query(EventOutbox.append(Array(part)))
        }
    }

    private func tell(_ structures: Query) async throws {
        let next: Query = "fetch 500 from told"
        var rows = try await transaction.pipeline(["declare told no scroll cursor for \(structures)", next])[1]
        while rows.count == Self.batch {
            rows = try await transaction.pipeline([EventOutbox.append(try rows.compactMap(Self.event)), next])[1]
        }
        try await transaction.pipeline([EventOutbox.append(try rows.compactMap(Self.event)), "close told"])
    }

    private static func structures(where condition: Query) -> Query {
        """
        select s.id, s.document, s.version, s.updated_at, s.removed_at, s.successor_id, s.region,
            coalesce(l.territories, '{}') as located_in
        from structures s left join commune_locations l on l.commune = s.commune
        where \(condition) order by s.id
        """
    }

    /// Nil for a document that today's rules do not read: the directory does not show such a structure either.
    private static func event(_ row: Row) throws -> Event? {
        if let tombstone = try Tombstone(row) { return Event(tombstone) }
        guard let structure = try? StructureRepository.structure(row) else { return nil }
        let change = StructureChange(
            structure, region: try row["region", as: String.self],
            locatedIn: try row["located_in"])
        return Event(time: structure.updatedAt, sequence: structure.version, data: .structureChanged(change))
    }
}

extension Event {
    fileprivate init(_ tombstone: Tombstone) {
        let (id, version) = (tombstone.id, tombstone.version)
        let data =
            tombstone.successor.map { EventData.structureMerged(StructureMerger(id: id, version: version, into: $0)) }
            ?? .structureRemoved(StructureRemoval(id: id, version: version))
        self.init(time: tombstone.removedAt, sequence: version, data: data)
    }
}

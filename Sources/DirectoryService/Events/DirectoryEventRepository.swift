import Events
import Foundation
import Postgres
import Schema

/// Tells, within a transaction that changed structures or territories, what they are from now on (D1, D3, D4).
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

    /// The conventions that this transaction has written, each under its version.
    func tellConventions() async throws {
        let rows = try await transaction.query(
            """
            select id, document, version, updated_at from listings
            where list = \(ConventionDraft.list) and changed_xid = pg_current_xact_id() order by id
            """)
        try await append(
            try rows.map { row in
                let data =
                    try ListingRepository<ConventionDraft>.listing(row).map { EventData.conventionChanged($0.change) }
                    ?? .conventionRemoved(ConventionRemoval(convention: try row["id", as: UUID.self]))
                return Event(
                    time: try row["updated_at", as: Date.self], sequence: try row["version", as: Int.self], data: data)
            })
    }

    /// The territories that differ from what was last told of them, among all or among some.
    ///
    /// Where nobody has ever written of a territory's coordination, its state is what it was before that was told.
    /// - Parameter keys: of the territories to look at; nil for all.
    func tellTerritories(_ keys: [String]? = nil) async throws {
        let rows = try await transaction.query(
            """
            with present as (
                select t.kind, t.code, w.document -> 'coordinator' <> 'null' as designated,
                    coalesce((select array_agg(member ->> 'structure_id' order by place)
                        from jsonb_array_elements(w.document -> 'committee') with ordinality as c (member, place)),
                        '{}') as committee,
                    concat_ws('|', t.name, t.region, (
                        select string_agg(c.commune, ' ' order by c.commune)
                        from territory_communes c where c.kind = t.kind and c.code = t.code)) as description
                from (
                    select kind, code, name, region from territories
                    union all
                    -- Departments are no rows of their own.
                    select 'departement', substr(territory, 13), '', '' from territory_coordinations
                    where territory like 'departement:%'
                ) t
                left join territory_coordinations w on w.territory = t.kind || ':' || t.code
                where \(keys == nil) or t.kind || ':' || t.code = any(\(keys ?? []))
            ), told as (
                insert into told_territories as told (kind, code, state)
                select kind, code, md5(concat_ws('|', description, designated::text,
                    case when designated is not null then array_to_string(committee, ' ') end))
                from present order by kind, code
                on conflict (kind, code) do update set state = excluded.state, sequence = told.sequence + 1
                where told.state <> excluded.state
                returning kind, code, sequence
            )
            select kind || ':' || code as key, sequence, designated, committee
            from told join present using (kind, code) order by key
            """)
        try await append(
            try rows.map { row in
                Event(
                    sequence: try row["sequence", as: Int.self],
                    data: .territoryChanged(
                        TerritoryChange(
                            code: try row["key", as: String.self],
                            coordinatorDesignated: try row["designated", as: Bool?.self],
                            committeeStructures: try row["committee", as: [String].self].compactMap(UUID.init(text:)))))
            })
    }

    private func append(_ events: [Event]) async throws {
        for start in stride(from: 0, to: events.count, by: Self.batch) {
            try await transaction.query(
                EventOutbox.append(Array(events[start..<min(start + Self.batch, events.count)])))
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
            coalesce(l.territories, '{}') as located_in, c.latitude, c.longitude
        from structures s left join commune_locations l on l.commune = s.commune
            left join communes c on c.insee_code = coalesce(l.present, s.commune)
        where \(condition) order by s.id
        """
    }

    /// Nil for a document that today's rules do not read: the directory does not show such a structure either.
    private static func event(_ row: Row) throws -> Event? {
        if let tombstone = try Tombstone(row) { return Event(tombstone) }
        guard let structure = try? StructureRepository.structure(row) else { return nil }
        let point = (try row["latitude", as: Double?.self], try row["longitude", as: Double?.self])
        let change = StructureChange(
            structure, region: try row["region", as: String.self], locatedIn: try row["located_in"],
            centroid: point.0.flatMap { latitude in
                point.1.flatMap { Coordinate(latitude: latitude, longitude: $0) }
            })
        return Event(time: structure.updatedAt, sequence: structure.version, data: .structureChanged(change))
    }
}

extension Listing where Draft == ConventionDraft {
    fileprivate var change: ConventionChange {
        ConventionChange(
            convention: id, level: draft.kind, parties: draft.parties.map(\.text), validFrom: draft.validFrom,
            validUntil: draft.validUntil)
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

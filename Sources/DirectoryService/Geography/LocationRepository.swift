import Postgres

/// Where every commune lies, as ``Geography`` derives it from all that was imported: kept in the database, so that a
/// write tells of its structure (`located_in`) what the search shows, and an import finds out whom it has moved.
struct LocationRepository {
    let transaction: Transaction

    /// Keeps locations as they are until the transaction ends. Whoever writes a structure does this before it locks any
    /// of their rows, or the two would wait for one another; the database does it for a single statement
    /// (`hold_locations`).
    static var hold: Query { "select pg_advisory_xact_lock_shared(8318274334706393443)" }

    /// The first time, where structures were told before locations, or what they show, were kept: where they lay then,
    /// nobody knows. Also where a migration has made all of it empty, because more is told of structures than before.
    /// - Returns: whether this was the first time.
    func begin() async throws -> Bool {
        let rows = try await transaction.query("select exists (select from commune_locations where shown <> '')")
        guard try !rows[0].decode(Bool.self) else { return false }
        try await renew()
        return true
    }

    /// Derives all of it anew, and gives the structures that lie elsewhere, or show another name of where they lie, their
    /// next version.
    ///
    /// Waits for those who write structures and keeps others from it until the transaction ends.
    func renew() async throws {
        // «sproplac» in ASCII: `hold_locations` takes it shared.
        try await transaction.query("select pg_advisory_xact_lock(8318274334706393443)")
        let geography = try await GeographyRepository().read(in: transaction, withContours: false).geography()
        let codes = geography.everyCode.sorted()
        let present = codes.map(geography.currentCode)
        let territories = present.map { code in
            geography.territories(ofCommune: code).map(\.key).sorted().joined(separator: " ")
        }
        let shown = present.map { Self.shown($0, in: geography) }
        let changed = try await transaction.query(
            """
            with present as (
                select * from unnest(\(codes), \(present), \(territories), \(shown))
                    as place (commune, present, keys, shown)
            ), gone as (
                delete from commune_locations l where not exists (select from present p where p.commune = l.commune)
                returning commune, true as is_renamed
            ), changed as (
                select p.commune, l.present <> p.present as is_renamed
                from present p left join commune_locations l on l.commune = p.commune
                where l.commune is null or l.territories <> string_to_array(p.keys, ' ') or l.shown <> p.shown
                    or l.present <> p.present
            ), written as (
                insert into commune_locations (commune, present, territories, shown)
                select commune, present, string_to_array(keys, ' '), shown from present
                on conflict (commune) do update set (present, territories, shown)
                    = (excluded.present, excluded.territories, excluded.shown)
                where (commune_locations.present, commune_locations.territories, commune_locations.shown)
                    is distinct from (excluded.present, excluded.territories, excluded.shown)
            )
            select commune, coalesce(is_renamed, false) from (select * from gone union select * from changed) as place
            """
        ).decode((String, Bool).self)
        let renamed = changed.filter(\.1).map(\.0)
        try await transaction.query(
            """
            with moved as (
                update structures set version = version + 1, updated_at = now(), changed_xid = pg_current_xact_id()
                where removed_at is null and (commune = any(\(changed.map(\.0))) or (cardinality(\(renamed)) > 0
                    and exists (
                        select from jsonb_path_query(
                            document, '$.services[*].zones[*] ? (@.type == "commune").code') as zone (code)
                        where code #>> '{}' = any(\(renamed)))))
                returning id, version, document
            )
            insert into structure_versions (structure_id, version, document, operation, changed_by)
            select id, version, document, 'relocated', 'import' from moved
            """)
    }

    /// What structures show of a commune beside the keys of its territories; of a confidential address its centroid, too.
    private static func shown(_ code: String, in geography: Geography) -> String {
        let commune = geography.communes[code].map { [$0.name, $0.department, $0.region, "\($0.centroid)"] } ?? []
        return (commune + geography.territories(ofCommune: code).map(\.name)).joined(separator: "|")
    }
}

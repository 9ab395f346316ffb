import Postgres

/// Where every commune lies, as ``Geography`` derives it from all that was imported: kept in the database, so that a
/// write tells of its structure (`located_in`) what the search shows, and an import finds out whom it has moved.
struct LocationRepository {
    let transaction: Transaction

    /// The first time, where structures were told before locations were kept: where they lay then, nobody knows.
    /// - Returns: whether this was the first time.
    func begin() async throws -> Bool {
        let rows = try await transaction.query("select exists (select from commune_locations)")
        guard try !rows[0].decode(Bool.self) else { return false }
        try await renew()
        return true
    }

    /// Derives all of it anew, and gives the structures that lie elsewhere their next version.
    ///
    /// Waits for those who write structures and keeps others from it until the transaction ends.
    func renew() async throws {
        // «sproplac» in ASCII: `hold_locations` takes it shared.
        try await transaction.query("select pg_advisory_xact_lock(8318274334706393443)")
        let geography = try await GeographyRepository().read(in: transaction, withContours: false).geography()
        let codes = geography.everyCode.sorted()
        let territories = codes.map { code in
            geography.territories(ofCommune: geography.currentCode(code)).map(\.key).sorted().joined(separator: " ")
        }
        let changed = try await transaction.query(
            """
            with present as (
                select commune, string_to_array(keys, ' ') as territories
                from unnest(\(codes), \(territories)) as place (commune, keys)
            ), gone as (
                delete from commune_locations l where not exists (select from present p where p.commune = l.commune)
                returning commune
            ), written as (
                insert into commune_locations as l (commune, territories) select commune, territories from present
                on conflict (commune) do update set territories = excluded.territories
                where l.territories <> excluded.territories
                returning commune
            )
            select commune from gone union select commune from written
            """
        ).decode(String.self)
        try await transaction.query(
            """
            with moved as (
                update structures set version = version + 1, updated_at = now(), changed_xid = pg_current_xact_id()
                where commune = any(\(changed)) and removed_at is null returning id, version, document
            )
            insert into structure_versions (structure_id, version, document, operation, changed_by)
            select id, version, document, 'relocated', 'import' from moved
            """)
    }
}

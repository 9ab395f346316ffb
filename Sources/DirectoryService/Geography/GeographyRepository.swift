import Postgres
import Schema

/// Communes and territories in the database.
struct GeographyRepository: Sendable {
    /// Reads all that every replica holds in memory; the outlines, by far the most of it, only where they are needed.
    func read(in transaction: Transaction, withContours: Bool = true) async throws -> GeographyRecords {
        let rows = try await transaction.pipeline([
            "select insee_code, name, department, region, latitude, longitude, population from communes",
            """
            select t.kind, t.code, t.name, t.region, coalesce(array_agg(c.commune order by c.commune)
                filter (where c.commune is not null), '{}') as communes
            from territories t left join territory_communes c using (kind, code)
            group by t.kind, t.code
            """,
            "select changed_xid::text from geography_changes",
            "select effective_date::text, code_before, was_commune, code_after from commune_changes",
            "select insee_code, outline from commune_contours where \(withContours)",
        ])
        return GeographyRecords(
            communes: rows[0], territories: rows[1], changes: rows[3], contours: rows[4],
            version: try rows[2][0].decode(String.self))
    }

    /// As ``GeographyRecords/version``.
    func version(in transaction: Transaction) async throws -> String {
        try await transaction.query("select changed_xid::text from geography_changes")[0].decode(String.self)
    }

    /// Keeps others from changing it until the transaction ends.
    /// - Returns: the version that it has now.
    func lock(in transaction: Transaction) async throws -> String {
        try await transaction.query("select changed_xid::text from geography_changes for update")[0].decode(String.self)
    }

    /// Inserts communes and corrects those that differ.
    /// - Returns: how many were inserted or corrected.
    func upsert(_ communes: [Commune], in transaction: Transaction) async throws -> Int {
        let changed = try await transaction.query(
            """
            insert into communes (insee_code, name, department, region, latitude, longitude, population)
            select * from unnest(\(communes.map(\.code)), \(communes.map(\.name)), \(communes.map(\.department)),
                \(communes.map(\.region)), \(communes.map(\.centroid.latitude)),
                \(communes.map(\.centroid.longitude)), \(communes.map(\.population)))
            on conflict (insee_code) do update set name = excluded.name, department = excluded.department,
                region = excluded.region, latitude = excluded.latitude, longitude = excluded.longitude,
                population = excluded.population
            where (communes.name, communes.department, communes.region, communes.latitude, communes.longitude,
                communes.population)
                is distinct from (excluded.name, excluded.department, excluded.region, excluded.latitude,
                excluded.longitude, excluded.population)
            """)
        if changed.affected > 0 { try await markChanged(in: transaction) }
        return changed.affected
    }

    /// Of these territories, those that structures take part in or offers' zones name, with how many structures do.
    func structures(
        naming territories: [Territory], in transaction: Transaction
    ) async throws -> [(territory: String, count: Int)] {
        guard !territories.isEmpty else { return [] }
        let named = try await transaction.query(
            """
            select named.key, count(*) from unnest(\(territories.map(\.key))) named (key)
            join structures s on s.removed_at is null and (s.document -> 'participates_in' ? named.key
                or exists (select from jsonb_array_elements(s.document -> 'services') offer,
                    jsonb_array_elements(offer -> 'zones') zone
                    where (zone ->> 'type') || ':' || (zone ->> 'code') = named.key))
            group by named.key order by named.key
            """)
        return try named.decode((String, Int).self).map { (territory: $0, count: $1) }
    }

    /// Removes what goes, then writes what is new or differs: a commune may move between two of a file.
    func apply(_ replacement: TerritoryReplacement, in transaction: Transaction) async throws {
        let (changed, removed) = (replacement.changed, replacement.removed)
        guard !changed.isEmpty || !removed.isEmpty else { return }
        let members = changed.flatMap { territory in territory.communes.map { (territory, $0) } }
        try await transaction.pipeline([
            """
            delete from territories where (kind, code) in (
                select * from unnest(\(removed.map(\.kind)), \(removed.map(\.code))))
            """,
            """
            delete from territory_communes where (kind, code) in (
                select * from unnest(\(changed.map(\.kind)), \(changed.map(\.code))))
            """,
            """
            insert into territories (kind, code, name, region)
            select * from unnest(\(changed.map(\.kind)), \(changed.map(\.code)), \(changed.map(\.name)),
                \(changed.map(\.region)))
            on conflict (kind, code) do update set name = excluded.name, region = excluded.region
            """,
            """
            insert into territory_communes (kind, code, commune)
            select * from unnest(\(members.map(\.0.kind)), \(members.map(\.0.code)), \(members.map(\.1)))
            """,
        ])
        try await markChanged(in: transaction)
    }

    /// Adds events of the history to those that are known.
    /// - Returns: how many were new.
    func insert(_ changes: [CommuneChange], in transaction: Transaction) async throws -> Int {
        let inserted = try await transaction.query(
            """
            insert into commune_changes (effective_date, code_before, was_commune, code_after)
            select day::date, before, was_commune, after
            from unnest(\(changes.map(\.date.text)), \(changes.map(\.before)), \(changes.map(\.wasCommune)),
                \(changes.map(\.after))) event (day, before, was_commune, after)
            on conflict do nothing
            """)
        if inserted.affected > 0 { try await markChanged(in: transaction) }
        return inserted.affected
    }

    /// Inserts outlines and replaces those that differ.
    /// - Returns: how many were inserted or replaced.
    func upsert(_ contours: [String: Contour], in transaction: Transaction) async throws -> Int {
        let sorted = contours.sorted { $0.key < $1.key }
        var changed = 0
        for start in stride(from: 0, to: sorted.count, by: 1000) {
            let batch = sorted[start..<min(start + 1000, sorted.count)]
            changed += try await transaction.query(
                """
                insert into commune_contours (insee_code, outline)
                select * from unnest(\(batch.map(\.key)), \(batch.map(\.value.bytes)))
                on conflict (insee_code) do update set outline = excluded.outline
                where commune_contours.outline <> excluded.outline
                """
            ).affected
        }
        if changed > 0 { try await markChanged(in: transaction) }
        return changed
    }

    private func markChanged(in transaction: Transaction) async throws {
        try await transaction.query("update geography_changes set changed_xid = pg_current_xact_id()")
    }
}

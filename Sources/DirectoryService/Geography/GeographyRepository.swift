import Postgres
import Schema

/// Communes and territories in the database.
struct GeographyRepository: Sendable {
    /// Reads all of it: what every replica holds in memory.
    func load(in transaction: Transaction) async throws -> Geography {
        let communes = try await transaction.query(
            "select insee_code, name, department, region, latitude, longitude, population from communes")
        let territories = try await transaction.query(
            """
            select t.kind, t.code, t.name, t.region, coalesce(array_agg(c.commune order by c.commune)
                filter (where c.commune is not null), '{}') as communes
            from territories t left join territory_communes c using (kind, code)
            group by t.kind, t.code
            """)
        return Geography(
            communes: try communes.compactMap(Self.commune),
            territories: try territories.map { row in
                let (kind, code, name, region, communes) = try row.decode(
                    (String, String, String, String, [String]).self)
                return Territory(kind: kind, code: code, name: name, region: region, communes: communes)
            })
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

    /// Makes the list the territories of its kinds in its regions; nothing is touched where it already is.
    /// - Returns: how many were inserted, changed or removed.
    func replace(_ territories: [Territory], in transaction: Transaction) async throws -> Int {
        let scopes = Set(territories.map { "\($0.kind) \($0.region)" })
        let present = try await load(in: transaction).territories.values.filter {
            scopes.contains("\($0.kind) \($0.region)")
        }
        let wanted = Dictionary(territories.map { ($0.key, $0) }) { first, _ in first }
        let obsolete = present.filter { wanted[$0.key] == nil || wanted[$0.key]?.isSame(as: $0) == false }
        let kept = Set(present.map(\.key)).subtracting(obsolete.map(\.key))
        let missing = territories.filter { !kept.contains($0.key) }
        for territory in obsolete {
            try await transaction.query(
                "delete from territories where kind = \(territory.kind) and code = \(territory.code)")
        }
        for territory in missing {
            try await transaction.pipeline([
                """
                insert into territories (kind, code, name, region)
                values (\(territory.kind), \(territory.code), \(territory.name), \(territory.region))
                """,
                """
                insert into territory_communes (kind, code, commune)
                select \(territory.kind), \(territory.code), unnest(\(territory.communes))
                """,
            ])
        }
        if !obsolete.isEmpty || !missing.isEmpty { try await markChanged(in: transaction) }
        return Set(obsolete.map(\.key)).union(missing.map(\.key)).count
    }

    private func markChanged(in transaction: Transaction) async throws {
        try await transaction.query("update geography_changes set changed_xid = pg_current_xact_id()")
    }

    private static func commune(_ row: Row) throws -> Commune? {
        let (code, name, department, region, latitude, longitude, population) = try row.decode(
            (String, String, String, String, Double, Double, Int).self)
        return Coordinate(latitude: latitude, longitude: longitude).map { centroid in
            Commune(
                code: code, name: name, department: department, region: region, centroid: centroid,
                population: population)
        }
    }
}

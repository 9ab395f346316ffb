import Postgres

struct ReferencePopulationRepository: Sendable {
    /// Copies the records into a temporary table, one contribution after the other.
    ///
    /// - Returns: the places of those whose commune and year belong to another record.
    func stage(_ records: [ReferencePopulation], in transaction: Transaction) async throws -> [Int] {
        try await transaction.pipeline([
            "select from contribution_kinds where kind = \(ReferencePopulation.kind) for update",
            """
            create temporary table incoming (place bigint, region text, external_id text, commune text, year bigint,
                department text, territories text[], population bigint) on commit drop
            """,
        ])
        var rows = CopyRows()
        for (place, record) in records.enumerated() {
            try rows.append(
                place, record.region, record.externalID, record.commune, record.year, record.department,
                record.territories, record.population)
        }
        try await transaction.copy(
            into: "incoming",
            columns: ["place", "region", "external_id", "commune", "year", "department", "territories", "population"],
            rows: rows)
        return try await transaction.query(
            """
            select i.place from incoming i
            join reference_populations p on p.commune = i.commune and p.year = i.year
            where (p.region, p.external_id) <> (i.region, i.external_id)
                and not exists (select from incoming n where (n.region, n.external_id) = (p.region, p.external_id))
            order by 1
            """
        ).decode(Int.self)
    }

    /// Stores what was staged; what stays the same is not touched.
    func merge(contributedBy client: String, in transaction: Transaction) async throws -> (created: Int, updated: Int) {
        let stored = try await transaction.query(
            """
            insert into reference_populations as p
                (region, external_id, commune, year, department, territories, population, contributed_by)
            select region, external_id, commune, year, department, territories, population, \(client)
            from incoming
            on conflict (region, external_id) do update set commune = excluded.commune, year = excluded.year,
                department = excluded.department, territories = excluded.territories,
                population = excluded.population, contributed_by = excluded.contributed_by, contributed_at = now()
            where (p.commune, p.year, p.department, p.territories, p.population)
                <> (excluded.commune, excluded.year, excluded.department, excluded.territories, excluded.population)
            returning xmax = 0
            """
        ).decode(Bool.self)
        if !stored.isEmpty {
            try await transaction.query(
                "update contribution_kinds set position = position + 1 where kind = \(ReferencePopulation.kind)")
        }
        let created = stored.filter(\.self).count
        return (created, stored.count - created)
    }
}

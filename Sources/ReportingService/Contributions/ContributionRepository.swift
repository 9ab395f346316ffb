import Foundation
import Postgres

/// Stores contributions of every kind in one way: staged by COPY, judged there, merged by one statement.
struct ContributionRepository: Sendable {
    /// Waits for whoever else writes records of that kind for the same owner. Every transaction takes one such lock,
    /// ahead of everything else: two of them never wait for each other.
    func lock(_ kind: String, of owner: String, in transaction: Transaction) async throws {
        let name = "contributions \(kind) \(owner)"
        try await transaction.query("select pg_advisory_xact_lock(hashtextextended(\(name), 0))")
    }

    /// One that is gone is known as it last was: what happened there is told late.
    func places(
        structures: [UUID], territories: [String], in transaction: Transaction
    ) async throws -> ContributionPlaces {
        let answers = try await transaction.pipeline([
            """
            select distinct on (structure) structure, region, located_in, coalesce(networks, '{}')
            from structure_states where structure = any(\(structures)) and not is_gone
            order by structure, version desc
            """,
            """
            select distinct key, region from structure_states s, unnest(s.located_in) key
            where key = any(\(territories)) and not s.is_gone
            union
            select key, region from reference_populations p, unnest(p.territories) key
            where key = any(\(territories))
            order by 1, 2
            """,
        ])
        let known = try answers[0].decode((UUID, String, [String], [String]).self)
        let regions = try answers[1].decode((String, String).self)
        return ContributionPlaces(
            structures: Dictionary(
                uniqueKeysWithValues: known.map {
                    ($0.0, ContributionPlaces.Structure(region: $0.1, territories: $0.2, networks: $0.3))
                }),
            regions: Dictionary(grouping: regions, by: \.0).mapValues { $0.map(\.1) })
    }

    /// Copies the rows into a temporary table.
    ///
    /// - Returns: the places of those that have what only one record may have, and another has it.
    func stage(_ rows: CopyRows, for table: ContributionTable, in transaction: Transaction) async throws -> [Int] {
        try await transaction.pipeline([
            "create temporary table incoming (like \(table.name) including defaults) on commit drop",
            "alter table incoming add column place bigint",
        ])
        try await transaction.copy(
            into: "incoming", columns: ["place", "contributed_by", "region", "external_id"] + table.columns, rows: rows)
        guard let unique = table.uniqueness else { return [] }
        let owner = table.owner.column
        return try await transaction.query(
            """
            select i.place from incoming i
            join \(table.name) p on (\(names(unique.columns, "p."))) = (\(names(unique.columns, "i.")))
            where (p.\(owner), p.external_id) <> (i.\(owner), i.external_id)
                and not exists (select from incoming n where (n.\(owner), n.external_id) = (p.\(owner), p.external_id))
            order by 1
            """
        ).decode(Int.self)
    }

    /// Stores what was staged; what stays the same is not touched.
    func merge(
        _ kind: String, _ table: ContributionTable, in transaction: Transaction
    ) async throws -> ContributionOutcome {
        let columns = ["region"] + table.columns
        let all = names(["contributed_by", "external_id"] + columns, "")
        let stored = try await transaction.query(
            """
            insert into \(table.name) as p (\(all)) select \(all) from incoming
            on conflict (\(table.owner.column), external_id) do update set contributed_at = now(),
                \(Query((["contributed_by"] + columns).map { "\($0) = excluded.\($0)" }, separator: ", "))
            where (\(names(columns, "p."))) is distinct from (\(names(columns, "excluded.")))
            returning xmax = 0
            """
        ).decode(Bool.self)
        if !stored.isEmpty { try await advance(kind, in: transaction) }
        let created = stored.filter(\.self).count
        return ContributionOutcome(created: created, updated: stored.count - created)
    }

    /// Whether there was such a record.
    func delete(
        _ externalID: String, _ kind: String, _ table: ContributionTable, of owner: String, in transaction: Transaction
    ) async throws -> Bool {
        let deleted = try await transaction.query(
            "delete from \(table.name) where \(table.owner.column) = \(owner) and external_id = \(externalID)")
        if deleted.affected > 0 { try await advance(kind, in: transaction) }
        return deleted.affected > 0
    }

    /// Last of all, because everybody who changes something of this kind meets at this row.
    private func advance(_ kind: String, in transaction: Transaction) async throws {
        try await transaction.query("update contribution_kinds set position = position + 1 where kind = \(kind)")
    }

    private func names(_ columns: [Identifier], _ prefix: StaticString) -> Query {
        Query(columns.map { "\(raw: prefix)\($0)" }, separator: ", ")
    }
}

/// How many records of a file were new, and how many took the place of others.
struct ContributionOutcome: Sendable {
    let created: Int
    let updated: Int
}

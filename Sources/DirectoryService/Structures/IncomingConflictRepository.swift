import Postgres

/// What the structures of an import break, staged by ``StructureStaging``, within the transaction that takes them over.
struct IncomingConflictRepository {
    let transaction: Transaction

    /// What a line breaks together with other lines or with what is stored.
    struct Conflict {
        let line: Int
        /// A name of ``StructureConstraints``.
        let constraint: String
        /// Of the offer concerned.
        let position: Int?
    }

    /// Said by line, before a constraint says it of nothing in particular.
    func conflicts() async throws -> [Conflict] {
        let found = try await transaction.query(
            """
            with recursive parents as (
                select id, parent_id, region, status from incoming
                union all
                select id, parent_id, region, status from structures s
                where removed_at is null and not exists (select from incoming i where i.id = s.id)
            ), above (start, id) as (
                select id, parent_id from incoming where parent_id <> id
                union
                select a.start, p.parent_id from above a join parents p on p.id = a.id where p.parent_id is not null
            )
            select line, 'not_its_own_parent' as broken, null::bigint as position from incoming where parent_id = id
            union all
            select i.line, 'structure_removed', null from incoming i join structures s on s.id = i.id
            where s.removed_at is not null
            union all
            select i.line, 'parent_exists', null from incoming i
            where i.parent_id is not null and not exists (select from parents p where p.id = i.parent_id)
            union all
            select i.line, 'no_parent_cycle', null from incoming i join above a on a.start = i.id and a.id = i.id
            union all
            select i.line, 'parent_in_region', null from incoming i join parents p on p.id = i.parent_id
            where p.region <> i.region and not may_have_parent_elsewhere(i.status)
            union all
            select i.line, 'antennes_in_region', null from incoming i
            where exists (select from structures c where c.parent_id = i.id and c.region <> i.region
                and not may_have_parent_elsewhere(c.status)
                and not exists (select from incoming n where n.id = c.id))
            union all
            select line, 'siret_taken', null
            from (select line, row_number() over (partition by siret order by line) as turn
                from incoming where siret is not null) twins
            where turn > 1
            union
            select i.line, 'siret_taken', null from incoming i join structures o on o.siret = i.siret and o.id <> i.id
            where not exists (select from incoming n where n.id = o.id)
            union all
            select line, 'offer_taken', position
            from (select line, position, row_number() over (partition by id order by line) as turn
                from incoming_offers) twins
            where turn > 1
            union all
            select i.line, 'offer_taken', i.position
            from incoming_offers i join structure_offers o on o.offer_id = i.id and o.structure_id <> i.structure_id
            where not exists (select from incoming n where n.id = o.structure_id)
            order by 1, 2, 3
            """)
        return try found.decode((Int, String, Int?).self).map { line, constraint, position in
            Conflict(line: line, constraint: constraint, position: position)
        }
    }
}

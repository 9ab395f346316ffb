import Foundation
import Postgres
import Schema

/// The structures of an import, staged by ``StructureStaging``, within the transaction that takes them over: judged
/// together, stored by a few statements whatever their number.
struct IncomingStructureRepository {
    let transaction: Transaction

    /// What a line breaks together with other lines or with what is stored.
    struct Conflict {
        let line: Int
        /// A name of ``StructureConstraints``.
        let constraint: String
        /// Of the offer concerned.
        let position: Int?
    }

    /// Lets nobody else change the structures of the lines before the transaction ends.
    /// - Returns: the lines of those that changed since the file was begun.
    func hold() async throws -> [Int] {
        try await transaction.pipeline([
            "select from structures s join incoming i using (id) order by id for update of s",
            """
            select line from incoming join structures using (id), incoming_moment
            where not pg_visible_in_snapshot(changed_xid, seen) order by 1
            """,
        ])[1].decode(Int.self)
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
            union all
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

    /// Lines of structures that are another region's.
    func strangers(to region: String) async throws -> [Int] {
        try await transaction.query(
            "select i.line from incoming i join structures s using (id) where s.region <> \(region) order by 1"
        ).decode(Int.self)
    }

    /// Keeps each structure's label where the line has none.
    /// - Returns: lines with another one.
    func labels() async throws -> [Int] {
        try await transaction.pipeline([
            """
            update incoming i set document = jsonb_set(i.document, '{label}', s.document -> 'label')
            from structures s
            where s.id = i.id and i.document ->> 'label' is null and s.document ->> 'label' is not null
            """,
            """
            select i.line from incoming i left join structures s using (id)
            where i.document ->> 'label' is not null
                and i.document -> 'label' is distinct from coalesce(s.document -> 'label', 'null')
            order by 1
            """,
        ])[1].decode(Int.self)
    }

    /// What a region decided of a label no file takes back.
    func keepDecidedLabels() async throws {
        try await transaction.query(
            """
            update incoming i set document = jsonb_set(i.document, '{label}', l.label)
            from structure_labels l where l.structure_id = i.id
            """)
    }

    /// A line that may say what is stored in other words: of a confidential address it may have what the public knows,
    /// of a commune today's code.
    struct Present {
        let id: UUID
        let stored: Structure
        let incoming: Structure
    }

    func present() async throws -> [Present] {
        let rows = try await transaction.query(
            """
            select s.id, s.version, s.updated_at, s.document, i.document as incoming
            from incoming i join structures s using (id)
            where s.removed_at is null and s.document is distinct from i.document and (
                s.document -> 'address' ->> 'confidential' = 'true'
                or exists (
                    select from commune_locations l where l.commune = s.commune and l.present <> l.commune)
                or exists (
                    select from jsonb_path_query(
                        s.document, '$.services[*].zones[*] ? (@.type == "commune").code') as zone (code)
                    join commune_locations l on l.commune = code #>> '{}' where l.present <> l.commune))
            """)
        return try rows.compactMap { row in
            let incoming = try JSONValue(parsing: try row["incoming", as: JSONB.self].bytes)
            // What today's rules do not read is not compared: the line replaces it.
            guard let stored = try? StructureRepository.structure(row),
                let draft = try? ObjectReader.read(incoming, { StructureDraft($0, origin: .stored) })
            else { return nil }
            return Present(
                id: stored.id, stored: stored,
                incoming: Structure(
                    id: stored.id, draft: draft, version: stored.version, updatedAt: stored.updatedAt))
        }
    }

    /// Keeps a confidential address of which a line has only what is public, and takes out the lines that then say what is
    /// stored.
    func settle(_ present: [Present], in geography: Geography) async throws {
        var (same, kept): ([UUID], [(UUID, StructureDraft)]) = ([], [])
        for line in present {
            let stored = line.stored.naming(communesOf: geography).draft
            let centroid = stored.address.flatMap { geography.commune($0.commune)?.centroid }
            var draft = line.incoming.draft
            let repeats = draft.address?.isConfidential == true && draft.repeatsPublication(of: stored, at: centroid)
            if repeats { draft = draft.keepingPlace(of: stored) }
            if draft == stored {
                same.append(line.id)
            } else if repeats {
                kept.append((line.id, draft))
            }
        }
        try await transaction.pipeline([
            "delete from incoming where id = any(\(same))",
            "delete from incoming_offers where structure_id = any(\(same))",
            """
            update incoming i set document = k.document, siret = k.siret, commune = k.commune
            from unnest(\(kept.map(\.0)), \(kept.map { JSONB($0.1.storedJSON) }),
                \(kept.map(\.1.comparedSIRET)), \(kept.map(\.1.address?.commune))) as k (id, document, siret, commune)
            where i.id = k.id
            """,
        ])
    }

    /// Inserts new structures and brings changed ones to their next version; those that are as before stay untouched.
    /// - Returns: how many were inserted or changed.
    func store(by author: Author) async throws -> Int {
        let results = try await transaction.pipeline([
            """
            with changed as (
                insert into structures (id, parent_id, region, name, status, commune, siret, document)
                select id, parent_id, region, name, status, commune, siret, document from incoming
                on conflict (id) do update set parent_id = excluded.parent_id, region = excluded.region,
                    name = excluded.name, status = excluded.status, commune = excluded.commune,
                    siret = excluded.siret, document = excluded.document, version = structures.version + 1,
                    updated_at = now(), changed_xid = pg_current_xact_id()
                where structures.document is distinct from excluded.document
                    or structures.region is distinct from excluded.region
                returning id, version, document
            )
            insert into structure_versions (structure_id, version, document, operation, changed_by, changed_for)
            select id, version, document, \(StructureOperation.imported.rawValue), \(author.client),
                \(author.actingFor) from changed
            """,
            """
            delete from structure_offers o using incoming i
            where o.structure_id = i.id and not exists (select from incoming_offers n
                where n.id = o.offer_id and n.structure_id = o.structure_id)
            """,
            """
            insert into structure_offers (offer_id, structure_id) select id, structure_id from incoming_offers n
            where not exists (select from structure_offers o
                where o.offer_id = n.id and o.structure_id = n.structure_id)
            """,
        ])
        return results[0].affected
    }
}

import Foundation
import Postgres
import Schema

/// The structures of an import, staged by ``StructureStaging``, within the transaction that takes them over: judged
/// together, stored by a few statements whatever their number.
struct IncomingStructureRepository {
    let transaction: Transaction

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

    /// Lines of structures that are another region's.
    func strangers(to region: String) async throws -> [Int] {
        try await transaction.query(
            "select i.line from incoming i join structures s using (id) where s.region <> \(region) order by 1"
        ).decode(Int.self)
    }

    /// A line that says of a structure in which capacity it is listed otherwise than what is stored, if anything is.
    struct Restatement {
        let line: Int
        let incoming: StatusRules.Membership
        let stored: StatusRules.Membership?
    }

    func restatements() async throws -> [Restatement] {
        func networks(_ document: Query) -> Query {
            "array(select jsonb_array_elements_text(\(document) -> 'networks') order by 1)"
        }
        let rows = try await transaction.query(
            """
            select line, i.status, \(networks("i.document")) as networks, s.status as stored,
                \(networks("s.document")) as stored_networks
            from incoming i left join structures s using (id)
            where s.id is null or i.status <> s.status
                or i.document -> 'networks' is distinct from s.document -> 'networks'
            order by line
            """)
        return try rows.map { row in
            let stored = try row["stored", as: String?.self]
            return Restatement(
                line: try row["line", as: Int.self],
                incoming: StatusRules.Membership(
                    status: try row["status", as: String.self], networks: try row["networks", as: [String].self]),
                stored: try stored.map {
                    StatusRules.Membership(status: $0, networks: try row["stored_networks", as: [String].self])
                })
        }
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
            from structure_labels l where l.structure_id = i.id and l.label is not null
            """)
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

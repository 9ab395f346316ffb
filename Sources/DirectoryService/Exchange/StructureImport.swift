import Foundation
import Postgres
import Schema

/// NDJSON: one structure a line, `{"id": …}` beside the members of ``StructureDraft``; services carry their ids.
enum StructureImport {
    struct Line: Sendable {
        /// Of the file, from 1.
        let number: Int
        let id: UUID
        let draft: StructureDraft
        let region: String
    }

    /// Reads the whole file and judges every line; an id given twice is an error.
    static func read(_ bytes: [UInt8], rules: StructureRules, _ report: inout ImportReport) -> [Line] {
        var lines: [Line] = []
        var ids: Set<UUID> = []
        let content = bytes.dropFirst(ByteOrderMark.length(in: bytes))
        for (index, text) in content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
        where !text.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) {
            report.read += 1
            do throws(Refusal) {
                let line = try line(index + 1, Array(text), rules)
                guard ids.insert(line.id).inserted else {
                    throw Refusal(.invalidBody, violations: [Violation(.duplicateItem, at: "/id")])
                }
                lines.append(line)
            } catch {
                report.complain(line: index + 1, error.violations)
            }
        }
        return lines
    }

    private static func line(
        _ number: Int, _ bytes: [UInt8], _ rules: StructureRules
    ) throws(Refusal) -> Line {
        let document: JSONValue
        do throws(JSONSyntaxError) {
            document = try JSONValue(parsing: bytes)
        } catch {
            throw Refusal(.malformedBody, violations: [Violation(.format("du JSON", "JSON"), at: "")])
        }
        let (id, draft) = try ObjectReader.read(document) { object -> (UUID, StructureDraft)? in
            let id = object.required("id", .string(.uuid))
            guard let draft = StructureDraft(object, origin: .importer), let id else { return nil }
            return (id, draft)
        }
        return Line(number: number, id: id, draft: draft, region: try rules.check(draft))
    }

    /// Inserts new structures and brings changed ones to their next version; those that are as before stay untouched.
    /// - Returns: how many were inserted or changed; 0 where the database knows of a conflict, which is reported.
    static func store(
        _ lines: [Line], by client: String, _ report: inout ImportReport, in transaction: Transaction
    ) async throws -> Int {
        try await transaction.query(
            """
            create temporary table incoming (line bigint, id uuid primary key, parent_id uuid, region text,
                name text, status text, commune text, siret text, document jsonb) on commit drop
            """)
        for start in stride(from: 0, to: lines.count, by: 500) {
            let batch = lines[start..<min(start + 500, lines.count)]
            try await transaction.query(
                """
                insert into incoming select * from unnest(\(batch.map(\.number)), \(batch.map(\.id)),
                    \(batch.map(\.draft.parentID)), \(batch.map(\.region)), \(batch.map(\.draft.name)),
                    \(batch.map(\.draft.status)), \(batch.map(\.draft.address?.commune)), \(batch.map(\.draft.siret)),
                    \(batch.map { JSONB($0.draft.storedJSON) }))
                """)
        }
        try await reportConflicts(&report, in: transaction)
        guard report.isClean else { return 0 }
        let changed = try await transaction.query(
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
            insert into structure_versions (structure_id, version, document, changed_by)
            select id, version, document, \(client) from changed
            """)
        return changed.affected
    }

    /// What a line breaks together with other lines or with what is stored: said by line, before a constraint says it
    /// of nothing in particular.
    private static func reportConflicts(_ report: inout ImportReport, in transaction: Transaction) async throws {
        let conflicts = try await transaction.query(
            """
            select line, 'not_its_own_parent' as broken from incoming where parent_id = id
            union all
            select i.line, 'parent_exists' from incoming i
            where i.parent_id is not null and not exists (select from incoming p where p.id = i.parent_id)
                and not exists (select from structures p where p.id = i.parent_id)
            union all
            select line, 'siret_taken'
            from (select line, row_number() over (partition by siret order by line) as turn
                from incoming where siret is not null) twins
            where turn > 1
            union all
            select i.line, 'siret_taken' from incoming i join structures o on o.siret = i.siret and o.id <> i.id
            where not exists (select from incoming n where n.id = o.id)
            order by 1
            """)
        for (line, constraint) in try conflicts.decode((Int, String).self) {
            if let violation = StructureConstraints.violations[constraint] {
                report.complain(line: line, [violation])
            }
        }
    }
}

import Foundation
import Postgres
import Schema

/// NDJSON: one structure a line, `{"id": …}` beside the members of ``StructureDraft``; services carry their ids.
enum StructureImport {
    struct Line: Sendable {
        let id: UUID
        let draft: StructureDraft
        let region: String
    }

    /// Reads the whole file and judges every line; an id given twice is an error.
    static func read(_ bytes: [UInt8], rules: StructureRules, _ report: inout ImportReport) -> [Line] {
        var lines: [Line] = []
        var ids: Set<UUID> = []
        for (index, text) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
        where !text.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) {
            report.read += 1
            do throws(Refusal) {
                let line = try line(Array(text), rules)
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

    private static func line(_ bytes: [UInt8], _ rules: StructureRules) throws(Refusal) -> Line {
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
        return Line(id: id, draft: draft, region: try rules.check(draft))
    }

    /// Inserts new structures and brings changed ones to their next version; those that are as before stay untouched.
    /// - Returns: how many were inserted or changed.
    static func store(_ lines: [Line], by client: String, in transaction: Transaction) async throws -> Int {
        try await transaction.query(
            """
            create temporary table incoming (id uuid primary key, parent_id uuid, region text, name text, status text,
                commune text, siret text, document jsonb) on commit drop
            """)
        for start in stride(from: 0, to: lines.count, by: 500) {
            let batch = lines[start..<min(start + 500, lines.count)]
            try await transaction.query(
                """
                insert into incoming select * from unnest(\(batch.map(\.id)), \(batch.map(\.draft.parentID)),
                    \(batch.map(\.region)), \(batch.map(\.draft.name)), \(batch.map(\.draft.status)),
                    \(batch.map(\.draft.address?.commune)), \(batch.map(\.draft.siret)),
                    \(batch.map { JSONB($0.draft.storedJSON) }))
                """)
        }
        let changed = try await transaction.query(
            """
            with changed as (
                insert into structures (id, parent_id, region, name, status, commune, siret, document)
                select * from incoming
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
}

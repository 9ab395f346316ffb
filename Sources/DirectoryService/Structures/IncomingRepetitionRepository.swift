import Foundation
import Postgres
import Schema

/// Lines of an import that may say what is stored in other words, staged by ``StructureStaging``, within the transaction that
/// takes them over.
struct IncomingRepetitionRepository {
    let transaction: Transaction

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
            let draft = line.incoming.draft.keepingWithheld(of: stored, at: centroid)
            if draft == stored {
                same.append(line.id)
            } else if draft != line.incoming.draft {
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
}

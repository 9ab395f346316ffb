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
        /// The draft as the database keeps it.
        let document: JSONB
    }

    static func read(_ bytes: [UInt8], rules: StructureRules, _ report: inout ImportReport) -> [Line] {
        NDJSONLines.read(bytes, id: \.id, &report) { number, document throws(Refusal) in
            try line(number, document, rules)
        }
    }

    private static func line(_ number: Int, _ document: JSONValue, _ rules: StructureRules) throws(Refusal) -> Line {
        let (id, draft) = try ObjectReader.read(document) { object -> (UUID, StructureDraft)? in
            let id = object.required("id", .string(.uuid))
            guard let draft = StructureDraft(object, origin: .importer), let id else { return nil }
            return (id, draft)
        }
        let judged = try rules.check(draft)
        return Line(
            number: number, id: id, draft: judged.draft, region: judged.region,
            document: JSONB(judged.draft.storedJSON))
    }

    /// - Returns: how many were inserted or changed; 0 where the database knows of a conflict, which is reported.
    static func store(
        _ lines: [Line], by client: String, _ report: inout ImportReport, in transaction: Transaction
    ) async throws -> Int {
        let incoming = IncomingStructureRepository(transaction: transaction)
        try await incoming.stage(lines)
        for conflict in try await incoming.conflicts() {
            let violation = conflict.position.map(StructureConstraints.offerTaken)
            guard let violation = violation ?? StructureConstraints.violations[conflict.constraint] else { continue }
            report.complain(line: conflict.line, [violation])
        }
        guard report.isClean else { return 0 }
        return try await incoming.store(by: client)
    }
}

import Foundation
import Postgres
import Schema

/// NDJSON: one structure a line, `{"id": …}` beside the members of ``StructureDraft``; services carry their ids.
///
/// A file may hold a whole country: lines are judged as they are read and wait in the database, not here.
enum StructureImport {
    struct Line: Sendable {
        /// Of the file, from 1.
        let number: Int
        let id: UUID
        let draft: StructureDraft
        let region: String
    }

    static func reader(_ lines: LineReader, rules: StructureRules) -> NDJSONReader<Line> {
        NDJSONReader(lines, id: \.id) { number, document throws(Refusal) in
            var id: UUID?
            let reading = ObjectReader.reading(document) { object in
                id = object.required("id", .string(.uuid))
                return StructureDraft(object, origin: .importer)
            }
            let judged = try rules.check(reading)
            guard let id else { throw Refusal(.invalidBody) }
            return Line(number: number, id: id, draft: judged.draft, region: judged.region)
        }
    }

    /// Reads and judges every line, outside any transaction. As long as all are sound they are staged; from the first
    /// one that is not they are only judged.
    static func stage(
        _ lines: LineReader, rules: StructureRules, _ report: inout ImportReport, on connection: Connection
    ) async throws {
        var reader = reader(lines, rules: rules)
        var staging = StructureStaging(connection: connection)
        try await staging.begin()
        while let line = try reader.next(&report) {
            if report.isClean { try await staging.append(line) }
        }
        if report.isClean { try await staging.finish() }
    }

    /// - Returns: how many were inserted or changed; 0 where the database knows of a conflict, which is reported.
    static func store(
        by client: String, _ report: inout ImportReport, in transaction: Transaction
    ) async throws -> Int {
        let incoming = IncomingStructureRepository(transaction: transaction)
        for conflict in try await incoming.conflicts() {
            let violation = conflict.position.map(StructureConstraints.offerTaken)
            guard let violation = violation ?? StructureConstraints.violations[conflict.constraint] else { continue }
            report.complain(line: conflict.line, [violation])
        }
        guard report.isClean else { return 0 }
        return try await incoming.store(by: client)
    }
}

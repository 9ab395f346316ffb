import Charters
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

    /// Makes a structure of a line's number and its document.
    static func read(
        _ number: Int, _ document: JSONValue, _ rules: StructureRules, of region: String?
    ) throws(Refusal) -> Line {
        var id: UUID?
        let reading = ObjectReader.reading(document) { object in
            id = object.required("id", .string(.uuid))
            return StructureDraft(object, origin: .importer)
        }
        let judged = try rules.check(reading)
        guard let id else { throw Refusal(.invalidBody) }
        guard region == nil || region == judged.region else {
            let place = judged.draft.address == nil ? "/region" : "/address/commune"
            throw Refusal(.invalidBody, violations: [Violation(otherRegion, at: place)])
        }
        return Line(number: number, id: id, draft: judged.draft, region: judged.region)
    }

    static func reader(
        _ lines: LineReader, rules: StructureRules, of region: String? = nil
    ) -> NDJSONReader<Line> {
        NDJSONReader(lines, id: \.id) { number, document throws(Refusal) in
            try read(number, document, rules, of: region)
        }
    }

    /// Reads and judges every line, outside any transaction. As long as all are sound they are staged; from the first
    /// one that is not they are only judged.
    ///
    /// - Parameter region: whose structures alone are taken; nil of all.
    static func stage(
        _ source: ImportSource, as format: StructureFormat, rules: StructureRules, of region: String?,
        _ report: inout ImportReport, on connection: Connection
    ) async throws {
        var staging = StructureStaging(connection: connection)
        try await staging.begin()
        var reader: any StructureReader =
            switch format {
            case .lines: reader(try source.lines(), rules: rules, of: region)
            case .table:
                StructureTableReader(try source.lines(), on: connection) { number, document throws(Refusal) in
                    try read(number, document, rules, of: region)
                }
            case .inclusion:
                try await InclusionReader(source, on: connection, in: rules.geography, &report) {
                    number, document throws(Refusal) in
                    try read(number, document, rules, of: region)
                }
            }
        while let line = try await reader.next(&report) {
            if report.isClean { try await staging.append(line) }
        }
        if report.isClean { try await staging.finish() }
    }

    /// - Returns: how many were inserted or changed; 0 where the database knows of a conflict, which is reported.
    static func store(
        _ format: StructureFormat, for region: String? = nil, under charter: Charter? = nil, by author: Author,
        in geography: @autoclosure () throws -> Geography, _ report: inout ImportReport, in transaction: Transaction
    ) async throws -> Int {
        let incoming = IncomingStructureRepository(transaction: transaction)
        let overtaken = try await incoming.hold()
        // A line says all of a structure; a row, or another schema's record, only some, beside what was stored.
        if format != .lines {
            for line in overtaken { report.complain(line: line, [Violation(Self.overtaken, at: "/id")]) }
            guard report.isClean else { return 0 }
        }
        if let region {
            for line in try await incoming.strangers(to: region) {
                report.complain(line: line, [Violation(otherRegion, at: "/id")])
            }
            for line in try await incoming.labels() {
                report.complain(line: line, [Violation(labelOfProcedure, at: "/label")])
            }
            for line in try await incoming.restatements() {
                report.complain(
                    line: line.line,
                    StatusRules.violations(of: line.incoming, replacing: line.stored, under: charter))
            }
        }
        try await incoming.keepDecidedLabels()
        let repetitions = IncomingRepetitionRepository(transaction: transaction)
        let present = try await repetitions.present()
        if !present.isEmpty { try await repetitions.settle(present, in: try geography()) }
        for conflict in try await IncomingConflictRepository(transaction: transaction).conflicts() {
            let violation = conflict.position.map(StructureConstraints.offerTaken)
            guard let violation = violation ?? StructureConstraints.violations[conflict.constraint] else { continue }
            report.complain(line: conflict.line, [violation])
        }
        guard report.isClean else { return 0 }
        return try await incoming.store(by: author)
    }

    private static let overtaken = Flaw(
        "overtaken", fr: "Cette structure a changé pendant la lecture du fichier : recommencez.",
        en: "This structure changed while the file was read: run the import again.")
    private static let otherRegion = Flaw(
        "structure-of-another-region", fr: "Cette structure est d’une autre région que la vôtre.",
        en: "This structure is another region's than yours.")
    private static let labelOfProcedure = Flaw(
        "label-by-procedure", fr: "Seule la procédure de labellisation change ce champ : retirez-le.",
        en: "Only the labelling procedure changes this field: leave it out.")
}

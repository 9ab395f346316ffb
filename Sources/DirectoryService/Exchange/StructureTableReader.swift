import Foundation
import Postgres
import Schema

/// Reads structures one by one; those that are not sound are reported.
protocol StructureReader {
    mutating func next(_ report: inout ImportReport) async throws -> StructureImport.Line?
}

extension NDJSONReader: StructureReader where Line == StructureImport.Line {}

/// Structures of a CSV file (``StructureRow``), read some hundreds at a time, with what is stored of them.
struct StructureTableReader: StructureReader {
    private var records: CSVLines
    private let connection: Connection
    private let read: (Int, JSONValue) throws(Refusal) -> StructureImport.Line
    private var columns: [String]?
    private var waiting: [StructureRow] = []
    private var stored: [UUID: JSONObject] = [:]
    private var seen: Set<UUID> = []

    private static let batch = 500

    /// - Parameter read: makes a structure of a line's number and its document.
    init(
        _ lines: LineReader, on connection: Connection,
        read: @escaping (Int, JSONValue) throws(Refusal) -> StructureImport.Line
    ) {
        records = CSVLines(lines)
        self.connection = connection
        self.read = read
    }

    mutating func next(_ report: inout ImportReport) async throws -> StructureImport.Line? {
        while true {
            if waiting.isEmpty { try await fill(&report) }
            guard let row = waiting.popLast() else { return nil }
            do throws(Refusal) {
                let line = try read(row.line, row.document(over: row.id.flatMap { stored[$0] }))
                guard seen.insert(line.id).inserted else {
                    throw Refusal(.invalidBody, violations: [Violation(.duplicateItem, at: "/id")])
                }
                return line
            } catch {
                report.complain(line: row.line, error.violations)
            }
        }
    }

    /// The next rows, the first one last.
    private mutating func fill(_ report: inout ImportReport) async throws {
        var rows: [StructureRow] = []
        do {
            guard let columns = try await header(&report) else { return }
            while rows.count < Self.batch, let record = try await records.next() {
                report.read += 1
                if record.fields.count == columns.count {
                    rows.append(StructureRow(record, columns))
                } else {
                    let count = columns.count...columns.count
                    report.complain(line: record.line, [Violation(.count(count), at: "")])
                }
            }
        } catch let failure as CSVReader.Failure {
            let flaw = Flaw("not-csv", fr: failure.reason.fr, en: failure.reason.en)
            report.complain(line: failure.line, [Violation(flaw, at: "")])
            records = CSVLines(LineReader([]))
        } catch is LineReader.TooLong {
            let flaw = Flaw("line-too-long", fr: "Une ligne est trop longue.", en: "A line is too long.")
            report.complain(line: 0, [Violation(flaw, at: "")])
            records = CSVLines(LineReader([]))
        }
        let known = try await connection.query(
            "select id, document from structures where id = any(\(rows.compactMap(\.id))) and removed_at is null"
        ).decode((UUID, JSONB).self)
        stored = [:]
        for (id, document) in known { stored[id] = try JSONValue(parsing: document.bytes).object }
        waiting = rows.reversed()
    }

    private mutating func header(_ report: inout ImportReport) async throws -> [String]? {
        if let columns { return columns }
        let header = try await records.next()?.fields ?? []
        let violations = StructureRow.violations(in: header)
        report.complain(line: 1, violations)
        guard violations.isEmpty else { return nil }
        columns = header
        return header
    }
}

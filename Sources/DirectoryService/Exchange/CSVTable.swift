import Schema

/// A CSV file with a header that must name exactly these columns, in any order.
struct CSVTable {
    private var reader: CSVReader
    private let columns: [String]
    private let places: [Int]

    /// Nil where the header is not as it must be, which is reported.
    init?(_ bytes: [UInt8], columns: [String], _ report: inout ImportReport) throws(CSVReader.Failure) {
        reader = CSVReader(bytes)
        self.columns = columns
        let header = try reader.next()?.fields ?? []
        let violations = CSVHeader.violations(in: header, known: columns, required: columns)
        report.complain(line: 1, violations)
        guard violations.isEmpty else { return nil }
        places = columns.compactMap { header.firstIndex(of: $0) }
    }

    /// The next record as a row of named fields; a record with too few or too many fields is a violation of its own.
    mutating func next() throws(CSVReader.Failure) -> Row? {
        guard let record = try reader.next() else { return nil }
        return Row(record: record, columns: columns, places: places)
    }

    /// One record; gathers the violations of its fields.
    final class Row {
        let line: Int
        private let fields: [String]
        private let columns: [String]
        private let places: [Int]
        private(set) var violations: [Violation] = []

        init(record: CSVReader.Record, columns: [String], places: [Int]) {
            line = record.line
            fields = record.fields
            self.columns = columns
            self.places = places
            if fields.count != columns.count {
                violations.append(Violation(.count(columns.count...columns.count), at: ""))
            }
        }

        func value<Value>(_ column: String, _ rule: TextRule<Value>) -> Value? {
            guard fields.count == columns.count, let index = columns.firstIndex(of: column) else { return nil }
            do throws(Flaw) {
                return try rule.read(fields[places[index]])
            } catch {
                violations.append(Violation(error, at: column))
                return nil
            }
        }

        func report(_ flaw: Flaw, at column: String) { violations.append(Violation(flaw, at: column)) }
    }
}

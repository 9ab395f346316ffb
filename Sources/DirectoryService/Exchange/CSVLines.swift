import Schema

/// The records of a CSV file that comes piece by piece: a record is as many lines as its quotes need.
struct CSVLines {
    private var lines: LineReader
    /// In bytes, of one record.
    private static let longest = 1 << 20

    init(_ lines: LineReader) { self.lines = lines }

    /// The next record; blank lines are skipped.
    ///
    /// - Throws: ``CSVReader/Failure``, ``LineReader/TooLong``, and what reading throws; then there is no way on.
    mutating func next() async throws -> (line: Int, fields: [String])? {
        while true {
            guard let first = try await lines.next() else { return nil }
            let start = lines.number
            var record = Array(first)
            // Quotes come in pairs, doubled ones also: an odd number is one that is open.
            var isOpen = Self.hasOpenQuote(first)
            while isOpen, record.count <= Self.longest, let more = try await lines.next() {
                record.append(UInt8(ascii: "\n"))
                record += more
                if Self.hasOpenQuote(more) { isOpen.toggle() }
            }
            do {
                var reader = CSVReader(record)
                guard let found = try reader.next() else { continue }
                return (start, found.fields)
            } catch {
                throw CSVReader.Failure(line: start, reason: error.reason)
            }
        }
    }

    private static func hasOpenQuote(_ line: ArraySlice<UInt8>) -> Bool {
        line.reduce(0) { $0 + ($1 == UInt8(ascii: "\"") ? 1 : 0) } % 2 == 1
    }
}

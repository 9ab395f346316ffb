import Schema

/// The records of a posted file with their places: `application/json` (an array), `application/x-ndjson` or `text/csv`.
struct ContributionFile {
    /// Of one record: its index in the array, or the line on which it begins.
    struct Record {
        let place: Int
        let content: JSONValue
    }

    /// The communes of the largest region have a third of that.
    private static let limits = JSONLimits(depth: 32, values: 100_000)

    private(set) var records: [Record] = []
    private(set) var violations: [Violation] = []

    static let types = ["application/json", "application/x-ndjson", "text/csv"]

    /// - Parameter type: one of ``types``.
    /// - Throws: ``Refusal`` `malformed-body` where records cannot be told apart.
    init(_ bytes: [UInt8], type: String, columns: [ContributionColumn]) throws(Refusal) {
        switch type {
        case "application/x-ndjson": readLines(bytes)
        case "text/csv": try readTable(bytes, columns)
        default: try readArray(bytes)
        }
    }

    /// Reads every record by its rule and gathers all violations; the first part of a pointer is the record's place.
    ///
    /// - Throws: ``Refusal`` `invalid-body` with all of them.
    func read<Value>(_ build: (ObjectReader) -> Value?) throws(Refusal) -> [(place: Int, value: Value)] {
        var values: [(place: Int, value: Value)] = []
        var violations = violations
        for record in records where violations.count < Refusal.shownViolations {
            do throws(Refusal) {
                values.append((record.place, try ObjectReader.read(record.content, build)))
            } catch {
                violations += error.violations.map { $0.placed(at: record.place) }
            }
        }
        guard violations.isEmpty else { throw Refusal(.invalidBody, violations: violations.sorted(by: Self.inOrder)) }
        return values
    }

    private mutating func readArray(_ bytes: [UInt8]) throws(Refusal) {
        let document: JSONValue
        do throws(JSONSyntaxError) {
            document = try JSONValue(parsing: bytes, limits: Self.limits)
        } catch  where error.reason == .tooManyValues {
            throw Refusal(
                .bodyTooLarge, fr: "Un tableau a au plus \(Self.limits.values) valeurs : envoyez-le en plusieurs fois.",
                en: "An array has at most \(Self.limits.values) values: send it in parts.")
        } catch {
            throw .malformed(error)
        }
        guard let items = document.array else {
            throw Refusal(.invalidBody, violations: [Violation(.wrongType("liste", "array"), at: "")])
        }
        records = items.enumerated().map { Record(place: $0.offset, content: $0.element) }
    }

    private mutating func readLines(_ bytes: [UInt8]) {
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            if violations.count == Refusal.shownViolations { break }
            if line.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) { continue }
            do throws(JSONSyntaxError) {
                records.append(Record(place: index + 1, content: try JSONValue(parsing: Array(line), limits: .request)))
            } catch {
                violations.append(Violation(.json(error), at: "").placed(at: index + 1))
            }
        }
    }

    private mutating func readTable(_ bytes: [UInt8], _ columns: [ContributionColumn]) throws(Refusal) {
        var reader = CSVReader(bytes)
        do throws(CSVReader.Failure) {
            let header = try reader.next()?.fields ?? []
            let ordered = header.compactMap { name in columns.first { $0.name == name } }
            guard ordered.count == columns.count, Set(header).count == header.count, header.count == columns.count
            else {
                let names = columns.map(\.name).joined(separator: ",")
                throw CSVReader.Failure(
                    line: 1,
                    reason: LocalizedText(fr: "l’en-tête attendu est \(names)", en: "the header must be \(names)"))
            }
            while violations.count < Refusal.shownViolations, let record = try reader.next() {
                guard record.fields.count == columns.count else {
                    let flaw = Flaw.count(columns.count...columns.count)
                    violations.append(Violation(flaw, at: "").placed(at: record.line))
                    continue
                }
                let members = zip(ordered, record.fields).map { ($0.name, $0.value(of: $1)) }
                records.append(Record(place: record.line, content: .object(JSONObject(members: members))))
            }
        } catch {
            throw Refusal(
                .malformedBody, fr: "Ligne \(error.line) : \(error.reason.fr).",
                en: "Line \(error.line): \(error.reason.en).")
        }
    }

    private static func inOrder(_ left: Violation, _ right: Violation) -> Bool { left.place < right.place }
}

extension Violation {
    /// With the record's place ahead of the pointer.
    func placed(at place: Int) -> Violation { Violation(pointer: "/\(place)\(pointer)", code: code, detail: detail) }

    fileprivate var place: Int { pointer.split(separator: "/").first.flatMap { Int($0) } ?? 0 }
}

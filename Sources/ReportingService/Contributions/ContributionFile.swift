import Schema

/// The records of a posted file with their places: `application/json` (an array or one object), `application/x-ndjson`
/// or `text/csv`. Each is read by its rule as it comes, so that no more than one is held as JSON unless it is an array.
struct ContributionFile<Value> {
    /// One record's place: its index in the array, the line on which it begins, or nil where it is the document.
    typealias Record = (place: Int?, value: Value)

    private let columns: [ContributionMember]
    private let build: (ObjectReader) -> Value?
    private var records: [Record] = []
    private var violations: [Violation] = []

    private init(_ columns: [ContributionMember], _ build: @escaping (ObjectReader) -> Value?) {
        (self.columns, self.build) = (columns, build)
    }

    /// Reads every record and gathers all violations; the first part of a pointer is the record's place.
    ///
    /// - Parameter type: one of ``ContributionBody/types``.
    /// - Throws: ``Refusal`` `malformed-body` where records cannot be told apart, else `invalid-body` with all of them.
    static func read(
        _ bytes: [UInt8], type: String, columns: [ContributionMember], _ build: @escaping (ObjectReader) -> Value?
    ) throws(Refusal) -> [Record] {
        var file = ContributionFile(columns, build)
        switch type {
        case "application/x-ndjson": file.readLines(bytes)
        case "text/csv": try file.readTable(bytes)
        default: try file.readDocument(bytes)
        }
        guard file.violations.isEmpty else { throw Refusal(.invalidBody, violations: file.violations) }
        return file.records
    }

    private var isFull: Bool { violations.count >= Refusal.shownViolations }

    private mutating func take(_ content: JSONValue, at place: Int?) {
        do throws(Refusal) {
            let value = try ObjectReader.read(content, build)
            if violations.isEmpty { records.append((place, value)) }
        } catch {
            violations += error.violations.map { $0.placed(at: place) }
        }
    }

    private mutating func readDocument(_ bytes: [UInt8]) throws(Refusal) {
        let document: JSONValue
        do throws(JSONSyntaxError) {
            document = try JSONValue(parsing: bytes, limits: ContributionBody.arrayLimits)
        } catch  where error.reason == .tooManyValues {
            let limit = ContributionBody.arrayLimits.values
            throw Refusal(
                .bodyTooLarge, fr: "Un tableau a au plus \(limit) valeurs : envoyez-le en plusieurs fois.",
                en: "An array has at most \(limit) values: send it in parts.")
        } catch {
            throw .malformed(error)
        }
        switch document {
        case .object: take(document, at: nil)
        case .array(let items):
            for (index, item) in items.enumerated() where !isFull { take(item, at: index) }
        default: violations = [Violation(.wrongType("liste ou objet", "array or object"), at: "")]
        }
    }

    private mutating func readLines(_ bytes: [UInt8]) {
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            if isFull { break }
            if line.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) { continue }
            do throws(JSONSyntaxError) {
                take(try JSONValue(parsing: Array(line), limits: .request), at: index + 1)
            } catch {
                violations.append(Violation(.json(error), at: "").placed(at: index + 1))
            }
        }
    }

    private mutating func readTable(_ bytes: [UInt8]) throws(Refusal) {
        var reader = CSVReader(bytes)
        do throws(CSVReader.Failure) {
            let ordered = try order(of: try reader.next()?.fields ?? [])
            while !isFull, let record = try reader.next() {
                guard record.fields.count == ordered.count else {
                    let flaw = Flaw.count(ordered.count...ordered.count)
                    violations.append(Violation(flaw, at: "").placed(at: record.line))
                    continue
                }
                let members = zip(ordered, record.fields).map { ($0.name, $0.value(of: $1)) }
                take(.object(JSONObject(members: members)), at: record.line)
            }
        } catch {
            throw Refusal(
                .malformedBody, fr: "Ligne \(error.line) : \(error.reason.fr).",
                en: "Line \(error.line): \(error.reason.en).")
        }
    }

    /// The members that a header names: each once, in any order, none that must be there left out.
    private func order(of header: [String]) throws(CSVReader.Failure) -> [ContributionMember] {
        let ordered = header.compactMap { name in columns.first { $0.name == name } }
        let isWhole = columns.allSatisfy { $0.isOptional || header.contains($0.name) }
        guard ordered.count == header.count, Set(header).count == header.count, isWhole else {
            let required = columns.filter { !$0.isOptional }.map(\.name).joined(separator: ",")
            let optional = columns.filter(\.isOptional).map(\.name).joined(separator: ",")
            throw CSVReader.Failure(
                line: 1,
                reason: LocalizedText(
                    fr: "l’en-tête attendu est \(required)" + (optional.isEmpty ? "" : ", avec ou sans \(optional)"),
                    en: "the header must be \(required)" + (optional.isEmpty ? "" : ", with or without \(optional)")))
        }
        return ordered
    }
}

extension Violation {
    /// With the record's place ahead of the pointer.
    func placed(at place: Int?) -> Violation {
        place.map { Violation(pointer: "/\($0)\(pointer)", code: code, detail: detail) } ?? self
    }
}

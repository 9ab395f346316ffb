import Foundation
import Schema

/// NDJSON whose lines have ids: one object a line, blank lines between them as one likes.
struct NDJSONReader<Line> {
    private var lines: LineReader
    private let id: (Line) -> UUID
    private let read: (Int, JSONValue) throws(Refusal) -> Line
    private var ids: Set<UUID> = []

    /// - Parameter read: makes one of a line's number, from 1, and its object.
    init(_ lines: LineReader, id: @escaping (Line) -> UUID, read: @escaping (Int, JSONValue) throws(Refusal) -> Line) {
        self.lines = lines
        self.id = id
        self.read = read
    }

    /// The next sound line; those before it are reported. An id given twice is an error.
    mutating func next(_ report: inout ImportReport) async throws -> Line? {
        while let text = try await following(&report) {
            if text.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) { continue }
            report.read += 1
            do throws(Refusal) {
                let line = try read(lines.number, try Self.document(Array(text)))
                guard ids.insert(id(line)).inserted else {
                    throw Refusal(.invalidBody, violations: [Violation(.duplicateItem, at: "/id")])
                }
                return line
            } catch {
                report.complain(line: lines.number, error.violations)
            }
        }
        return nil
    }

    /// All that are left, to the end.
    mutating func rest(_ report: inout ImportReport) async throws -> [Line] {
        var found: [Line] = []
        while let line = try await next(&report) { found.append(line) }
        return found
    }

    private mutating func following(_ report: inout ImportReport) async throws -> ArraySlice<UInt8>? {
        do {
            return try await lines.next()
        } catch is LineReader.TooLong {
            let flaw = Flaw("line-too-long", fr: "Cette ligne est trop longue.", en: "This line is too long.")
            report.complain(line: lines.number + 1, [Violation(flaw, at: "")])
            lines = LineReader([])
            return nil
        }
    }

    private static func document(_ bytes: [UInt8]) throws(Refusal) -> JSONValue {
        do throws(JSONSyntaxError) {
            return try JSONValue(parsing: bytes)
        } catch {
            throw Refusal(.malformedBody, violations: [Violation(.json(error), at: "")])
        }
    }
}

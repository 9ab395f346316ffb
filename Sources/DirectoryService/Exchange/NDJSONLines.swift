import Foundation
import Schema

/// NDJSON whose lines have ids: one object a line, blank lines between them as one likes.
enum NDJSONLines {
    /// Reads the whole file and judges every line; an id given twice is an error.
    ///
    /// - Parameter read: makes one of a line's number, from 1, and its object.
    static func read<Line>(
        _ bytes: [UInt8], id: (Line) -> UUID, _ report: inout ImportReport,
        _ read: (Int, JSONValue) throws(Refusal) -> Line
    ) -> [Line] {
        var lines: [Line] = []
        var ids: Set<UUID> = []
        let content = bytes.dropFirst(ByteOrderMark.length(in: bytes))
        for (index, text) in content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
        where !text.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) {
            report.read += 1
            do throws(Refusal) {
                let line = try read(index + 1, try document(Array(text)))
                guard ids.insert(id(line)).inserted else {
                    throw Refusal(.invalidBody, violations: [Violation(.duplicateItem, at: "/id")])
                }
                lines.append(line)
            } catch {
                report.complain(line: index + 1, error.violations)
            }
        }
        return lines
    }

    private static func document(_ bytes: [UInt8]) throws(Refusal) -> JSONValue {
        do throws(JSONSyntaxError) {
            return try JSONValue(parsing: bytes)
        } catch {
            throw Refusal(.malformedBody, violations: [Violation(.json(error), at: "")])
        }
    }
}

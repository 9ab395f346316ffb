import Foundation
import Postgres
import Schema

/// One version of a structure, or of how a territory is coordinated, as its history keeps it.
struct StructureVersion: Sendable {
    let number: Int
    let operation: String
    let changedAt: Date
    let author: Author
    /// What its editors wrote, or what it was when it ended.
    let document: JSONValue

    init(_ row: Row) throws {
        number = try row["version", as: Int.self]
        operation = try row["operation", as: String.self]
        changedAt = try row["changed_at", as: Date.self]
        author = Author(
            client: try row["changed_by", as: String.self], actingFor: try row["changed_for", as: String?.self])
        document = try JSONValue(parsing: try row["document", as: JSONB.self].bytes)
    }

    /// The members whose values differ from those of an earlier version, by name; all that say something where there
    /// is none. Null, absence and an empty list are the same.
    func changes(since earlier: StructureVersion?) -> [String] {
        let (now, before) = (Self.members(document), earlier.map { Self.members($0.document) } ?? [:])
        return Set(now.keys).union(before.keys).filter { now[$0] != before[$0] }.sorted()
    }

    private static func members(_ document: JSONValue) -> [String: JSONValue] {
        let said = (document.object?.members ?? []).filter { $0.value != .null && $0.value != .array([]) }
        return Dictionary(said.map { ($0.name, $0.value) }) { first, _ in first }
    }

    /// - Parameter content: what else is said of it.
    func write(to json: inout JSONWriter, _ content: (inout JSONWriter) -> Void) {
        json.object { json in
            json.member("version", number)
            json.member("operation", operation)
            json.member("changed_at", RFC3339.format(changedAt))
            json.member("changed_by", author.client)
            json.member("changed_for", author.actingFor)
            content(&json)
        }
    }
}

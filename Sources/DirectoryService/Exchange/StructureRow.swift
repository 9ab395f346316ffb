import Foundation
import Schema

/// A structure's line of CSV: columns of an export, in any order, and what they say instead of what is stored. What there
/// is no column for stays; an empty cell says that there is nothing.
struct StructureRow {
    let line: Int
    private let cells: [String: String]

    /// What an export has for those who read it: what is derived, and the label, which is the procedure's.
    private static let passedOver: Set<String> = [
        "service_kinds", "region", "department", "commune_name", "label_state", "located_in", "updated_at", "version",
    ]
    private static let plain = [
        "name", "status", "opening_hours", "siret", "parent_id", "source", "verified_on",
    ]
    private static let lists = ["networks", "accessibility", "languages", "participates_in"]
    private static let parts = [
        "address": ["street", "postal_code", "commune"], "location": ["latitude", "longitude", "precision"],
        "contact": ["phone", "email", "website", "booking_url"],
    ]

    /// - Parameter columns: as the header names them.
    init(_ record: (line: Int, fields: [String]), _ columns: [String]) {
        line = record.line
        cells = Dictionary(zip(columns, record.fields)) { first, _ in first }
    }

    /// What is wrong with a header.
    static func violations(in columns: [String]) -> [Violation] {
        CSVHeader.violations(
            in: columns, known: StructureTable.exported.map(\.name), required: ["id"], prefix: "/")
    }

    /// Nil where it is none.
    var id: UUID? { cells["id"].flatMap { UUID(text: $0) } }

    /// The structure's document, as a line of NDJSON would have it.
    /// - Parameter stored: what the directory has of it.
    func document(over stored: JSONObject?) -> JSONValue {
        var members: [String: JSONValue] = [:]
        for member in stored?.members ?? [] { members[member.name] = member.value }
        members["id"] = .string(cells["id"] ?? "")
        for name in Self.plain { if let cell = cells[name] { members[name] = Self.text(cell) } }
        for name in Self.lists { if let cell = cells[name] { members[name] = Self.list(cell) } }
        for (name, columns) in Self.parts where columns.contains(where: { cells[$0] != nil }) {
            members[name] = part(columns, over: members[name])
        }
        if let cell = cells["closures"] { members["closures"] = Self.closures(cell, members["closures"]) }
        // Where there is an address, its commune tells the region.
        if let region = cells["region"], members["address"] ?? .null == .null { members["region"] = Self.text(region) }
        return .object(JSONObject(members: members.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }))
    }

    /// An object of some columns; nothing where all of them are empty and nothing is stored.
    private func part(_ columns: [String], over stored: JSONValue?) -> JSONValue {
        var members: [String: JSONValue] = [:]
        for member in stored?.object?.members ?? [] { members[member.name] = member.value }
        for column in columns {
            guard let cell = cells[column] else { continue }
            members[column] = ["latitude", "longitude"].contains(column) ? Self.number(cell) : Self.text(cell)
        }
        let says = columns.contains { members[$0] ?? .null != .null }
        let mayBeBare = columns.contains("phone") && stored?.object != nil
        guard says || mayBeBare else { return .null }
        return .object(JSONObject(members: members.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }))
    }

    private static func text(_ cell: String) -> JSONValue {
        cell.isEmpty ? .null : .string(CSVWriter.text(of: cell))
    }

    /// A cell that is no number stays a text, which its rule refuses.
    private static func number(_ cell: String) -> JSONValue {
        guard !cell.isEmpty else { return .null }
        // Spreadsheets and their users guard what begins with a minus, too.
        let text = CSVWriter.text(of: cell)
        if let value = try? JSONValue(parsing: Array(text.utf8)), value.double != nil { return value }
        return .string(text)
    }

    private static func list(_ cell: String) -> JSONValue {
        .array(CSVWriter.text(of: cell).split(separator: "|").map { .string(String($0)) })
    }

    /// `from/to`, parted by `|`. When they were announced has no column: it stays where the days do.
    private static func closures(_ cell: String, _ stored: JSONValue?) -> JSONValue {
        let days = CSVWriter.text(of: cell).split(separator: "|").map { closure in
            closure.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        }
        let known = (stored?.array ?? []).map { [$0.object?["from"]?.string ?? "", $0.object?["to"]?.string ?? ""] }
        if days == known, let stored { return stored }
        return .array(
            days.map { days in
                .object(["from": .string(days[0]), "to": days.count > 1 ? .string(days[1]) : .null])
            })
    }
}

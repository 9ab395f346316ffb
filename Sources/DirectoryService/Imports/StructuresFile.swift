import Foundation
import Postgres
import Schema

/// A file of structures that a region imports, and what has become of it.
struct StructuresFile: Sendable {
    enum State: String, Sendable {
        /// Its bytes arrive.
        case receiving
        /// All of it is there.
        case waiting
        case running
        /// Stored, or found sound by a dry run.
        case done
        /// Nothing was stored: the report says why.
        case refused
        /// Nothing was stored, and it is not the file's fault.
        case failed
    }

    let id: UUID
    let region: String
    let client: String
    let format: StructureFormat
    let isDryRun: Bool
    let state: State
    let receivedAt: Date
    let endedAt: Date?
    let bytes: Int
    let bytesRead: Int
    let report: JSONValue?

    init(_ row: Row) throws {
        id = try row["id"]
        region = try row["region"]
        client = try row["client"]
        format = StructureFormat(rawValue: try row["format"]) ?? .lines
        isDryRun = try row["is_dry_run"]
        let name = try row["state", as: String.self]
        state = State(rawValue: name) ?? .failed
        receivedAt = try row["received_at"]
        endedAt = try row["ended_at"]
        bytes = try row["bytes"]
        bytesRead = try row["bytes_read"]
        report = try row["report", as: JSONB?.self].map { try JSONValue(parsing: $0.bytes) }
    }

    /// - Parameter isWhole: whether every complaint is told.
    func write(to json: inout JSONWriter, isWhole: Bool, _ language: Language) {
        json.object { json in
            json.member("id", id.text)
            json.member("state", state.rawValue)
            json.member("dry_run", isDryRun)
            json.member("received_at", RFC3339.format(receivedAt))
            json.member("ended_at", endedAt.map { RFC3339.format($0) })
            json.member("received_from", client)
            json.member("bytes", bytes)
            json.member("bytes_read", bytesRead)
            for name in ["read", "changed", "error_count"] {
                json.member(name) { $0.value(report?.object?[name] ?? .null) }
            }
            guard isWhole else { return }
            json.member("errors") { json in
                json.array(of: report?.object?["errors"]?.array ?? []) { json, complaint in
                    json.object { json in
                        for name in ["line", "pointer", "code"] {
                            json.member(name) { $0.value(complaint.object?[name] ?? .null) }
                        }
                        json.member("detail") { $0.value(complaint.object?[language.rawValue] ?? .null) }
                    }
                }
            }
        }
    }
}

extension ImportReport {
    /// As ``StructuresFile`` keeps it, in both languages.
    var stored: JSONB {
        var json = JSONWriter(reservingCapacity: 4096)
        json.object { json in
            json.member("read", read)
            json.member("changed", isClean ? changed : 0)
            json.member("error_count", complaintCount)
            json.member("errors") { json in
                json.array(of: complaints) { json, complaint in
                    json.object { json in
                        json.member("line", complaint.line)
                        json.member("pointer", complaint.pointer)
                        json.member("code", complaint.code)
                        json.member("fr", complaint.detail.fr)
                        json.member("en", complaint.detail.en)
                    }
                }
            }
        }
        return JSONB(json.bytes)
    }
}

import Foundation
import Postgres
import Schema

/// Structures of a document of data.inclusion's schema, version 1: `{"structures": […], "services": […]}`, as
/// `/v1/exports/data-inclusion` gives it out, whatever its length (``InclusionStaging``).
struct InclusionReader: StructureReader {
    private let connection: Connection
    private let geography: Geography
    private let departments: [String: [String]]
    private let records: InclusionRecords
    private let read: (Int, JSONValue) throws(Refusal) -> StructureImport.Line
    private var waiting: [InclusionPatch] = []
    /// Of the first one that was not looked for yet.
    private var place = 0
    private var stored: [UUID: Structure] = [:]
    private var seen: Set<UUID> = []

    /// - Parameter read: makes a structure of its number in the document and its own document.
    init(
        _ source: ImportSource, on connection: Connection, in geography: Geography, _ report: inout ImportReport,
        read: @escaping (Int, JSONValue) throws(Refusal) -> StructureImport.Line
    ) async throws {
        self.connection = connection
        self.geography = geography
        self.read = read
        departments = geography.departmentsOfRegions
        var staging = InclusionStaging(connection: connection)
        try await staging.read(try source.pieces(), &report)
        records = try await InclusionRecords(on: connection, isWhole: staging.isWhole, &report)
    }

    mutating func next(_ report: inout ImportReport) async throws -> StructureImport.Line? {
        while true {
            if waiting.isEmpty { try await fill() }
            guard let patch = waiting.popLast() else { return nil }
            report.read += 1
            do throws(Refusal) {
                let line = try read(patch.place + 1, document(patch))
                guard seen.insert(line.id).inserted else {
                    throw Refusal(.invalidBody, violations: [Violation(.duplicateItem, at: "/id")])
                }
                return line
            } catch {
                report.complain(
                    line: patch.place + 1,
                    error.violations.map { violation in
                        Violation(
                            pointer: InclusionPatch.pointer(violation.pointer), code: violation.code,
                            detail: violation.detail)
                    })
            }
        }
    }

    private func document(_ patch: InclusionPatch) -> JSONValue {
        let id = InclusionPatch.id(patch.structure["id"]?.string ?? "")
        guard let id, let structure = stored[id] else { return patch.document(id, over: nil, exported: nil) }
        let published = structure.naming(communesOf: geography).published(in: geography)
        var json = JSONWriter(reservingCapacity: 4096)
        _ = StructureJSON.write(published, in: geography, to: &json)
        let record = InclusionRecord((try? JSONValue(parsing: json.bytes)) ?? .null)
        let exported = (
            structure: Self.object(record.structure),
            services: record.services(departments: departments).map(Self.object)
        )
        return patch.document(id, over: Self.object(structure.draft.storedJSON), exported: exported)
    }

    private static func object(_ bytes: [UInt8]) -> JSONObject { (try? JSONValue(parsing: bytes).object) ?? [:] }

    /// The next ones, the first one last, and what is stored of them.
    private mutating func fill() async throws {
        waiting = try await records.structures(from: place).reversed()
        guard let last = waiting.first else { return }
        place = last.place + 1
        let ids = waiting.compactMap { InclusionPatch.id($0.structure["id"]?.string ?? "") }
        let rows = try await connection.query(
            """
            select id, document, version, updated_at from structures
            where id = any(\(ids)) and removed_at is null
            """)
        stored = [:]
        for row in rows {
            if let structure = try? StructureRepository.structure(row) { stored[structure.id] = structure }
        }
    }
}

import Foundation
import Postgres
import Schema

/// Structures of a document of data.inclusion's schema, version 1: `{"structures": […], "services": […]}`, as
/// `/v1/exports/data-inclusion` gives it out. It is held whole; larger ones come as NDJSON.
struct InclusionReader: StructureReader {
    private let connection: Connection
    private let geography: Geography
    private let departments: [String: [String]]
    private let read: (Int, JSONValue) throws(Refusal) -> StructureImport.Line
    private var patches: [InclusionPatch] = []
    private var place = 0
    private var stored: [UUID: Structure] = [:]
    private var seen: Set<UUID> = []

    private static let batch = 500
    private static let longest = 64 << 20

    /// - Parameter read: makes a structure of its number in the document and its own document.
    init(
        _ source: ImportSource, on connection: Connection, in geography: Geography, _ report: inout ImportReport,
        read: @escaping (Int, JSONValue) throws(Refusal) -> StructureImport.Line
    ) async throws {
        self.connection = connection
        self.geography = geography
        self.read = read
        departments = geography.departmentsOfRegions
        let bytes = try await source.whole(upTo: Self.longest)
        guard let bytes else {
            let flaw = Flaw(
                "document-too-large", fr: "Ce document dépasse 64 Mio : envoyez du NDJSON.",
                en: "This document is larger than 64 MiB: send NDJSON.")
            report.complain(line: 0, [Violation(flaw, at: "")])
            return
        }
        do throws(JSONSyntaxError) {
            let document = try JSONValue(parsing: bytes)
            guard let structures = document.object?["structures"]?.array?.compactMap(\.object) else {
                report.complain(line: 0, [Violation(.required, at: "/structures")])
                return
            }
            let services = Dictionary(
                grouping: (document.object?["services"]?.array ?? []).compactMap(\.object)
            ) { $0["structure_id"]?.string ?? "" }
            let known = Set(structures.compactMap { $0["id"]?.string })
            for stranger in services.keys where !known.contains(stranger) {
                report.complain(line: 0, [Violation(.unknownStructure, at: "/services/structure_id")])
            }
            patches = structures.map { structure in
                InclusionPatch(structure: structure, services: services[structure["id"]?.string ?? ""] ?? [])
            }
        } catch {
            report.complain(line: 0, [Violation(.json(error), at: "")])
        }
    }

    mutating func next(_ report: inout ImportReport) async throws -> StructureImport.Line? {
        while place < patches.count {
            if place % Self.batch == 0 { try await look() }
            defer { place += 1 }
            report.read += 1
            do throws(Refusal) {
                let line = try read(place + 1, document(patches[place]))
                guard seen.insert(line.id).inserted else {
                    throw Refusal(.invalidBody, violations: [Violation(.duplicateItem, at: "/id")])
                }
                return line
            } catch {
                report.complain(
                    line: place + 1,
                    error.violations.map { violation in
                        Violation(
                            pointer: InclusionPatch.pointer(violation.pointer), code: violation.code,
                            detail: violation.detail)
                    })
            }
        }
        return nil
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

    /// What is stored of the next ones.
    private mutating func look() async throws {
        let ids = patches[place..<min(place + Self.batch, patches.count)].compactMap { patch in
            InclusionPatch.id(patch.structure["id"]?.string ?? "")
        }
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

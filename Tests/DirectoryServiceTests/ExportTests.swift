import Foundation
import NIOHTTP1
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

@Suite("Exports")
struct ExportTests {
    private func withDemo(_ body: @Sendable @escaping (DirectoryFixture) async throws -> Void) async throws {
        try await withDirectoryDatabase { database in
            try await load(.structures, try DemoData.bytes("structures.ndjson"), into: database)
            try await withService(.directory, on: database, settings: DirectoryFixture.settings) { service in
                try await body(DirectoryFixture(service: service, database: database))
            }
        }
    }

    @Test("hold every structure as it is shown alone, in the order of ids, in three forms")
    func forms() async throws {
        try await withDemo { directory in
            let lines = try await directory.export()
            #expect(lines.headers.first(name: "content-type") == "application/x-ndjson")
            let items = try lines.body.split(separator: UInt8(ascii: "\n")).map { try JSONValue(parsing: Array($0)) }
            let stored = try await directory.stored
            #expect(items.count == stored.structures && items.count > 100)
            let ids = items.compactMap { $0["id"]?.string }
            #expect(ids == ids.sorted())
            for place in [0, items.count / 2, items.count - 1] {
                #expect(try await directory.get("/v1/structures/\(ids[place])").json == items[place])
            }

            let map = try await directory.export([("Accept", "application/geo+json")])
            #expect(map.headers.first(name: "content-type") == "application/geo+json")
            let features = try #require(try map.json["features"]?.array)
            #expect(features.map { $0["properties"] } == items)
            for (feature, item) in zip(features, items) {
                let point = feature["geometry"]?.object?["coordinates"]?.array
                #expect(point?.first == item["location"]?.object?["longitude"])
            }

            let table = try await directory.export([("Accept", "text/csv")])
            #expect(table.headers.first(name: "content-type") == "text/csv; charset=utf-8")
            var reader = CSVReader(table.body)
            let header = try #require(try reader.next()).fields
            #expect(header == StructureTable.exported.map(\.name))
            var rows: [[String]] = []
            while let record = try reader.next() { rows.append(record.fields) }
            #expect(rows.map { $0[0] } == ids)
            #expect(rows.allSatisfy { $0.count == header.count })
            try expectProblem(try await directory.export([("Accept", "text/html")]), 406, "not-acceptable")
            try expectProblem(
                try await directory.get("/v1/exports/structures?region=52"), 400, "invalid-parameters", at: ["region"])
        }
    }

    @Test("answer 304 while nothing has changed, and have a tag of their own each")
    func tags() async throws {
        try await withDirectory(Example.all) { directory in
            let types = ExportFormat.mediaTypes
            var tags: [String] = []
            for type in types {
                let answer = try await directory.export([("Accept", type)])
                tags.append(try #require(answer.headers.first(name: "etag")))
            }
            tags.append(
                try #require(try await directory.get("/v1/exports/data-inclusion").headers.first(name: "etag")))
            #expect(Set(tags).count == types.count + 1)
            for (type, tag) in zip(types, tags) {
                let again = try await directory.export([("Accept", type), ("If-None-Match", tag)])
                #expect(again.status == 304 && again.body.isEmpty)
                #expect(again.headers.first(name: "next-cursor") != nil)
            }
            let region = try await DirectoryFixture.region()
            #expect(try await directory.remove(Example.townHall, token: region).status == 204)
            #expect(try await directory.export([("If-None-Match", tags[0])]).status == 200)
        }
    }

    @Test("keep cells a text that a spreadsheet would run")
    func formulas() async throws {
        let names = ["=HYPERLINK(\"http://x\")", "+33", "-1", "@SUM(A1)", "'=1", "L’accueil"]
        var sketches: [Sketch] = []
        for (index, name) in names.enumerated() {
            var sketch = Example.platform
            sketch = Sketch(
                id: UUID(uuidString: "019B76DA-A800-7725-8E42-00000000010\(index)")!, name: name,
                status: sketch.status, region: sketch.region)
            sketches.append(sketch)
        }
        try await withDirectory(sketches) { directory in
            var reader = CSVReader(try await directory.export([("Accept", "text/csv")]).body)
            _ = try reader.next()
            var cells: [String] = []
            while let record = try reader.next() { cells.append(record.fields[1]) }
            #expect(cells == names.map { $0.hasPrefix("L") ? $0 : "'" + $0 })
            #expect(cells.map { CSVWriter.text(of: $0) } == names)
        }
    }

    @Test("say in data.inclusion's words what it has words for, and keep to its rules")
    func dataInclusion() async throws {
        try await withDemo { directory in
            let lines = try await directory.export().body.split(separator: UInt8(ascii: "\n"))
            let items = try lines.map { try JSONValue(parsing: Array($0)) }
            let answer = try await directory.get("/v1/exports/data-inclusion").json
            let structures = try #require(answer["structures"]?.array)
            let services = try #require(answer["services"]?.array)
            #expect(structures.map { $0["id"]?.string } == items.map { "spro--" + ($0["id"]?.string ?? "") })
            let offers = items.flatMap { $0["services"]?.array ?? [] }
            #expect(services.map { $0["id"]?.string } == offers.map { "spro--" + ($0["id"]?.string ?? "") })
            let ids = Set(structures.compactMap { $0["id"]?.string })
            for record in structures + services {
                #expect((3...150).contains(record["nom"]?.string?.unicodeScalars.count ?? 0))
                #expect(CalendarDate(text: record["date_maj"]?.string ?? "") != nil)
                #expect(record["source"]?.string == "spro")
                for set in ["publics", "modes_accueil", "modes_mobilisation", "zone_eligibilite", "reseaux_porteurs"] {
                    #expect(record[set]?.array?.isEmpty != true, "\(set) is null rather than empty")
                }
            }
            for service in services {
                #expect(ids.contains(service["structure_id"]?.string ?? ""))
                #expect((5...10_000).contains(service["description"]?.string?.count ?? 0))
                let publics = service["publics"]?.array ?? []
                #expect(!publics.contains("tous-publics") || publics.count == 1)
            }
            // Each kind of service and, of the networks, those that data.inclusion knows are told.
            #expect(Set(InclusionTerms.types.keys) == Set(Vocabulary.serviceKind.codes))
            #expect(Set(InclusionTerms.themes.keys) == Set(Vocabulary.serviceKind.codes))
            let mission = try #require(items.firstIndex { $0["networks"]?.array?.contains("cap-emploi") == true })
            #expect(structures[mission]["reseaux_porteurs"] == ["cap-emploi-reseau-cheops"])
            #expect(structures[mission]["code_insee"] == items[mission]["address"]?.object?["commune"])
            #expect(structures[mission]["latitude"] == items[mission]["location"]?.object?["latitude"])
        }
    }

    @Test("cut a long name by code points, and lengthen a short one")
    func names() throws {
        func record(_ name: String) throws -> JSONValue {
            let item: JSONValue = ["id": "x", "name": .string(name), "updated_at": "2026-01-01T00:00:00Z"]
            return try JSONValue(parsing: InclusionRecord(item).structure)
        }
        #expect(try record("AB")["nom"]?.string == "SPRO – AB")
        #expect(try record("ABC")["nom"]?.string == "ABC")
        let long = String(repeating: "é", count: 200)
        #expect(try record(long)["nom"]?.string?.unicodeScalars.count == 150)
        #expect(try record("A")["date_maj"]?.string == "2026-01-01")
    }
}

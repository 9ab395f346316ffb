import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

@Suite("Imports by a region")
struct ImportsTests {
    @Test("take back an export without changing anything: no version, no address, no label")
    func ownExport() async throws {
        let labelled = ImportSample.with(Example.office) { $0.label = "accorde" }
        let sketches = [ImportSample.refuge, labelled, Example.platformOfCommune, Example.townHall, Example.bretonne]
        try await withDirectoryDatabase { database in
            try await load(.structures, try DemoData.bytes("structures.ndjson"), into: database)
            try await load(.structures, ImportSample.lines(sketches), into: database)
            // Structures that were written before their commune became another's.
            let history = """
                event,effective_date,type_before,code_before,name_before,type_after,code_after,name_after
                32,2020-01-01,COM,44184,Saint-Nazaire,COM,44210,Trignac
                """
            try await load(.communeChanges, Array(history.utf8), into: database)
            try await withService(.directory, on: database, settings: DirectoryFixture.settings) { service in
                let directory = DirectoryFixture(service: service, database: database)
                let (before, export) = (try await directory.stored, try await directory.export())
                let again = try await load(.structures, export.body, into: database)
                #expect(again.read == before.structures && again.changed == 0)
                #expect(try await directory.stored == before)

                let own = export.body.split(separator: ImportSample.newline).filter { line in
                    (try? JSONValue(parsing: Array(line))["region"]) == "52"
                }
                let ended = try await directory.end(
                    try await directory.send(file: Array(own.joined(separator: [ImportSample.newline]))))
                #expect(ended["state"] == "done" && ended["changed"]?.int == 0, "\(ended)")
                #expect(ended["read"]?.int == own.count)
                #expect(try await directory.stored == before)
                #expect(try await directory.export().body == export.body)
            }
        }
    }

    @Test("keep a confidential address of which a file has only what is public, whatever else it changes")
    func confidential() async throws {
        try await withDirectory([ImportSample.refuge]) { directory in
            let public_ = try await directory.export().text
            let changed = public_.replacing("Mission locale de Saint-Nazaire", with: "Autre nom")
            let ended = try await directory.end(try await directory.send(file: Array(changed.utf8)))
            #expect(ended["changed"]?.int == 1, "\(ended)")
            let region = try await DirectoryFixture.region()
            let whole = try await directory.service.get("/v1/structures/\(ImportSample.refuge.id.text)", token: region)
                .json
            #expect(whole["name"] == "Autre nom" && whole["version"]?.int == 2)
            #expect(whole["address"]?.object?["street"] == "7 impasse Canari" && whole["siret"] == "35600000000048")
            #expect(whole["location"]?.object?["latitude"]?.double == 47.28148)
            let history = try await directory.service.get(
                "/v1/structures/\(ImportSample.refuge.id.text)/history", token: region
            ).json
            #expect(history["items"]?[0]?["changed_by"] == "region-52")
            #expect(history["items"]?[0]?["changed_for"] == "region:52")
            #expect(history["items"]?[0]?["changes"] == ["name"])
        }
    }

    @Test(
        "keep what is withheld, whichever columns of a public table a file has",
        arguments: [
            ["phone", "siret"], ["street", "commune"], ["latitude", "longitude", "precision"], ["postal_code"],
        ])
    func withheldCells(_ columns: [String]) async throws {
        try await withDirectory([ImportSample.refuge]) { directory in
            let region = try await DirectoryFixture.region()
            let path = "/v1/structures/\(ImportSample.refuge.id.text)"
            func place() async throws -> [JSONValue?] {
                let json = try await directory.service.get(path, token: region).json
                return [json["address"], json["siret"], json["location"]]
            }
            let before = try await place()
            #expect(before[0]?.object?["street"] == "7 impasse Canari")
            let table = try await directory.export([("Accept", "text/csv")])
            var reader = CSVReader(table.body)
            let header = try #require(try reader.next()).fields
            let cells = try #require(try reader.next()).fields
            let kept = ["id"] + columns
            func line(_ values: [String]) throws -> String {
                try kept.map { values[try #require(header.firstIndex(of: $0))] }.joined(separator: ",") + "\n"
            }
            let file = try line(header) + line(cells)
            let ended = try await directory.end(try await directory.send(file: Array(file.utf8), as: "text/csv"))
            #expect(ended["state"] == "done" && ended["changed"]?.int == 0, "\(ended)")
            #expect(try await place() == before)
        }
    }

    @Test("tell every violation by line, field and reason, also of the last line, and store nothing")
    func violations() async throws {
        let crowd = Example.crowd(300)
        let broken = #"{"id":"x","name":"","status":"chef","address":{"commune":"99999"},"prix":1}"#
        try await withDirectory([Example.townHall]) { directory in
            let before = try await directory.stored
            let ended = try await directory.end(
                try await directory.send(file: ImportSample.lines(crowd) + Array("\n\(broken)\n".utf8)))
            #expect(ended["state"] == "refused" && ended["changed"]?.int == 0 && ended["read"]?.int == 301)
            let errors = try #require(ended["errors"]?.array)
            #expect(errors.allSatisfy { $0["line"]?.int == 301 && $0["detail"]?.string?.isEmpty == false })
            let found = Set(errors.compactMap { $0["pointer"]?.string })
            #expect(found.isSuperset(of: ["/id", "/name", "/status", "/prix"]), "\(found)")
            #expect(ended["error_count"]?.int == errors.count)
            let french = try await directory.service.get(
                "/v1/imports/\(ended["id"]?.string ?? "")", token: try await DirectoryFixture.region())
            #expect(try french.json["errors"]?[0]?["detail"] == errors[0]["detail"])
            #expect(try await directory.stored == before)
        }
    }

    @Test("are the region's own: neither others' structures nor labels, nor anybody else's eyes")
    func policy() async throws {
        let region = try await DirectoryFixture.region()
        try await withDirectory([Example.bretonne, Example.office]) { directory in
            let before = try await directory.stored
            let moved = ImportSample.with(Example.bretonne) {
                ($0.commune, $0.point) = ("44184", Example.mission.point)
            }
            let labelled = ImportSample.with(Example.office) { $0.label = "accorde" }
            let ended = try await directory.end(
                try await directory.send(file: ImportSample.lines([moved, labelled])))
            #expect(ended["state"] == "refused")
            let errors = (ended["errors"]?.array ?? []).map { error in
                "\(error["line"]?.int ?? 0) \(error["pointer"]?.string ?? "") \(error["code"]?.string ?? "")"
            }
            #expect(errors == ["1 /id structure-of-another-region", "2 /label label-by-procedure"])
            let abroad = try await directory.end(try await directory.send(file: ImportSample.lines([Example.bretonne])))
            #expect(abroad["errors"]?[0]?["pointer"] == "/address/commune")
            #expect(try await directory.stored == before)

            let path = "/v1/imports/\(ended["id"]?.string ?? "")"
            let other = try await DirectoryFixture.region("53")
            try expectProblem(try await directory.service.get(path, token: other), 404, "not-found")
            #expect(try await directory.service.get("/v1/imports", token: other).json["items"]?.array?.isEmpty == true)
            let first = try await directory.service.get("/v1/imports?limit=1", token: region).json
            let cursor = try #require(first["next_cursor"]?.string)
            let second = try await directory.service.get("/v1/imports?limit=1&cursor=\(cursor)", token: region).json
            #expect(first["items"]?[0]?["id"] == abroad["id"] && second["items"]?[0]?["id"] == ended["id"])
            let nobody = try await TestIssuer.shared.token(scopes: [.directoryAdmin])
            try expectProblem(try await directory.service.get("/v1/imports", token: nobody), 403, "forbidden")
            try expectProblem(
                try await directory.service.send(.POST, "/v1/imports?dry_run=maybe&x=1", token: region, json: "{}"),
                400,
                "invalid-parameters", at: ["dry_run", "x"])
            try expectProblem(
                try await directory.send(file: Array("{}".utf8), as: "text/plain"), 415,
                "unsupported-media-type")
        }
    }

    @Test("hold structures to the statuses of the region's charter, as their editors are")
    func statuses() async throws {
        try await withDirectory([Example.bretonne]) { directory in
            let before = try await directory.stored
            let other = ImportSample.with(Example.bretonne) { $0.status = "partenaire-ressource" }
            let alone = ImportSample.with(Example.office) {
                ($0.commune, $0.point, $0.networks) = ("35238", Example.bretonne.point, ["reso-pro-normand"])
            }
            let region = try await DirectoryFixture.region("53")
            func send(_ sketches: [Sketch]) async throws -> JSONValue {
                let answer = try await directory.service.send(
                    .POST, "/v1/imports", token: region, headers: [("Content-Type", "application/x-ndjson")],
                    body: ImportSample.lines(sketches))
                let path = try #require(answer.headers["location"].first)
                try await eventually {
                    ["done", "refused"].contains(
                        try await directory.service.get(path, token: region).json["state"]?.string)
                }
                return try await directory.service.get(path, token: region).json
            }
            let ended = try await send([other, alone])
            #expect(ended["state"] == "refused")
            let errors = (ended["errors"]?.array ?? []).map { error in
                "\(error["line"]?.int ?? 0) \(error["pointer"]?.string ?? "") \(error["code"]?.string ?? "")"
            }
            #expect(errors == ["1 /status unknown-code", "2 /networks network-needed"])
            #expect(try await directory.stored == before)
            let associate = ImportSample.with(Example.bretonne) { ($0.status, $0.networks) = ("membre-associe", []) }
            #expect(try await send([associate])["state"] == "done")
            try await eventually {
                try await directory.get("/v1/structures/\(associate.id.text)").json["status"]?.string
                    == "membre-associe"
            }
        }
    }

    @Test("are tried without storing anything")
    func dryRun() async throws {
        try await withDirectory([Example.mission]) { directory in
            let before = try await directory.stored
            let ended = try await directory.end(
                try await directory.send(
                    file: ImportSample.lines([Example.office, Example.townHall]), as: "application/x-ndjson",
                    "?dry_run=true"))
            #expect(ended["state"] == "done" && ended["dry_run"] == true && ended["changed"]?.int == 2)
            #expect(try await directory.stored == before)
            let taken = try await directory.end(
                try await directory.send(file: ImportSample.lines([Example.office, Example.townHall])))
            #expect(taken["changed"]?.int == 2)
            #expect(try await directory.stored.structures == 3)
            #expect(try await directory.get("/v1/structures/\(Example.office.id.text)").status == 200)
        }
    }
}

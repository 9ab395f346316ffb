import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DemoActivity
@testable import DirectoryService

@Suite("Imports by a region")
struct ImportsTests {
    private static let newline = UInt8(ascii: "\n")

    private func lines(_ sketches: [Sketch]) -> [UInt8] { Array(sketches.map(\.line).joined(separator: "\n").utf8) }

    private static func with(_ sketch: Sketch, _ change: (inout Sketch) -> Void) -> Sketch {
        var sketch = sketch
        change(&sketch)
        return sketch
    }

    private static let refuge = with(Example.mission) {
        ($0.street, $0.postalCode, $0.siret) = ("7 impasse Canari", "44613", "35600000000048")
        $0.isConfidential = true
    }

    @Test("take back an export without changing anything: no version, no address, no label")
    func ownExport() async throws {
        let labelled = Self.with(Example.office) { $0.label = "accorde" }
        let sketches = [Self.refuge, labelled, Example.platformOfCommune, Example.townHall, Example.bretonne]
        try await withDirectoryDatabase { database in
            try await load(.structures, try DemoData.bytes("structures.ndjson"), into: database)
            try await load(.structures, lines(sketches), into: database)
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

                let own = export.body.split(separator: Self.newline).filter { line in
                    (try? JSONValue(parsing: Array(line))["region"]) == "52"
                }
                let ended = try await directory.end(
                    try await directory.send(file: Array(own.joined(separator: [Self.newline]))))
                #expect(ended["state"] == "done" && ended["changed"]?.int == 0, "\(ended)")
                #expect(ended["read"]?.int == own.count)
                #expect(try await directory.stored == before)
                #expect(try await directory.export().body == export.body)
            }
        }
    }

    @Test("take back a table, and change what it has columns for and nothing else")
    func tables() async throws {
        let table = [("Accept", "text/csv")]
        try await withDirectoryDatabase { database in
            try await load(.structures, try DemoData.bytes("structures.ndjson"), into: database)
            try await load(.structures, lines([Self.refuge, Example.platformOfCommune]), into: database)
            try await withService(.directory, on: database, settings: DirectoryFixture.settings) { service in
                let directory = DirectoryFixture(service: service, database: database)
                let before = try await directory.stored
                let own = try Self.rows(of: "52", in: try await directory.export(table).body)
                let again = try await directory.end(try await directory.send(file: own, as: "text/csv; charset=utf-8"))
                #expect(again["state"] == "done" && again["changed"]?.int == 0, "\(again)")
                #expect(try await directory.stored == before)

                let id = Example.platform.id.text
                let (path, quoted) = ("/v1/structures/\(id)", "\"Nom, sur\n\"\"deux\"\" lignes\"")
                let shown = try await directory.get(path).json
                let part = "name,id,phone\r\n\(quoted),\(id),'+33 2 40 00 00 00\r\n"
                let broken = try await directory.end(
                    try await directory.send(file: Array(part.utf8), as: "text/csv"))
                #expect(broken["errors"]?[0]?["line"]?.int == 2 && broken["errors"]?[0]?["pointer"] == "/name")
                let sound = part.replacing("\n\"\"deux\"\"", with: " \"\"deux\"\"")
                let ended = try await directory.end(
                    try await directory.send(file: Array(sound.utf8), as: "text/csv"))
                #expect(ended["changed"]?.int == 1, "\(ended)")
                let changed = try await directory.get(path).json
                #expect(changed["name"] == "Nom, sur \"deux\" lignes")
                #expect(changed["contact"]?.object?["phone"] == "+33240000000")
                #expect(changed["services"] == shown["services"] && changed["region"] == shown["region"])
            }
        }
    }

    @Test("take back a document of data.inclusion, change what differs, and add what is new")
    func inclusion() async throws {
        try await withDirectory([Self.refuge, Example.office, Example.platform]) { directory in
            let before = try await directory.stored
            let export = try await directory.get("/v1/exports/data-inclusion")
            let again = try await directory.end(
                try await directory.send(file: export.body, as: "application/json"))
            #expect(again["state"] == "done" && again["read"]?.int == 3 && again["changed"]?.int == 0, "\(again)")
            #expect(try await directory.stored == before)

            let renamed = export.text.replacing("Mission locale de Saint-Nazaire", with: "Autre nom")
            let changed = renamed.replacing("],\"services\":[", with: Self.addition)
            let ended = try await directory.end(
                try await directory.send(file: Array(changed.utf8), as: "application/json"))
            #expect(ended["state"] == "done" && ended["changed"]?.int == 2, "\(ended)")
            let region = try await DirectoryFixture.region()
            let refuge = try await directory.service.get("/v1/structures/\(Self.refuge.id.text)", token: region).json
            #expect(refuge["name"] == "Autre nom" && refuge["address"]?.object?["street"] == "7 impasse Canari")
            // It is shown a moment after it is done.
            try await eventually {
                try await directory.get("/v1/structures?q=nouvelle").json["items"]?.array?.count == 1
            }
            let found = try await directory.get("/v1/structures?q=nouvelle&include=services").json
            let new = try #require(found["items"]?[0])
            #expect(new["networks"] == ["mission-locale"] && new["status"] == "partenaire-ressource")
            #expect(new["services"]?.array?.count == 1)
            #expect(new["services"]?[0]?["kind"] == "accueil-information")
            let zones = (new["services"]?[0]?["zones"]?.array ?? []).map { $0["type"]?.string }
            #expect(zones == ["departement", "pays"])
            let twice = try await directory.end(
                try await directory.send(file: Array(changed.utf8), as: "application/json"))
            #expect(twice["changed"]?.int == 0, "\(twice)")

            let wrong =
                #"{"structures":[{"id":"spro--x","nom":"","code_insee":"99999"}],"services":[{"structure_id":"y"}]}"#
            let refused = try await directory.end(
                try await directory.send(file: Array(wrong.utf8), as: "application/json"))
            let places = Set((refused["errors"]?.array ?? []).compactMap { $0["pointer"]?.string })
            #expect(places == ["/id", "/nom", "/code_insee", "/services/structure_id"], "\(refused)")
        }
    }

    /// What makes of two lists of data.inclusion's two longer ones.
    private static let addition = #"""
        ,{"id":"autre--1","nom":"Nouvelle","code_insee":"44109","reseaux_porteurs":["mission-locale","caf"],
        "date_maj":"2026-01-01","source":"autre"}],"services":[
        {"id":"autre--s1","structure_id":"autre--1","nom":"S","zone_eligibilite":["44","france"],
        "thematiques":["choisir-un-metier--connaitre-les-opportunites-demploi"],"modes_accueil":["en-presentiel"]},
        {"id":"autre--s2","structure_id":"autre--1","nom":"T","thematiques":["numerique--acquerir-un-equipement"]},
        """#

    /// The header and the lines of a region.
    private static func rows(of region: String, in table: [UInt8]) throws -> [UInt8] {
        var reader = CSVReader(table)
        let header = try #require(try reader.next()).fields
        let column = try #require(header.firstIndex(of: "region"))
        var writer = CSVWriter()
        writer.record(header.map { .literal($0) })
        while let record = try reader.next() {
            if record.fields[column] == region { writer.record(record.fields.map { .text(CSVWriter.text(of: $0)) }) }
        }
        return writer.bytes
    }

    @Test(
        "of a table tell what is wrong with its header or a record",
        arguments: [
            ("id,nom\n", 1, "nom"), ("name\n", 1, "id"), ("id,name,name\nx,y,z\n", 1, "name"), ("id,name\nx\n", 2, ""),
            ("id,name\n\"x,y\n", 2, ""), ("id,latitude\n019b76da-a800-7725-8e42-000000000001,nord\n", 2, "/location"),
        ])
    func brokenTables(_ table: String, _ line: Int, _ place: String) async throws {
        try await withDirectory([Example.mission]) { directory in
            let ended = try await directory.end(
                try await directory.send(file: Array(table.utf8), as: "text/csv"))
            #expect(ended["state"] == "refused", "\(ended)")
            let found = (ended["errors"]?.array ?? []).contains { error in
                error["line"]?.int == line && error["pointer"]?.string?.hasPrefix(place) == true
            }
            #expect(found, "\(ended)")
        }
    }

    @Test("keep a confidential address of which a file has only what is public, whatever else it changes")
    func confidential() async throws {
        try await withDirectory([Self.refuge]) { directory in
            let public_ = try await directory.export().text
            let changed = public_.replacing("Mission locale de Saint-Nazaire", with: "Autre nom")
            let ended = try await directory.end(try await directory.send(file: Array(changed.utf8)))
            #expect(ended["changed"]?.int == 1, "\(ended)")
            let region = try await DirectoryFixture.region()
            let whole = try await directory.service.get("/v1/structures/\(Self.refuge.id.text)", token: region).json
            #expect(whole["name"] == "Autre nom" && whole["version"]?.int == 2)
            #expect(whole["address"]?.object?["street"] == "7 impasse Canari" && whole["siret"] == "35600000000048")
            #expect(whole["location"]?.object?["latitude"]?.double == 47.28148)
            let history = try await directory.service.get(
                "/v1/structures/\(Self.refuge.id.text)/history", token: region
            ).json
            #expect(history["items"]?[0]?["changed_by"] == "region-52")
            #expect(history["items"]?[0]?["changed_for"] == "region:52")
            #expect(history["items"]?[0]?["changes"] == ["name"])
        }
    }

    @Test("tell every violation by line, field and reason, also of the last line, and store nothing")
    func violations() async throws {
        let crowd = Example.crowd(300)
        let broken = #"{"id":"x","name":"","status":"chef","address":{"commune":"99999"},"prix":1}"#
        try await withDirectory([Example.townHall]) { directory in
            let before = try await directory.stored
            let ended = try await directory.end(
                try await directory.send(file: lines(crowd) + Array("\n\(broken)\n".utf8)))
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
            let moved = Self.with(Example.bretonne) {
                ($0.commune, $0.point) = ("44184", Example.mission.point)
            }
            let labelled = Self.with(Example.office) { $0.label = "accorde" }
            let ended = try await directory.end(
                try await directory.send(file: lines([moved, labelled])))
            #expect(ended["state"] == "refused")
            let errors = (ended["errors"]?.array ?? []).map { error in
                "\(error["line"]?.int ?? 0) \(error["pointer"]?.string ?? "") \(error["code"]?.string ?? "")"
            }
            #expect(errors == ["1 /id structure-of-another-region", "2 /label label-by-procedure"])
            let abroad = try await directory.end(try await directory.send(file: lines([Example.bretonne])))
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

    @Test("are tried without storing anything")
    func dryRun() async throws {
        try await withDirectory([Example.mission]) { directory in
            let before = try await directory.stored
            let ended = try await directory.end(
                try await directory.send(
                    file: lines([Example.office, Example.townHall]), as: "application/x-ndjson", "?dry_run=true"))
            #expect(ended["state"] == "done" && ended["dry_run"] == true && ended["changed"]?.int == 2)
            #expect(try await directory.stored == before)
            let taken = try await directory.end(
                try await directory.send(file: lines([Example.office, Example.townHall])))
            #expect(taken["changed"]?.int == 2)
            #expect(try await directory.stored.structures == 3)
            #expect(try await directory.get("/v1/structures/\(Example.office.id.text)").status == 200)
        }
    }

    @Test("go on where a replica fell, one at a time for a region, and every replica tells of them")
    func replicas() async throws {
        let region = try await DirectoryFixture.region()
        try await withDirectoryDatabase { database in
            // What a replica leaves that fell while it was reading.
            let id = UUID.v7()
            let file = lines([Example.office, Example.townHall])
            try await Connection.with(database.superuserConfiguration) { connection in
                try await connection.query(
                    """
                    insert into imports (id, region, client, format, is_dry_run, state, attempts, bytes)
                    values (\(id), '52', 'region-52', 'lines', false, 'running', 1, \(file.count))
                    """)
                for (number, piece) in [file.prefix(100), file.dropFirst(100)].enumerated() {
                    try await connection.query(
                        "insert into import_pieces (import_id, number, bytes) values (\(id), \(number), \(Array(piece)))"
                    )
                }
                // It still holds it, as far as anybody knows.
                let held = try await connection.query(
                    "select pg_try_advisory_lock(1768779887, hashtext(\(id.text)))")
                #expect(try held[0].decode(Bool.self))
                try await withService(.directory, on: database, settings: DirectoryFixture.settings) { first in
                    try await withService(.directory, on: database, settings: DirectoryFixture.settings) { second in
                        let one = DirectoryFixture(service: first, database: database)
                        let other = DirectoryFixture(service: second, database: database)
                        try expectProblem(try await one.send(file: file), 409, "conflict")
                        try await Task.sleep(for: .milliseconds(1500))
                        let waiting = try await second.get("/v1/imports/\(id.text)", token: region).json
                        #expect(waiting["state"] == "running")
                        _ = try await Connection.with(database.superuserConfiguration) { killer in
                            try await killer.query(
                                """
                                select pg_terminate_backend(pid) from pg_locks
                                where locktype = 'advisory' and classid = 1768779887::oid and granted
                                """)
                        }
                        for directory in [one, other] {
                            let ended = try await directory.end(id)
                            #expect(ended["state"] == "done" && ended["changed"]?.int == 2, "\(ended)")
                            try await eventually {
                                try await directory.get("/v1/structures/\(Example.office.id.text)").status == 200
                            }
                        }
                        #expect(try await one.stored.updates == 2)
                        let next = try await other.end(try await one.send(file: file))
                        #expect(next["state"] == "done" && next["changed"]?.int == 0)
                    }
                }
            }
        }
    }

    @Test("take a whole country's structures, of which little is held at a time")
    func crowd() async throws {
        let count = ProcessInfo.processInfo.environment["SPRO_FULL"] == nil ? 2_000 : 65_000
        let communes = try DemoData.bytes("communes.csv")
        let ours = String(decoding: communes, as: UTF8.self).split(separator: "\n").enumerated()
            .filter { $0.offset == 0 || $0.element.split(separator: ",", omittingEmptySubsequences: false)[3] == "52" }
            .map(\.element).joined(separator: "\n")
        var author = CrowdAuthor(places: try CrowdPlace.read(Array(ours.utf8)), seed: 52)
        var file: [UInt8] = []
        for _ in 0..<count {
            // Labels are the procedure's.
            let line = String(decoding: author.structure(), as: UTF8.self)
            file += Array(line.replacing(#/"label":\{[^}]*\},?/#, with: "").utf8) + [Self.newline]
        }
        try await withDirectory { [file] directory in
            let started = ContinuousClock.now
            let id = try await directory.send(file: file)
            let sent = ContinuousClock.now - started
            let ended = try await directory.end(id, within: .seconds(900))
            let took = ContinuousClock.now - started
            #expect(ended["state"] == "done" && ended["changed"]?.int == count, "\(ended)")
            #expect(ended["bytes_read"]?.int == file.count && ended["bytes"]?.int == file.count)
            let again = try await directory.end(try await directory.send(file: file), within: .seconds(900))
            #expect(again["changed"]?.int == 0)
            print("\(count) structures, \(file.count >> 20) MiB: received in \(sent), stored in \(took)")
        }
    }
}

extension DirectoryFixture {
    /// Sends a file as region 52.
    func send(
        file: [UInt8], as type: String = "application/x-ndjson", _ query: String = ""
    ) async throws -> RunningService.Answer {
        try await service.send(
            .POST, "/v1/imports\(query)", token: try await Self.region(),
            headers: [("Content-Type", type)], body: file)
    }

    /// What became of an import that was accepted.
    func end(_ answer: RunningService.Answer, within patience: Duration = .seconds(60)) async throws -> JSONValue {
        try #require(answer.status == 202, "\(answer.text)")
        let id = try #require(UUID(text: try answer.json["id"]?.string ?? ""))
        let location: String = try #require(answer.headers.first(name: "location"))
        #expect(location == "/v1/imports/\(id.text)")
        return try await end(id, within: patience)
    }

    func end(_ id: UUID, within patience: Duration = .seconds(60)) async throws -> JSONValue {
        var last = JSONValue.null
        try await eventually(within: patience) {
            last = try await service.get("/v1/imports/\(id.text)", token: try await Self.region()).json
            return last["ended_at"]?.string != nil
        }
        return last
    }
}

import Foundation
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

@Suite("Imports by a region: forms")
struct ImportFormsTests {
    @Test("take back a table, and change what it has columns for and nothing else")
    func tables() async throws {
        let table = [("Accept", "text/csv")]
        try await withDirectoryDatabase { database in
            try await load(.structures, try DemoData.bytes("structures.ndjson"), into: database)
            try await load(
                .structures, ImportSample.lines([ImportSample.refuge, Example.platformOfCommune]), into: database)
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
                // It is shown a moment after it is done.
                try await eventually {
                    try await directory.get(path).json["name"] == "Nom, sur \"deux\" lignes"
                }
                let changed = try await directory.get(path).json
                #expect(changed["contact"]?.object?["phone"] == "+33240000000")
                #expect(changed["services"] == shown["services"] && changed["region"] == shown["region"])
            }
        }
    }

    @Test("take back a document of data.inclusion, change what differs, and add what is new")
    func inclusion() async throws {
        try await withDirectory([ImportSample.refuge, Example.office, Example.platform]) { directory in
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
            let refuge = try await directory.service.get("/v1/structures/\(ImportSample.refuge.id.text)", token: region)
                .json
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
            #expect(
                places == ["/id", "/nom", "/code_insee", "/services/0/id", "/services/0/structure_id"], "\(refused)")
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
            ("id,nom\n", 1, "/nom"), ("name\n", 1, "/id"), ("id,name,name\nx,y,z\n", 1, "/name"),
            ("id,name\nx\n", 2, ""),
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

    @Test("of a table tell all that is wrong with its header at once: which column, and why")
    func header() async throws {
        let report = try await report(.table, Array("nom,name,name,a/b~,\nx\n".utf8))
        #expect(
            complaints(report) == [
                Complaint(1, "/nom", "unknown-member"), Complaint(1, "/name", "duplicate-item"),
                Complaint(1, "/a~1b~0", "unknown-member"), Complaint(1, "/", "unknown-member"),
                Complaint(1, "/id", "required"),
            ])
        let details = report.complaints.map(\.detail)
        #expect(details[0].fr.contains("La colonne 1 («nom»)") && details[0].fr.contains("opening_hours"))
        #expect(details[1].en == "Columns 2 and 3 have the same name (“name”).")
        #expect(details[4].fr == "La colonne «id» manque dans la première ligne.")
        #expect(report.text(isDryRun: false).contains("line 1: /id: The column “id” is missing in the first line."))
    }

    @Test("of data.inclusion take records in any order, and pass over members that the schema does not have")
    func order() async throws {
        let id = "spro--019b76da-a800-7725-8e42-0000000000f1"
        let service =
            #"{"id":"x--s","structure_id":"\#(id)","nom":"S","thematiques":["se-former--trouver-sa-formation"]}"#
        let text = #"""
            {"services":[\#(service)],"note":{"a":[1]},"others":[1,{}],
            "structures":[{"id":"\#(id)","nom":"Nouvelle","code_insee":"44109"}]}
            """#
        let report = try await report(.inclusion, Array(text.utf8))
        #expect(report.isClean && report.read == 1 && report.changed == 1, "\(report.text(isDryRun: true))")
    }

    @Test("of data.inclusion tell everything that is wrong with a record, wherever it stands")
    func records() async throws {
        let id = "spro--019b76da-a800-7725-8e42-0000000000f1"
        let report = try await report(
            .inclusion,
            Array(
                #"""
                {"structures":[{"id":"\#(id)","nom":"A","nom":"B"},7,
                {"id":"\#(id)","nom":5,"code_insee":"44109","reseaux_porteurs":"caf"}],
                "services":[{"id":"spro--x","structure_id":"\#(id)","zone_eligibilite":"44","thematiques":[1]},null,
                {"structure_id":"z","modes_accueil":null}]}
                """#.utf8))
        #expect(
            complaints(report) == [
                Complaint(1, "", "wrong-format"), Complaint(2, "", "wrong-type"),
                Complaint(3, "/reseaux_porteurs", "wrong-type"), Complaint(0, "/services/0/thematiques", "wrong-type"),
                Complaint(0, "/services/0/zone_eligibilite", "wrong-type"),
                Complaint(0, "/services/0/id", "wrong-format"), Complaint(0, "/services/1", "wrong-type"),
                Complaint(0, "/services/2/id", "required"), Complaint(3, "/nom", "wrong-type"),
            ], "\(report.text(isDryRun: true))")
    }

    @Test("of data.inclusion refuse ids that are longer than any")
    func longIDs() async throws {
        var random = SeededGenerator(seed: 5)
        // No two bytes alike: nothing makes it shorter.
        let long = (0..<20_000).map { _ in String(random.next(), radix: 36) }.joined()
        let report = try await report(
            .inclusion,
            Array(
                #"""
                {"structures":[{"id":"\#(long)","nom":"Nouvelle","code_insee":"44109"}],
                "services":[{"id":"\#(long)","structure_id":"\#(long)"}]}
                """#.utf8))
        let found = complaints(report)
        for expected in [
            Complaint(1, "/id", "wrong-length"), Complaint(0, "/services/0/id", "wrong-length"),
            Complaint(0, "/services/0/structure_id", "wrong-length"),
        ] {
            #expect(found.contains(expected), "\(expected)")
        }
    }

    @Test(
        "of data.inclusion refuse what is no such document",
        arguments: [
            ("", "", "wrong-format"), ("[]", "", "wrong-format"), (#"{"services":[]}"#, "/structures", "required"),
            (#"{"structures":{}}"#, "/structures", "wrong-type"), (#"{"structures":[{"id":1"#, "", "wrong-format"),
            (#"{"structures":[],"structures":[]}"#, "", "wrong-format"),
            (#"{"structures":["\#(String(repeating: "x", count: 1 << 20))"]}"#, "", "record-too-long"),
        ])
    func brokenDocuments(_ text: String, _ pointer: String, _ code: String) async throws {
        #expect(complaints(try await report(.inclusion, Array(text.utf8))) == [Complaint(0, pointer, code)])
    }

    @Test("of data.inclusion may have any length: no more is held than a record")
    func length() async throws {
        let blanks = [UInt8](repeating: 0x20, count: 1 << 20)
        let record = #"{"id":"autre--1","nom":"Nouvelle","code_insee":"44109"}"#
        let pieces = Pieces(
            [Array(#"{"structures":["#.utf8)] + Array(repeating: blanks, count: 66)
                + [Array((record + "]}").utf8)])
        let report = try await report(.inclusion, .pieces { await pieces.next() })
        #expect(report.isClean && report.changed == 1, "\(report.text(isDryRun: true))")
    }

    @Test("of data.inclusion refuse a structure whose services nobody could hold, and take heavy ones one by one")
    func weight() async throws {
        let padding = String(repeating: "x", count: 1_000_000)
        func structure(_ number: Int) -> String { #"{"id":"autre--\#(number)","nom":"Nouvelle","code_insee":"44109"}"# }
        func service(_ number: Int, of structure: Int) -> [UInt8] {
            Array(
                #"{"id":"autre--s\#(structure)-\#(number)","structure_id":"autre--\#(structure)","x":"\#(padding)"}"#
                    .utf8)
        }
        func report(_ services: Int) async throws -> ImportReport {
            var pieces = [Array(#"{"structures":[\#(structure(1)),\#(structure(2))],"services":["#.utf8)]
            for structure in 1...2 {
                for number in 0..<(structure == 1 ? 9 : services) {
                    if pieces.count > 1 { pieces.append([UInt8(ascii: ",")]) }
                    pieces.append(service(number, of: structure))
                }
            }
            let source = Pieces(pieces + [Array("]}".utf8)])
            return try await self.report(.inclusion, .pieces { await source.next() })
        }
        let sound = try await report(10)
        #expect(sound.isClean && sound.changed == 2, "\(sound.text(isDryRun: true))")
        #expect(complaints(try await report(17)) == [Complaint(2, "", "record-too-long")])
    }

    private actor Pieces {
        private var rest: ArraySlice<[UInt8]>

        init(_ pieces: [[UInt8]]) { rest = pieces[...] }

        func next() -> [UInt8] { rest.popFirst() ?? [] }
    }

    private func report(_ format: StructureFormat, _ bytes: [UInt8]) async throws -> ImportReport {
        try await report(format, .bytes(bytes))
    }

    /// Of a dry run.
    private func report(_ format: StructureFormat, _ source: ImportSource) async throws -> ImportReport {
        try await withDirectoryDatabase { database in
            try await Connection.with(database.configuration(for: .runtime)) { connection in
                var importing = Importing(
                    subject: .structures, charters: Repository.path("charters"), isDryRun: true)
                importing.format = format
                return try await importing.run(source, on: connection)
            }
        }
    }
}

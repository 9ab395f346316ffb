import Foundation
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

@Suite("Imports")
struct ImportTests {
    @Test("find in a dry run what only a commit would find")
    func deferredConstraints() async throws {
        try await withDirectoryDatabase { database in
            try await Connection.with(database.superuserConfiguration) { connection in
                try await connection.script(
                    "alter table territories add constraint one_name unique (name) deferrable initially deferred")
            }
            let twins = ImportText.territories + "52-91,Twin,52,bassin-vie,44109\n52-92,Twin,52,bassin-vie,44143\n"
            for isDryRun in [true, false] {
                let error = await #expect(throws: DatabaseError.self) {
                    try await importText(.territories, twins, database, isDryRun: isDryRun)
                }
                #expect(error?.constraint == "one_name")
            }
        }
    }

    @Test("stay stored where the replicas cannot be told, and say so")
    func announcement() async throws {
        struct Deaf: Error {}
        try await withDirectoryDatabase { database in
            let report = try await Connection.with(database.configuration(for: .runtime)) { connection in
                try await Importing(
                    subject: .structures, charters: Repository.path("charters"), isDryRun: false,
                    announce: { _ in throw Deaf() }
                ).run(.bytes(Array(Example.office.line.utf8)), on: connection)
            }
            #expect(report.isClean && report.changed == 1 && report.warnings.count == 1)
            #expect(report.text(isDryRun: false).hasPrefix("warning: stored, but"))
            #expect(try await importedCounts(database)[3] == 1)
        }
    }

    @Test("refuse what was judged by reference data that have changed since")
    func overtaken() async throws {
        try await withDirectoryDatabase { database in
            let before = try await importedCounts(database)
            // Holds the import at its lock, changes the communes, lets it go.
            try await Connection.with(database.superuserConfiguration) { other in
                let report = try await other.withTransaction { transaction in
                    try await transaction.query("update geography_changes set changed_xid = pg_current_xact_id()")
                    let running = Task {
                        try await importReport(.structures, Array(Example.office.line.utf8), into: database)
                    }
                    try await Connection.with(database.superuserConfiguration) { watch in
                        try await eventually {
                            try await watch.query(
                                "select count(*) from pg_locks where not granted and locktype = 'transactionid'")[0]
                                .decode(Int.self) > 0
                        }
                    }
                    return running
                }.value
                #expect(complaints(report) == [Complaint(0, "", "overtaken")])
            }
            #expect(try await importedCounts(database) == before)
        }
    }

    @Test("judge and count in a dry run, and store nothing")
    func dryRun() async throws {
        try await withDirectoryDatabase(Example.all) { database in
            let before = try await importedCounts(database)
            let more = ImportText.communes + "44999,Nouvelle,44,52,47.1,-1.6,10\n44109,Nantes,44,52,47.23,-1.55,1\n"
            let report = try await importText(.communes, more, database, isDryRun: true)
            #expect(report.isClean && report.read == 2 && report.changed == 2)
            #expect(report.text(isDryRun: true) == "communes: 2 read, dry run, nothing stored: 2 would change")
            let structures = try await importText(
                .structures, Example.crowd(3).map(\.line).joined(separator: "\n"), database, isDryRun: true)
            #expect(structures.isClean && structures.changed == 3)
            let territory = try await importText(
                .territories, ImportText.territories + "28-99,Caen,28,territoire-spro,14118\n", database, isDryRun: true
            )
            #expect(territory.isClean && territory.changed == 1)
            #expect(try await importedCounts(database) == before)
        }
    }

    @Test("change nothing when run again, and only what differs otherwise")
    func idempotent() async throws {
        try await withDirectoryDatabase(Example.all) { database in
            let before = try await importedCounts(database)
            let communes = String(decoding: try DemoData.bytes("communes.csv"), as: UTF8.self)
            let territories = String(decoding: try DemoData.bytes("territories.csv"), as: UTF8.self)
            #expect(try await importText(.communes, communes, database).changed == 0)
            #expect(try await importText(.territories, territories, database).changed == 0)
            var sketches = Example.all
            func structures() async throws -> ImportReport {
                try await importText(.structures, sketches.map(\.line).joined(separator: "\n"), database)
            }
            #expect(try await structures().changed == 0)
            #expect(try await importedCounts(database) == before)
            sketches[1].name = "Autre nom"
            let changed = try await structures()
            #expect(changed.changed == 1 && changed.read == 5)
            #expect(changed.text(isDryRun: false) == "structures: 5 read, 1 changed, 4 as before")
            #expect(try await structures().changed == 0)
            // As an editor may have saved it.
            let marked = "\u{FEFF}" + sketches.map(\.line).joined(separator: "\r\n")
            #expect(try await importText(.structures, marked, database).changed == 0)
            #expect(try await importedCounts(database)[3...] == [5, 6])
        }
    }

    @Test("are all or nothing, and report every line that is wrong")
    func allOrNothing() async throws {
        try await withEmptyDirectory { database in
            let lines = [
                "44109,Nantes,44,52,47.23,-1.55,325070", "44184,Saint-Nazaire,44,52,47.28,x,71000",
                "4418,,44,52,91,-2.25,-1", "44143,Rezé,49,52,47.18,-1.55,43000",
                "44190,Saint-Sébastien,44,52,47.2,-1.5",
                "44109,Nantes,44,52,47.23,-1.55,325070", "44162,Saint-Herblain,44,52,47.2,-1.6,NaN",
            ]
            let report = try await importText(.communes, ImportText.communes + lines.joined(separator: "\n"), database)
            #expect(report.read == 7 && report.changed == 0 && report.complaintCount == 9)
            #expect(
                complaints(report) == [
                    Complaint(3, "longitude", "wrong-type"), Complaint(4, "insee_code", "wrong-format"),
                    Complaint(4, "name", "wrong-length"), Complaint(4, "latitude", "out-of-range"),
                    Complaint(4, "population", "out-of-range"), Complaint(5, "department", "wrong-format"),
                    Complaint(6, "", "wrong-count"), Complaint(7, "insee_code", "duplicate-item"),
                    Complaint(8, "population", "wrong-type"),
                ])
            #expect(report.text(isDryRun: false).hasSuffix("communes: 7 read, nothing stored: 9 errors"))
            #expect(try await importedCounts(database) == [0, 0, 0, 0, 0])
        }
    }

    @Test(
        "know their columns, in any order, and tell each that is missing, too many or given twice",
        arguments: [
            ("", [], 7), ("insee_code,name,department,region,latitude,longitude", [], 1),
            ("insee_code,name,department,region,latitude,longitude,population,x", [("x", "unknown-member")], 0),
            (
                "insee_code,name,department,region,latitude,longitude,longitude",
                [("longitude", "duplicate-item")], 1
            ),
            (
                "insee_code;name;department;region;latitude;longitude;population;"
                    + String(repeating: "x", count: 5000),
                [("insee_code;name;department;region;latitude;longitude;populat…", "unknown-member")], 7
            ),
            ("44109,Nantes", [("44109", "unknown-member"), ("Nantes", "unknown-member")], 7),
            ("INSEE_CODE,name,department,region,latitude,longitude,population", [("INSEE_CODE", "unknown-member")], 1),
        ])
    func header(_ header: String, _ wrong: [(String, String)], _ missing: Int) async throws {
        try await withEmptyDirectory { database in
            let report = try await importText(.communes, header + "\n", database)
            let names = CommuneImport.columns.filter { !header.split(separator: ",").map(String.init).contains($0) }
            try #require(names.count == missing)
            #expect(
                complaints(report) == wrong.map { Complaint(1, $0.0, $0.1) }
                    + names.map { Complaint(1, $0, "required") })
            let turned =
                "population,longitude,latitude,region,department,name,insee_code\n7,-1.5,47,52,44,Nantes,44109\n"
            #expect(try await importText(.communes, turned, database).changed == 1)
            #expect(try await importedCounts(database)[0] == 1)
        }
    }

    @Test("read CSV with its quirks: byte order mark, CRLF, quotes, line breaks in fields, no end of the last line")
    func quirks() async throws {
        try await withEmptyDirectory { database in
            let text =
                "\u{FEFF}" + ImportText.communes.replacing("\n", with: "\r\n")
                + "44109,\"Nantes, \"\"la belle\"\"\",44,52,47.2,-1.5,1\r\n\r\n"
                + "\"44184\",\"Saint-\nNazaire\",44,52,47.2,-2.2,2\r\n44143,Rezé,44,52,bad,-1.5,3"
            let report = try await importText(.communes, text, database)
            // The line on which the record begins, after a blank line and a field of two lines.
            #expect(complaints(report).last == Complaint(6, "latitude", "wrong-type"))
            let good = text.replacing("bad", with: "47.1").replacing("Saint-\nNazaire", with: "Saint-Nazaire")
            let stored = try await importText(.communes, good, database)
            #expect(stored.isClean && stored.changed == 3)
            let names = try await Connection.with(database.superuserConfiguration) { connection in
                try await connection.query("select name from communes order by insee_code").decode(String.self)
            }
            #expect(names == ["Nantes, \"la belle\"", "Rezé", "Saint-Nazaire"])
            for (wrong, line) in [
                ("44109,\"Nantes,44,52,47.2,-1.5,1\n", 2), ("44109,Nan\"tes,44,52,47.2,-1.5,1\n", 2),
                ("44109,Nantes,44,52,47.2,-1.5,1\n44184,\"S\"x,44,52,47.2,-2.2,2\n", 3),
                ("44109,N\u{0}antes,44,52,47.2,-1.5,1\n", 2),
            ] {
                let report = try await importText(.communes, ImportText.communes + wrong, database)
                #expect(complaints(report) == [Complaint(line, "", "not-csv")])
            }
            let latin1 = Array((ImportText.communes + "44143,Rez").utf8) + [0xE9] + Array(",44,52,47.1,-1.5,3\n".utf8)
            #expect(complaints(try await self.report(latin1, database)) == [Complaint(2, "", "not-csv")])
        }
    }

    private func report(_ bytes: [UInt8], _ database: Database) async throws -> ImportReport {
        try await importReport(.communes, bytes, into: database)
    }
}

import Foundation
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

@Suite("Imports")
struct ImportTests {
    private static let communes = "insee_code,name,department,region,latitude,longitude,population\n"
    private static let territories = "code,name,region,kind,communes\n"

    /// Line, column or pointer, and code of each complaint.
    private struct Complaint: Equatable {
        let line: Int
        let pointer: String
        let code: String

        init(_ line: Int, _ pointer: String, _ code: String) {
            self.line = line
            self.pointer = pointer
            self.code = code
        }
    }

    private func complaints(_ report: ImportReport) -> [Complaint] {
        report.complaints.map { Complaint($0.line, $0.pointer, $0.code) }
    }

    private func counts(_ database: Database) async throws -> [Int] {
        try await Connection.with(database.superuserConfiguration) { connection in
            let row = try await connection.query(
                """
                select (select count(*) from communes), (select count(*) from territories),
                    (select count(*) from territory_communes), (select count(*) from structures),
                    (select count(*) from structure_versions)
                """)[0].decode((Int, Int, Int, Int, Int).self)
            return [row.0, row.1, row.2, row.3, row.4]
        }
    }

    private func withEmptyDatabase(_ body: (Database) async throws -> Void) async throws {
        try await withDatabase(service: "directory", migrations: DirectoryMigrations.all) { try await body($0) }
    }

    private func run(
        _ subject: App.Import.Subject, _ text: String, _ database: Database, isDryRun: Bool = false,
        replaces: Bool = false
    ) async throws -> ImportReport {
        try await importReport(subject, Array(text.utf8), into: database, isDryRun: isDryRun, replaces: replaces)
    }

    @Test("keep a territory that structures name, and say how many do")
    func namedTerritory() async throws {
        var (member, zoned) = (Example.mission, Example.office)
        member.participatesIn = ["bassin-vie:52-91"]
        zoned.offers = [
            Sketch.Offer(
                id: UUID.v7(), kind: "conseil-vae", channels: [],
                zones: [Sketch.Zone(type: "epci", code: "244400644")])
        ]
        let sketches = [member, zoned]
        try await withDirectoryDatabase { database in
            let all =
                Self.territories + "52-91,A,52,bassin-vie,44109\n52-92,B,52,bassin-vie,44143\n"
                + "244400644,E,52,epci,44184\n244400645,F,52,epci,44109\n"
            #expect(try await run(.territories, all, database).changed == 4)
            try await load(.structures, Array(sketches.map(\.line).joined(separator: "\n").utf8), into: database)
            let before = try await counts(database)
            let fewer = Self.territories + "52-92,B,52,bassin-vie,44143\n244400645,F,52,epci,44109\n"
            for isDryRun in [true, false] {
                let report = try await run(.territories, fewer, database, isDryRun: isDryRun, replaces: true)
                #expect(
                    complaints(report) == [
                        Complaint(0, "", "territory-in-use"), Complaint(0, "", "territory-in-use"),
                    ])
                #expect(report.complaints.allSatisfy { $0.detail.en.hasPrefix("1 structures name ") })
            }
            #expect(try await counts(database) == before)
        }
    }

    @Test("find in a dry run what only a commit would find")
    func deferredConstraints() async throws {
        try await withDirectoryDatabase { database in
            try await Connection.with(database.superuserConfiguration) { connection in
                try await connection.script(
                    "alter table territories add constraint one_name unique (name) deferrable initially deferred")
            }
            let twins = Self.territories + "52-91,Twin,52,bassin-vie,44109\n52-92,Twin,52,bassin-vie,44143\n"
            for isDryRun in [true, false] {
                let error = await #expect(throws: DatabaseError.self) {
                    try await run(.territories, twins, database, isDryRun: isDryRun)
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
            #expect(try await counts(database)[3] == 1)
        }
    }

    @Test("refuse what was judged by reference data that have changed since")
    func overtaken() async throws {
        try await withDirectoryDatabase { database in
            let before = try await counts(database)
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
            #expect(try await counts(database) == before)
        }
    }

    @Test("name the line of an offer, a parent or a region that cannot be")
    func relations() async throws {
        var (parent, child) = (Example.office, Example.mission)
        child.parent = parent.id
        try await withDirectoryDatabase([parent, child, Example.bretonne]) { database in
            let before = try await counts(database)
            func report(_ sketches: [Sketch]) async throws -> [Complaint] {
                complaints(try await run(.structures, sketches.map(\.line).joined(separator: "\n"), database))
            }
            var loop = parent
            loop.parent = child.id
            #expect(try await report([loop]) == [Complaint(1, "/parent_id", "parent-cycle")])
            var (one, two, three) = (Example.townHall, Example.crowd(2)[0], Example.crowd(2)[1])
            (one.parent, two.parent, three.parent) = (two.id, three.id, one.id)
            #expect(try await report([one, two, three]).map(\.code) == Array(repeating: "parent-cycle", count: 3))
            var thief = Example.townHall
            (thief.networks, thief.offers) = (child.networks, child.offers)
            #expect(try await report([thief]) == [Complaint(1, "/services/0/id", "offer-taken")])
            var (giver, taker) = (child, thief)
            (giver.offers, taker.offers) = ([], child.offers)
            #expect(try await report([taker, child]) == [Complaint(2, "/services/0/id", "offer-taken")])
            #expect(try await counts(database) == before)
            // An offer may pass from one to the other in one file; a remote service may have its parent elsewhere.
            #expect(try await report([taker, giver]) == [])
            var distant = Example.bretonne
            distant.parent = parent.id
            #expect(try await report([distant]) == [Complaint(1, "/parent_id", "parent-in-another-region")])
            distant.status = "partenaire-ressource"
            #expect(try await report([distant]) == [])
            distant.status = "membre"
            #expect(try await report([distant]) == [Complaint(1, "/parent_id", "parent-in-another-region")])
            var moved = parent
            (moved.commune, moved.point) = ("35238", Example.bretonne.point)
            #expect(try await report([moved]) == [Complaint(1, "/region", "antennes-in-another-region")])
        }
    }

    @Test("judge and count in a dry run, and store nothing")
    func dryRun() async throws {
        try await withDirectoryDatabase(Example.all) { database in
            let before = try await counts(database)
            let more = Self.communes + "44999,Nouvelle,44,52,47.1,-1.6,10\n44109,Nantes,44,52,47.23,-1.55,1\n"
            let report = try await run(.communes, more, database, isDryRun: true)
            #expect(report.isClean && report.read == 2 && report.changed == 2)
            #expect(report.text(isDryRun: true) == "communes: 2 read, dry run, nothing stored: 2 would change")
            let structures = try await run(
                .structures, Example.crowd(3).map(\.line).joined(separator: "\n"), database, isDryRun: true)
            #expect(structures.isClean && structures.changed == 3)
            let territory = try await run(
                .territories, Self.territories + "28-99,Caen,28,territoire-spro,14118\n", database, isDryRun: true)
            #expect(territory.isClean && territory.changed == 1)
            #expect(try await counts(database) == before)
        }
    }

    @Test("change nothing when run again, and only what differs otherwise")
    func idempotent() async throws {
        try await withDirectoryDatabase(Example.all) { database in
            let before = try await counts(database)
            let communes = String(decoding: try DemoData.bytes("communes.csv"), as: UTF8.self)
            let territories = String(decoding: try DemoData.bytes("territories.csv"), as: UTF8.self)
            #expect(try await run(.communes, communes, database).changed == 0)
            #expect(try await run(.territories, territories, database).changed == 0)
            var sketches = Example.all
            func structures() async throws -> ImportReport {
                try await run(.structures, sketches.map(\.line).joined(separator: "\n"), database)
            }
            #expect(try await structures().changed == 0)
            #expect(try await counts(database) == before)
            sketches[1].name = "Autre nom"
            let changed = try await structures()
            #expect(changed.changed == 1 && changed.read == 5)
            #expect(changed.text(isDryRun: false) == "structures: 5 read, 1 changed, 4 as before")
            #expect(try await structures().changed == 0)
            // As an editor may have saved it.
            let marked = "\u{FEFF}" + sketches.map(\.line).joined(separator: "\r\n")
            #expect(try await run(.structures, marked, database).changed == 0)
            #expect(try await counts(database)[3...] == [5, 6])
        }
    }

    @Test("are all or nothing, and report every line that is wrong")
    func allOrNothing() async throws {
        try await withEmptyDatabase { database in
            let lines = [
                "44109,Nantes,44,52,47.23,-1.55,325070", "44184,Saint-Nazaire,44,52,47.28,x,71000",
                "4418,,44,52,91,-2.25,-1", "44143,Rezé,49,52,47.18,-1.55,43000",
                "44190,Saint-Sébastien,44,52,47.2,-1.5",
                "44109,Nantes,44,52,47.23,-1.55,325070", "44162,Saint-Herblain,44,52,47.2,-1.6,NaN",
            ]
            let report = try await run(.communes, Self.communes + lines.joined(separator: "\n"), database)
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
            #expect(try await counts(database) == [0, 0, 0, 0, 0])
        }
    }

    @Test(
        "know their columns, in any order",
        arguments: [
            "", "insee_code,name,department,region,latitude,longitude",
            "insee_code,name,department,region,latitude,longitude,population,x",
            "insee_code,name,department,region,latitude,longitude,longitude",
            "insee_code;name;department;region;latitude;longitude;population", "44109,Nantes,44,52,47.23,-1.55,1",
            "INSEE_CODE,name,department,region,latitude,longitude,population",
        ])
    func header(header: String) async throws {
        try await withEmptyDatabase { database in
            let report = try await run(.communes, header + "\n", database)
            #expect(complaints(report) == [Complaint(1, "", "not-csv")])
            let turned =
                "population,longitude,latitude,region,department,name,insee_code\n7,-1.5,47,52,44,Nantes,44109\n"
            #expect(try await run(.communes, turned, database).changed == 1)
            #expect(try await counts(database)[0] == 1)
        }
    }

    @Test("read CSV with its quirks: byte order mark, CRLF, quotes, line breaks in fields, no end of the last line")
    func quirks() async throws {
        try await withEmptyDatabase { database in
            let text =
                "\u{FEFF}" + Self.communes.replacing("\n", with: "\r\n")
                + "44109,\"Nantes, \"\"la belle\"\"\",44,52,47.2,-1.5,1\r\n\r\n"
                + "\"44184\",\"Saint-\nNazaire\",44,52,47.2,-2.2,2\r\n44143,Rezé,44,52,bad,-1.5,3"
            let report = try await run(.communes, text, database)
            // The line on which the record begins, after a blank line and a field of two lines.
            #expect(complaints(report).last == Complaint(6, "latitude", "wrong-type"))
            let good = text.replacing("bad", with: "47.1").replacing("Saint-\nNazaire", with: "Saint-Nazaire")
            let stored = try await run(.communes, good, database)
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
                let report = try await run(.communes, Self.communes + wrong, database)
                #expect(complaints(report) == [Complaint(line, "", "not-csv")])
            }
            let latin1 = Array((Self.communes + "44143,Rez").utf8) + [0xE9] + Array(",44,52,47.1,-1.5,3\n".utf8)
            #expect(complaints(try await self.report(latin1, database)) == [Complaint(2, "", "not-csv")])
        }
    }

    private func report(_ bytes: [UInt8], _ database: Database) async throws -> ImportReport {
        try await importReport(.communes, bytes, into: database)
    }

    @Test("put a commune in one territory of a kind")
    func territories() async throws {
        try await withDirectoryDatabase { database in
            let before = try await counts(database)
            let wrong = [
                "52-91,A,52,bassin-vie,44109 44184", "52-92,B,52,bassin-vie,44143 44184", "52-93,C,52,bassin-vie,44999",
                "52-91,D,52,bassin-vie,44190", "44,E,52,departement,44190", "52-94,F,52,bassin-vie,44035 44035",
                "a b,G,52,bassin-vie,44026",
            ]
            let report = try await run(.territories, Self.territories + wrong.joined(separator: "\n"), database)
            #expect(
                complaints(report) == [
                    Complaint(3, "communes", "commune-in-two-territories"), Complaint(4, "communes", "unknown-commune"),
                    Complaint(5, "code", "duplicate-item"), Complaint(6, "kind", "unknown-code"),
                    Complaint(7, "communes", "duplicate-item"), Complaint(8, "code", "wrong-format"),
                ])
            // Another region's territory of this kind has it already.
            let foreign = try await run(
                .territories, Self.territories + "28-99,Caen,28,territoire-spro,14118 44184\n", database)
            #expect(complaints(foreign) == [Complaint(2, "communes", "commune-in-two-territories")])
            #expect(try await counts(database) == before)

            let two = Self.territories + "52-91,A,52,bassin-vie,44109 44184\n52-92,B,52,bassin-vie,44143\n"
            #expect(try await run(.territories, two, database).changed == 2)
            // A commune moves, in one file.
            let moved = Self.territories + "52-91,A,52,bassin-vie,44109\n52-92,B,52,bassin-vie,44184 44143\n"
            #expect(try await run(.territories, moved, database).changed == 2)
            #expect(try await run(.territories, moved, database).changed == 0)
            // Who is not in the file any more is gone, and nobody of another kind or region.
            let one = Self.territories + "52-92,B,52,bassin-vie,44143 44184\n"
            let silent = try await run(.territories, one, database)
            #expect(complaints(silent) == [Complaint(0, "", "removes-territories")])
            #expect(try await counts(database)[1] == before[1] + 2)
            let removal = try await run(.territories, one, database, replaces: true)
            #expect(removal.changed == 0 && removal.removed == 1)
            #expect(removal.text(isDryRun: false) == "territories: 1 read, 0 changed, 1 removed, 1 as before")
            #expect(try await counts(database)[...1] == [before[0], before[1] + 1])
            // Of a region that nobody knows; of another region than before, alone and with its former region.
            let nowhere = try await run(.territories, Self.territories + "99-1,A,99,bassin-vie,44109\n", database)
            #expect(complaints(nowhere) == [Complaint(2, "region", "unknown-region")])
            let moving = Self.territories + "52-92,B,53,bassin-vie,44143 44184\n"
            #expect(
                complaints(try await run(.territories, moving, database))
                    == [
                        Complaint(2, "region", "territory-of-another-region"),
                        Complaint(2, "communes", "commune-in-two-territories"),
                        Complaint(2, "communes", "commune-in-two-territories"),
                    ].sorted { $0.pointer < $1.pointer })
            let both = moving + "52-93,C,52,bassin-vie,44109\n"
            #expect(try await run(.territories, both, database).changed == 2)
        }
    }

    @Test("of structures name the line of whatever is wrong")
    func structures() async throws {
        try await withDirectoryDatabase(Example.all) { database in
            let before = try await counts(database)
            var (unknown, orphan, twin, other) = (Example.office, Example.townHall, Example.mission, Example.bretonne)
            unknown.commune = "44999"
            orphan.parent = UUID.v7()
            (twin.siret, other.siret) = ("35600000000048", "35600000000048")
            func report(_ lines: [String]) async throws -> [Complaint] {
                complaints(try await run(.structures, lines.joined(separator: "\n"), database))
            }
            #expect(
                try await report([
                    Example.mission.line, "", "{", Example.mission.line, unknown.line, #"{"name":"x"}"#, "[]",
                    Example.office.line.replacing("\"name\"", with: "\"nom\""),
                ]) == [
                    Complaint(3, "", "wrong-format"), Complaint(4, "/id", "duplicate-item"),
                    Complaint(5, "/address/commune", "unknown-commune"), Complaint(6, "/id", "required"),
                    Complaint(6, "/status", "required"), Complaint(6, "/region", "required"),
                    Complaint(7, "", "wrong-type"), Complaint(8, "/name", "required"),
                    Complaint(8, "/nom", "unknown-member"),
                ])
            #expect(
                try await report([Example.mission.line, orphan.line]) == [
                    Complaint(2, "/parent_id", "unknown-structure")
                ])
            #expect(try await report([twin.line, other.line]) == [Complaint(2, "/siret", "siret-taken")])
            #expect(try await counts(database) == before)
            // A siège may follow its antenne.
            var crowd = Example.crowd(2)
            crowd[0].parent = crowd[1].id
            #expect(try await report(crowd.map(\.line)) == [])
            #expect(try await report([twin.line]) == [])
            #expect(try await report(["", other.line]) == [Complaint(2, "/siret", "siret-taken")])
            #expect(try await counts(database)[3...] == [7, 8])
        }
    }
}

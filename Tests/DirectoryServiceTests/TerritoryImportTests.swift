import Foundation
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

@Suite("Imports of territories")
struct TerritoryImportTests {
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
                ImportText.territories + "52-91,A,52,bassin-vie,44109\n52-92,B,52,bassin-vie,44143\n"
                + "244400644,E,52,epci,44184\n244400645,F,52,epci,44109\n"
            #expect(try await importText(.territories, all, database).changed == 4)
            try await load(.structures, Array(sketches.map(\.line).joined(separator: "\n").utf8), into: database)
            let before = try await importedCounts(database)
            let fewer = ImportText.territories + "52-92,B,52,bassin-vie,44143\n244400645,F,52,epci,44109\n"
            for isDryRun in [true, false] {
                let report = try await importText(.territories, fewer, database, isDryRun: isDryRun, replaces: true)
                #expect(
                    complaints(report) == [
                        Complaint(0, "", "territory-in-use"), Complaint(0, "", "territory-in-use"),
                    ])
                #expect(report.complaints.allSatisfy { $0.detail.en.hasPrefix("1 structures name ") })
            }
            #expect(try await importedCounts(database) == before)
        }
    }

    @Test("put a commune in one territory of a kind")
    func territories() async throws {
        try await withDirectoryDatabase { database in
            let before = try await importedCounts(database)
            let wrong = [
                "52-91,A,52,bassin-vie,44109 44184", "52-92,B,52,bassin-vie,44143 44184", "52-93,C,52,bassin-vie,44999",
                "52-91,D,52,bassin-vie,44190", "44,E,52,departement,44190", "52-94,F,52,bassin-vie,44035 44035",
                "a b,G,52,bassin-vie,44026",
            ]
            let report = try await importText(
                .territories, ImportText.territories + wrong.joined(separator: "\n"), database)
            #expect(
                complaints(report) == [
                    Complaint(3, "communes", "commune-in-two-territories"), Complaint(4, "communes", "unknown-commune"),
                    Complaint(5, "code", "duplicate-item"), Complaint(6, "kind", "unknown-code"),
                    Complaint(7, "communes", "duplicate-item"), Complaint(8, "code", "wrong-format"),
                ])
            // Another region's territory of this kind has it already.
            let foreign = try await importText(
                .territories, ImportText.territories + "28-99,Caen,28,territoire-spro,14118 44184\n", database)
            #expect(complaints(foreign) == [Complaint(2, "communes", "commune-in-two-territories")])
            #expect(try await importedCounts(database) == before)

            let two = ImportText.territories + "52-91,A,52,bassin-vie,44109 44184\n52-92,B,52,bassin-vie,44143\n"
            #expect(try await importText(.territories, two, database).changed == 2)
            // A commune moves, in one file.
            let moved = ImportText.territories + "52-91,A,52,bassin-vie,44109\n52-92,B,52,bassin-vie,44184 44143\n"
            #expect(try await importText(.territories, moved, database).changed == 2)
            #expect(try await importText(.territories, moved, database).changed == 0)
            // Who is not in the file any more is gone, and nobody of another kind or region.
            let one = ImportText.territories + "52-92,B,52,bassin-vie,44143 44184\n"
            let silent = try await importText(.territories, one, database)
            #expect(complaints(silent) == [Complaint(0, "", "removes-territories")])
            #expect(try await importedCounts(database)[1] == before[1] + 2)
            let removal = try await importText(.territories, one, database, replaces: true)
            #expect(removal.changed == 0 && removal.removed == 1)
            #expect(removal.text(isDryRun: false) == "territories: 1 read, 0 changed, 1 removed, 1 as before")
            #expect(try await importedCounts(database)[...1] == [before[0], before[1] + 1])
            // Of a region that nobody knows; of another region than before, alone and with its former region.
            let nowhere = try await importText(
                .territories, ImportText.territories + "99-1,A,99,bassin-vie,44109\n", database)
            #expect(complaints(nowhere) == [Complaint(2, "region", "unknown-region")])
            let moving = ImportText.territories + "52-92,B,53,bassin-vie,44143 44184\n"
            #expect(
                complaints(try await importText(.territories, moving, database))
                    == [
                        Complaint(2, "region", "territory-of-another-region"),
                        Complaint(2, "communes", "commune-in-two-territories"),
                        Complaint(2, "communes", "commune-in-two-territories"),
                    ].sorted { $0.pointer < $1.pointer })
            let both = moving + "52-93,C,52,bassin-vie,44109\n"
            #expect(try await importText(.territories, both, database).changed == 2)
        }
    }
}

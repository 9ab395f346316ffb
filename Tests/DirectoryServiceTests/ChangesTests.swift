import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

@Suite("Changes")
struct ChangesTests {
    @Test("tell each structure once, as it is now, and what ended; a copy of them is the export")
    func copies() async throws {
        try await withDirectory(Example.all) { directory in
            let region = try await DirectoryFixture.region()
            var early = try PartnerCopy(export: try await directory.export())
            var whole = PartnerCopy()
            try await directory.converge(&whole, limit: 2)
            #expect(whole.items == Example.all.count)
            #expect(try await directory.export().body == whole.lines)
            #expect(whole.lines == early.lines)

            for version in 1...3 {
                var sketch = Example.mission
                sketch.name = "Nom \(version)"
                let answer = try await directory.update(
                    sketch.id, sketch.body, token: region, ifMatch: "\"v\(version)\"")
                #expect(answer.status == 204)
            }
            #expect(try await directory.remove(Example.townHall, token: region).status == 204)
            let merged = try await directory.merge(Example.office, into: Example.mission, token: region)
            #expect(merged.status == 204)
            let made = try await directory.create(Example.platform.body, token: region)
            #expect(made.status == 201)

            try await directory.converge(&early)
            try await directory.converge(&whole, limit: 1)
            #expect(early.items == 4)
            #expect(early.successors == [Example.office.id: Example.mission.id])
            let export = try await directory.export()
            #expect(early.lines == export.body && whole.lines == export.body)
            // Whoever begins now is told of what ended, too: it may have it from elsewhere.
            var late = PartnerCopy()
            try await directory.converge(&late)
            #expect(late.lines == export.body && late.successors == early.successors)
            let quiet = try await directory.changes(after: late.cursor)
            #expect(quiet.items.isEmpty && quiet.isLast && quiet.next == late.cursor)
        }
    }

    @Test("never hold an address that is confidential now, also where it was public before")
    func confidential() async throws {
        var sketch = Example.mission
        (sketch.street, sketch.postalCode, sketch.siret) = ("7 impasse Canari", "44613", "35600000000048")
        let canaries = ["Canari", "44613", "35600000000048", "47.28148"]
        let open = sketch
        try await withDirectory([open]) { directory in
            var copy = PartnerCopy()
            try await directory.converge(&copy)
            for canary in canaries { #expect(String(decoding: copy.lines, as: UTF8.self).contains(canary)) }
            var refuge = open
            refuge.isConfidential = true
            let region = try await DirectoryFixture.region()
            let answer = try await directory.update(open.id, refuge.body, token: region, ifMatch: "\"v1\"")
            #expect(answer.status == 204, "\(answer.text)")
            try await directory.converge(&copy)
            let texts = [
                String(decoding: copy.lines, as: UTF8.self), try await directory.get("/v1/changes").text,
                try await directory.export().text, try await directory.export([("Accept", "text/csv")]).text,
                try await directory.export([("Accept", "application/geo+json")]).text,
                try await directory.get("/v1/exports/data-inclusion").text,
            ]
            for text in texts { for canary in canaries { #expect(!text.contains(canary), "\(canary)") } }
            #expect(try await directory.export().body == copy.lines)
        }
    }

    @Test("tell structures again whose commune or territory has another name")
    func renamed() async throws {
        try await withDirectory(Example.all) { directory in
            var copy = try PartnerCopy(export: try await directory.export())
            let communes = String(decoding: try DemoData.bytes("communes.csv"), as: UTF8.self)
            let renamed = communes.replacing("44184,Saint-Nazaire,", with: "44184,Saint-Nazaire-sur-Mer,")
            try #require(renamed != communes)
            try await load(.communes, Array(renamed.utf8), into: directory.database)
            try await eventually {
                try await directory.export().text.contains("Saint-Nazaire-sur-Mer")
            }
            try await directory.converge(&copy)
            #expect(copy.items == 2, "the mission locale and the town hall")
            #expect(try await directory.export().body == copy.lines)
            try await load(.communes, Array(renamed.utf8), into: directory.database)
            let quiet = try await directory.changes(after: copy.cursor)
            #expect(quiet.items.isEmpty)
        }
    }

    @Test("tell again whose zones name a commune that was merged")
    func merger() async throws {
        try await withDirectory([Example.platformOfCommune]) { directory in
            var copy = try PartnerCopy(export: try await directory.export())
            let history = """
                event,effective_date,type_before,code_before,name_before,type_after,code_after,name_after
                32,2020-01-01,COM,44184,Saint-Nazaire,COM,44109,Nantes
                """
            try await load(.communeChanges, Array(history.utf8), into: directory.database)
            try await eventually { try await directory.export().text.contains("\"code\":\"44109\"") }
            try await directory.converge(&copy)
            #expect(try await directory.export().body == copy.lines)
        }
    }

    @Test("wait for more, and answer as soon as there is some")
    func longPoll() async throws {
        try await withDirectory([Example.mission]) { directory in
            let start = try await directory.changes()
            let clock = ContinuousClock.now
            async let waiting = directory.changes(after: start.next, wait: 20)
            try await Task.sleep(for: .milliseconds(300))
            let answer = try await directory.update(
                Example.mission.id, Example.mission.body, token: DirectoryFixture.region(), ifMatch: "\"v1\"")
            #expect(answer.status == 204)
            let page = try await waiting
            #expect(page.items.count == 1 && ContinuousClock.now - clock < .seconds(10))
            let idle = try await directory.changes(after: page.next, wait: 1)
            #expect(idle.items.isEmpty && idle.next == page.next)
        }
    }

    @Test("refuse cursors of others by name, and tell those that lead nowhere any more")
    func cursors() async throws {
        try await withDirectory(Example.all) { directory in
            let token = try await TestIssuer.shared.token(scopes: [.directoryRead, .eventsRead])
            let events = try await directory.service.get("/v1/events?limit=1", token: token)
            let foreign = try #require(events.headers.first(name: "next-cursor"))
            let page = try await directory.changes(limit: 2)
            var forged = Array(page.next)
            forged[3] = forged[3] == "A" ? "B" : "A"
            for cursor in [foreign, String(forged), "AAAA", "x"] {
                try expectProblem(
                    try await directory.get("/v1/changes?after=\(cursor)"), 400, "invalid-parameters", at: ["after"])
            }
            try expectProblem(
                try await directory.get("/v1/changes?limit=0&wait=31&since=1"), 400, "invalid-parameters",
                at: ["limit", "wait", "since"])
            // What a restore leaves: the event is gone that the cursor names.
            _ = try await Connection.with(directory.database.superuserConfiguration) { connection in
                try await connection.query("update event_outbox set event_id = gen_random_uuid()")
            }
            try expectProblem(try await directory.get("/v1/changes?after=\(page.next)"), 410, "feed-rewound")
            #expect(try await directory.changes().items.count == Example.all.count)
        }
    }

    @Test("pass no position before all in front of it is committed, on any replica")
    func slowWriter() async throws {
        try await withDirectoryDatabase(Example.all) { database in
            try await withService(.directory, on: database, settings: DirectoryFixture.settings) { first in
                try await withService(.directory, on: database, settings: DirectoryFixture.settings) { second in
                    let (one, other) = (
                        DirectoryFixture(service: first, database: database),
                        DirectoryFixture(service: second, database: database)
                    )
                    var copy = try PartnerCopy(export: try await one.export())
                    let region = try await DirectoryFixture.region()
                    try await Connection.with(database.superuserConfiguration) { slow in
                        // Its transaction's id is the smaller, and it commits later.
                        try await slow.withTransaction { transaction in
                            try await transaction.query("select pg_current_xact_id()")
                            let answer = try await one.update(
                                Example.office.id, Example.office.body, token: region, ifMatch: "\"v1\"")
                            #expect(answer.status == 204)
                            try await other.update(&copy)
                            #expect(copy.items == 0)
                            try await transaction.query(
                                """
                                update structures set version = 2, changed_xid = pg_current_xact_id()
                                where id = \(Example.mission.id)
                                """)
                            try await DirectoryEventRepository(transaction: transaction).tellStructures()
                        }
                    }
                    try await other.converge(&copy)
                    #expect(copy.items == 2)
                    try await eventually { try await one.export().body == copy.lines }
                    #expect(try await other.export().body == copy.lines)
                }
            }
        }
    }
}

extension Example {
    /// A remote service for one commune.
    static var platformOfCommune: Sketch {
        var sketch = platform
        sketch.offers = [
            Sketch.Offer(
                id: platform.offers[0].id, kind: "accueil-information", channels: ["telephone"],
                zones: [Sketch.Zone(type: "commune", code: "44184")])
        ]
        return sketch
    }
}

import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

@Suite("The end of a structure")
struct StructureEndTests {
    private static func path(_ sketch: Sketch) -> String { "/v1/structures/\(sketch.id.text)" }

    private static func with(_ sketch: Sketch, _ change: (inout Sketch) -> Void) -> Sketch {
        var sketch = sketch
        change(&sketch)
        return sketch
    }

    private static let antenne = Sketch(
        id: UUID(uuidString: "019B76DA-A800-7725-8E42-000000000011")!, name: "Antenne de Saint-Nazaire",
        networks: ["mission-locale"], status: "signataire", commune: "44184", parent: Example.mission.id)
    private static let second = Sketch(
        id: UUID(uuidString: "019B76DA-A800-7725-8E42-000000000012")!, name: "Seconde antenne",
        networks: ["mission-locale"], status: "signataire", commune: "44184", parent: Example.mission.id)

    @Test("is 410 for good: its id, its searches, its writes; its SIRET and offers are free")
    func removal() async throws {
        let mission = Self.with(Example.mission) { $0.siret = "35600000000048" }
        try await withDirectory([mission, Example.office]) { directory in
            let region = try await DirectoryFixture.region()
            #expect(try await directory.remove(mission, token: region).status == 204)
            let gone = try await directory.get(Self.path(mission))
            try expectProblem(gone, 410, "gone")
            #expect(try gone.json["successor"] == JSONValue.null)
            #expect(RFC3339.parse(try gone.json["removed_at"]?.string ?? "") != nil)
            try expectProblem(try await directory.get(Self.path(mission) + "/openings"), 410, "gone")
            let found = try await directory.get("/v1/structures?commune=44184&status=signataire").json
            #expect(found["items"]?.array?.isEmpty == true)
            for version in 1...3 {
                let again = try await directory.update(
                    mission.id, mission.body, token: region, ifMatch: "\"v\(version)\"")
                try expectProblem(again, 410, "gone")
                try expectProblem(try await directory.remove(mission, token: region, version: version), 410, "gone")
            }
            let below = Sketch(id: UUID(), name: "S", commune: "44184", parent: mission.id)
            try expectProblem(
                try await directory.create(below.body, token: region), 422, "invalid-body", at: ["/parent_id"])
            let heir = mission.body.replacing("{\"kind\"", with: #"{"id":"\#(mission.offers[0].id.text)","kind""#)
            #expect(try await directory.create(heir, token: region).status == 201)
        }
    }

    @Test("needs the version that was read, and nobody below it")
    func preconditions() async throws {
        try await withDirectory([Example.mission, Self.antenne]) { directory in
            let region = try await DirectoryFixture.region()
            let before = try await directory.stored
            let bare = try await directory.service.send(.DELETE, Self.path(Example.mission), token: region)
            try expectProblem(bare, 428, "precondition-required")
            try expectProblem(
                try await directory.remove(Example.mission, token: region, version: 2), 412, "precondition-failed")
            try expectProblem(try await directory.remove(Example.mission, token: region), 409, "conflict", at: ["id"])
            try expectProblem(try await directory.remove(Example.office, token: region), 404, "not-found")
            #expect(try await directory.stored == before)
            #expect(try await directory.remove(Self.antenne, token: region).status == 204)
            #expect(try await directory.remove(Example.mission, token: region).status == 204)
        }
    }

    @Test("is for whoever may add it; with a label, for the region")
    func policy() async throws {
        let labelled = #"{"label":{"state":"accorde"},"# + Self.second.line.dropFirst()
        try await withDirectoryDatabase([Example.mission, Self.antenne]) { database in
            try await load(.structures, Array(labelled.utf8), into: database)
            try await withService(.directory, on: database, settings: DirectoryFixture.settings) { service in
                let directory = DirectoryFixture(service: service, database: database)
                let parent = try await DirectoryFixture.partner(Example.mission.id)
                let foreign = [
                    try await DirectoryFixture.region("53"), try await DirectoryFixture.partner(Self.antenne.id),
                    try await DirectoryFixture.partner(networks: ["cio"]), try await DirectoryFixture.partner(),
                ]
                for token in foreign {
                    try expectProblem(try await directory.remove(Self.antenne, token: token), 403, "forbidden")
                }
                try expectProblem(try await directory.remove(Self.second, token: parent), 403, "forbidden")
                #expect(try await directory.remove(Self.antenne, token: parent).status == 204)
                #expect(
                    try await directory.remove(Self.second, token: DirectoryFixture.region()).status == 204)
            }
        }
    }

    @Test("by merger names the successor that stands today, and its antennes follow")
    func merger() async throws {
        try await withDirectory([Example.mission, Self.antenne, Self.second, Example.office]) { directory in
            let region = try await DirectoryFixture.region()
            for token in [
                try await DirectoryFixture.region("53"),
                try await TestIssuer.shared.token(
                    scopes: [.directoryAdmin, .directoryWrite], structures: [Example.mission.id],
                    networks: ["mission-locale"]),
            ] {
                let refused = try await directory.merge(Example.mission, into: Example.office, token: token)
                try expectProblem(refused, 403, "forbidden")
            }
            for wrong in [UUID.v7(), Example.mission.id] {
                let refused = try await directory.merge(
                    Example.mission, into: Sketch(id: wrong, name: ""), token: region)
                try expectProblem(refused, 422, "invalid-body", at: ["/into"])
            }
            #expect(try await directory.merge(Example.mission, into: Example.office, token: region).status == 204)
            let gone = try await directory.get(Self.path(Example.mission))
            try expectProblem(gone, 410, "gone")
            #expect(try gone.json["successor"] == .string(Example.office.id.text))
            for sketch in [Self.antenne, Self.second] {
                let shown = try await directory.get(Self.path(sketch)).json
                #expect(shown["parent_id"] == .string(Example.office.id.text) && shown["version"] == 2)
            }
            // Its antenne takes over: the other one comes below it, and it has no parent any more.
            #expect(try await directory.merge(Example.office, into: Self.antenne, token: region).status == 204)
            #expect(try await directory.get(Self.path(Self.antenne)).json["parent_id"] == JSONValue.null)
            #expect(
                try await directory.get(Self.path(Self.second)).json["parent_id"] == .string(Self.antenne.id.text))
            #expect(
                try await directory.get(Self.path(Example.mission)).json["successor"]
                    == .string(Self.antenne.id.text))
            let late = try await directory.merge(Self.second, into: Example.office, token: region, version: 3)
            try expectProblem(late, 422, "invalid-body", at: ["/into"])
            #expect(try await directory.remove(Self.second, token: region, version: 3).status == 204)
            #expect(try await directory.remove(Self.antenne, token: region, version: 3).status == 204)
            #expect(try await directory.get(Self.path(Example.mission)).json["successor"] == JSONValue.null)
        }
    }

    @Test("by merger is refused where the antennes cannot follow")
    func stranded() async throws {
        let below = Self.with(Self.second) { $0.parent = Self.antenne.id }
        try await withDirectory([Example.mission, Self.antenne, below, Example.bretonne]) { directory in
            let region = try await DirectoryFixture.region()
            let before = try await directory.stored
            for successor in [below, Example.bretonne] {
                let refused = try await directory.merge(Example.mission, into: successor, token: region)
                try expectProblem(refused, 409, "conflict", at: ["/into"])
            }
            #expect(try await directory.stored == before)
        }
    }

    @Test("is told once, under the next number of its subject, with what the merger moved")
    func events() async throws {
        try await withDirectory([Example.mission, Self.antenne, Example.office, Example.townHall]) { directory in
            let region = try await DirectoryFixture.region()
            #expect(try await directory.remove(Example.townHall, token: region).status == 204)
            #expect(try await directory.merge(Example.mission, into: Example.office, token: region).status == 204)
            let token = try await TestIssuer.shared.token(scopes: [.eventsRead])
            var told: [Event] = []
            try await eventually {
                let answer = try await directory.service.get("/v1/events?limit=10000", token: token)
                told = try answer.body.split(separator: UInt8(ascii: "\n")).map { line in
                    try ObjectReader.read(try JSONValue(parsing: Array(line)), Event.init)
                }.filter { $0.type != .territoryChanged }
                return told.count >= 7
            }
            #expect(told.count == 7)
            let later = told.dropFirst(4)
            #expect(later.allSatisfy { $0.sequence == 2 })
            #expect(
                later.first?.data
                    == .structureRemoved(StructureRemoval(id: Example.townHall.id, version: 2)))
            let merger = StructureMerger(id: Example.mission.id, version: 2, into: Example.office.id)
            #expect(later.contains { $0.data == .structureMerged(merger) })
            #expect(
                later.contains { $0.type == .structureChanged && $0.subject.hasSuffix(Self.antenne.id.text) })
        }
    }

    @Test("leaves no antenne that somebody adds at that very moment, nor two that stand for each other")
    func races() async throws {
        let pairs = (0..<12).map { _ in (UUID.v7(), UUID.v7()) }
        let sketches = pairs.flatMap { [$0.0, $0.1].map { Sketch(id: $0, name: "S", commune: "44184") } }
        try await withDirectory(sketches) { directory in
            let region = try await DirectoryFixture.region()
            for (index, (one, other)) in pairs.enumerated() {
                let (left, right) = (Sketch(id: one, name: ""), Sketch(id: other, name: ""))
                if index % 2 == 0 {
                    let child = Sketch(id: UUID(), name: "S", commune: "44184", parent: one).body
                    async let added = directory.create(child, token: region).status
                    async let removed = directory.remove(left, token: region).status
                    let outcome = (try await added, try await removed)
                    #expect(outcome == (201, 409) || outcome == (422, 204), "\(outcome)")
                } else {
                    async let first = directory.merge(left, into: right, token: region).status
                    async let second = directory.merge(right, into: left, token: region).status
                    let outcome = [try await first, try await second].sorted()
                    #expect(outcome == [204, 422] || outcome == [204, 410], "\(outcome)")
                }
            }
        }
    }

    @Test("an import does not bring back, and says so by the line")
    func imports() async throws {
        try await withDirectory([Example.mission, Example.office]) { directory in
            let region = try await DirectoryFixture.region()
            #expect(try await directory.remove(Example.mission, token: region).status == 204)
            let lines = [Example.office.line, Example.mission.line, Self.antenne.line].joined(separator: "\n")
            let report = try await importReport(.structures, Array(lines.utf8), into: directory.database)
            #expect(report.complaints.map(\.line) == [2])
            #expect(report.complaints.map(\.pointer) == ["/id"])
            let orphan = try await importReport(
                .structures, Array(Self.antenne.line.utf8), into: directory.database)
            #expect(orphan.complaints.map(\.pointer) == ["/parent_id"])
        }
    }

    @Test("a row of what was removed is never written again")
    func tombstone() async throws {
        try await withDirectory([Example.office]) { directory in
            #expect(try await directory.remove(Example.office, token: DirectoryFixture.region()).status == 204)
            try await Connection.with(directory.database.configuration(for: .runtime)) { connection in
                do {
                    try await connection.query(
                        "update structures set removed_at = null where id = \(Example.office.id)")
                    Issue.record("written")
                } catch let error as DatabaseError {
                    #expect(error.constraint == "structure_removed")
                }
            }
        }
    }
}

extension DirectoryFixture {
    func remove(_ sketch: Sketch, token: String, version: Int = 1) async throws -> RunningService.Answer {
        try await service.send(
            .DELETE, "/v1/structures/\(sketch.id.text)", token: token, headers: [("If-Match", "\"v\(version)\"")])
    }

    func merge(
        _ sketch: Sketch, into successor: Sketch, token: String, version: Int = 1
    ) async throws -> RunningService.Answer {
        try await service.send(
            .POST, "/v1/structures/\(sketch.id.text)/merger", token: token, headers: [("If-Match", "\"v\(version)\"")],
            json: #"{"into":"\#(successor.id.text)"}"#)
    }
}

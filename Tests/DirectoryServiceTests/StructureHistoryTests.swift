import Foundation
import NIOHTTP1
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

@Suite("A structure's history and verification")
struct StructureHistoryTests {
    private static let path = "/v1/structures/\(Example.mission.id.text)"

    private func renamed(_ name: String) -> String {
        var sketch = Example.mission
        sketch.name = name
        return sketch.body
    }

    @Test("names every version's program, claim, operation and changes, newest first, page by page")
    func list() async throws {
        try await withDirectory(Example.all) { directory in
            let editors = [
                (try await DirectoryFixture.partner(Example.mission.id), "structure:\(Example.mission.id.text)"),
                (try await DirectoryFixture.partner(networks: ["mission-locale"]), "network:mission-locale"),
                (try await DirectoryFixture.region(), "region:52"),
            ]
            for (turn, (token, _)) in editors.enumerated() {
                let answer = try await directory.update(
                    Example.mission.id, renamed("Nom \(turn)"), token: token, ifMatch: "\"v\(turn + 1)\"")
                #expect(answer.status == 204)
            }
            #expect(try await directory.verify(Self.path, token: editors[1].0, version: 4).status == 204)
            let token = editors[0].0
            var (items, next): ([JSONValue], String?) = ([], Self.path + "/history?limit=2")
            var pages = 0
            while let path = next {
                let answer = try await directory.service.get(path, token: token)
                try #require(answer.status == 200, "\(answer.text)")
                items += try answer.json["items"]?.array ?? []
                next = try answer.json["next_cursor"]?.string.map { "\(Self.path)/history?limit=2&cursor=\($0)" }
                #expect(answer.headers["link"].isEmpty == (next == nil))
                pages += 1
            }
            #expect(pages == 3)
            #expect(items.compactMap { $0["version"]?.int } == [5, 4, 3, 2, 1])
            #expect(
                items.map { $0["operation"]?.string } == ["verified", "updated", "updated", "updated", "imported"])
            #expect(items.map { $0["changed_by"]?.string } == ["partner", "region-52", "partner", "partner", "import"])
            let claims = ["network:mission-locale", editors[2].1, editors[1].1, editors[0].1, nil]
            #expect(items.map { $0["changed_for"]?.string } == claims)
            #expect(items[0]["changes"] == ["verified_on"])
            // Services written without ids get new ones.
            #expect(items[1]["changes"] == ["name", "services"])
            #expect(
                items[4]["changes"] == ["address", "location", "name", "networks", "services", "status"])
            let first = try await directory.service.get(Self.path + "/history/1", token: token).json
            #expect(first["structure"]?["name"] == .string(Example.mission.name) && first["version"] == 1)
            for version in ["0", "6", "01", "x", "99999999999999999999"] {
                let answer = try await directory.service.get(Self.path + "/history/\(version)", token: token)
                try expectProblem(answer, 404, "not-found", "\(version)")
            }
            let other = try await directory.service.get(
                "/v1/structures/\(Example.office.id.text)/history?limit=1", token: try await DirectoryFixture.region())
            #expect(try other.json["next_cursor"] == JSONValue.null)
            let foreign = try await directory.service.get(Self.path + "/history?cursor=AAAA", token: token)
            try expectProblem(foreign, 400, "invalid-parameters", at: ["cursor"])
        }
    }

    @Test("is for its editors, and outlives it")
    func policy() async throws {
        try await withDirectory(Example.all) { directory in
            let region = try await DirectoryFixture.region()
            let foreign = [
                try await DirectoryFixture.region("53"), try await DirectoryFixture.partner(Example.office.id),
                try await DirectoryFixture.partner(networks: ["cio"]),
            ]
            #expect(try await directory.remove(Example.mission, token: region).status == 204)
            for path in [Self.path + "/history", Self.path + "/history/1"] {
                for token in foreign {
                    try expectProblem(try await directory.service.get(path, token: token), 403, "forbidden")
                }
                try expectProblem(try await directory.get(path), 403, "insufficient-scope")
                #expect(try await directory.service.get(path, token: region).status == 200)
            }
            let items = try await directory.service.get(Self.path + "/history", token: region).json["items"]
            #expect(items?[0]?["operation"] == "removed" && items?[0]?["changes"] == [])
            let absent = try await directory.service.get("/v1/structures/\(UUID.v7().text)/history", token: region)
            try expectProblem(absent, 404, "not-found")
        }
    }

    @Test("a verification stamps today's date on the version that was read, once a day, and is told")
    func verification() async throws {
        try await withDirectory(Example.all) { directory in
            let partner = try await DirectoryFixture.partner(Example.mission.id)
            let before = try await directory.stored
            for token in [
                try await DirectoryFixture.partner(Example.office.id), try await DirectoryFixture.region("53"),
            ] {
                try expectProblem(try await directory.verify(Self.path, token: token, version: 1), 403, "forbidden")
            }
            try expectProblem(
                try await directory.verify(Self.path, token: partner, version: 2), 412, "precondition-failed")
            let surplus = try await directory.service.send(
                .POST, Self.path + "/verification", token: partner, headers: [("If-Match", "\"v1\"")],
                json: #"{"verified_on":"2026-01-01"}"#)
            try expectProblem(surplus, 422, "invalid-body", at: ["/verified_on"])
            #expect(try await directory.stored == before)
            let stamped = try await directory.verify(Self.path, token: partner, version: 1)
            #expect(stamped.status == 204)
            let shown = try await directory.get(Self.path)
            #expect(shown.headers["etag"] == stamped.headers["etag"])
            #expect(try shown.json["verified_on"] == .string(ParisClock.today.text))
            #expect(try shown.json["version"] == 2 && shown.json["name"] == .string(Example.mission.name))
            let again = try await directory.verify(Self.path, token: partner, version: 2)
            #expect(again.status == 204 && again.headers["etag"] == stamped.headers["etag"])
            #expect(try await directory.get(Self.path).json["version"] == 2)
            #expect(try await directory.stored.versions == before.versions + 1)
        }
    }

    @Test("dates of what was done lie in no future")
    func future() async throws {
        try await withDirectory(Example.all) { directory in
            let partner = try await DirectoryFixture.partner(Example.mission.id)
            let tomorrow = try #require(CalendarDate(daysSinceEpoch: ParisClock.today.daysSinceEpoch + 1)).text
            let members = """
                {"verified_on":"\(tomorrow)","logo_displayed_on":"\(tomorrow)",
                "closures":[{"from":"\(tomorrow)","to":"\(tomorrow)","announced_on":"\(tomorrow)"}],
                """
            let answer = try await directory.update(
                Example.mission.id, members + Example.mission.body.dropFirst(), token: partner, ifMatch: "\"v1\"")
            try expectProblem(
                answer, 422, "invalid-body",
                at: ["/verified_on", "/logo_displayed_on", "/closures/0/announced_on"])
        }
    }
}

extension DirectoryFixture {
    fileprivate func verify(_ path: String, token: String, version: Int) async throws -> RunningService.Answer {
        try await service.send(
            .POST, path + "/verification", token: token, headers: [("If-Match", "\"v\(version)\"")], json: "{}")
    }
}

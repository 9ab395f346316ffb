import Foundation
import NIOHTTP1
import Schema
import Support
import Testing

@testable import DirectoryService

@Suite("Writing the directory's lists")
struct ListingWriteTests {
    private static let bodies: [(list: String, body: String, member: String)] = [
        ("agenda", Entry.event("Un"), "title"), ("schemes", Entry.scheme("Un"), "name"),
        ("resources", Entry.resource("Un"), "title"),
    ]

    @Test("creates once, replaces and deletes the version that was read, and shows it at once", arguments: 0..<3)
    func life(_ place: Int) async throws {
        let (list, body, member) = Self.bodies[place]
        try await withDirectory(Example.all) { directory in
            let region = try await DirectoryFixture.region()
            let made = try await directory.send(.POST, "/v1/\(list)", body, token: region, key: "k")
            #expect(made.status == 201)
            let location = try #require(made.headers["location"].first)
            let again = try await directory.send(.POST, "/v1/\(list)", body, token: region, key: "k")
            #expect(again.status == 201 && again.body == made.body && again.headers["location"] == [location])
            let changed = body.replacing("Un", with: "Deux")
            try expectProblem(
                try await directory.send(.POST, "/v1/\(list)", changed, token: region, key: "k"), 422,
                "idempotency-key-reused")
            try expectProblem(
                try await directory.send(.POST, "/v1/\(list)", body, token: region, key: nil), 400,
                "idempotency-key-missing")
            let shown = try await directory.get(location)
            let tag = try #require(shown.headers["etag"].first)
            #expect(made.headers["etag"] == [tag])
            #expect(try shown.json[member] == "Un")
            #expect(try await directory.get(location, [("If-None-Match", tag)]).status == 304)
            #expect(try await directory.titles("/v1/\(list)") == ["Un"])

            for (method, text) in [(HTTPMethod.PUT, changed), (.DELETE, nil)] as [(HTTPMethod, String?)] {
                func write(_ ifMatch: String?) async throws -> RunningService.Answer {
                    try await directory.send(method, location, text, token: region, ifMatch: ifMatch)
                }
                try expectProblem(try await write(nil), 428, "precondition-required")
                try expectProblem(try await write("*"), 400, "invalid-parameters", at: ["If-Match"])
                try expectProblem(try await write("\"v9\""), 412, "precondition-failed")
            }
            let replaced = try await directory.send(.PUT, location, changed, token: region, ifMatch: tag)
            #expect(replaced.status == 204 && replaced.body.isEmpty)
            let next = try #require(replaced.headers["etag"].first)
            #expect(try await directory.get(location).headers["etag"] == [next])
            #expect(try await directory.titles("/v1/\(list)") == ["Deux"])
            try expectProblem(
                try await directory.send(.DELETE, location, token: region, ifMatch: tag), 412, "precondition-failed")
            let deleted = try await directory.send(.DELETE, location, token: region, ifMatch: next)
            #expect(deleted.status == 204 && deleted.body.isEmpty)
            try expectProblem(try await directory.get(location), 404, "not-found")
            #expect(try await directory.titles("/v1/\(list)") == [])
            for (method, text) in [(HTTPMethod.PUT, changed), (.DELETE, nil)] as [(HTTPMethod, String?)] {
                let answer = try await directory.send(method, location, text, token: region, ifMatch: "\"v3\"")
                try expectProblem(answer, 404, "not-found")
            }
            #expect(try await directory.listingHistory == ["1 region-52", "2 region-52", "3 region-52 deleted"])
            // Another list's path does not lead to it.
            let other = Self.bodies[(place + 1) % 3].list
            let id = try await directory.add(list, body)
            try expectProblem(try await directory.get("/v1/\(other)/\(id.text)"), 404, "not-found")
            let misplaced = try await directory.send(
                .DELETE, "/v1/\(other)/\(id.text)", token: region, ifMatch: "\"v1\"")
            try expectProblem(misplaced, 404, "not-found")
            #expect(try await directory.titles("/v1/\(list)") == ["Un"])
        }
    }

    @Test("names what is wrong with the form and what breaks a rule together")
    func together() async throws {
        try await withDirectory(Example.all) { directory in
            let region = try await DirectoryFixture.region()
            let unknown = UUID.v7().text
            let bodies: [(String, String, Set<String>)] = [
                (
                    "agenda",
                    #"{"kind":"forum","region":"52","place":{"commune":"44999"},"organiser_id":"\#(unknown)"}"#,
                    ["/title", "/starts_at", "/ends_at", "/place/commune", "/organiser_id"]
                ),
                (
                    "schemes",
                    #"{"kind":"x","region":"5","territories":["epci:0"],"networks":["nobody"],"structures":["\#(unknown)"]}"#,
                    ["/name", "/kind", "/summary", "/region", "/territories/0", "/networks/0", "/structures/0"]
                ),
                ("resources", #"{"region":"ZZ","x":1}"#, ["/title", "/kind", "/url", "/x", "/region"]),
            ]
            for (list, body, pointers) in bodies {
                let answer = try await directory.send(.POST, "/v1/\(list)", body, token: region)
                try expectProblem(answer, 422, "invalid-body", at: pointers, "\(list)")
            }
            #expect(try await directory.listingHistory == [])
        }
    }

    @Test("of two who replace the same version, one does")
    func race() async throws {
        try await withDirectory(Example.all) { directory in
            let region = try await DirectoryFixture.region()
            let id = try await directory.add("agenda", Entry.event())
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<8 {
                    group.addTask {
                        try await directory.send(
                            index == 0 ? .DELETE : .PUT, "/v1/agenda/\(id.text)",
                            index == 0 ? nil : Entry.event("Nom \(index)"), token: region, ifMatch: "\"v1\""
                        ).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 204 } == 1, "\(statuses)")
            #expect(statuses.allSatisfy { [204, 404, 412].contains($0) }, "\(statuses)")
            #expect(try await directory.listingHistory.count == 2)
        }
    }

    @Test("is for the region, and of the agenda also for who edits the organiser")
    func policy() async throws {
        try await withDirectory(Example.all) { directory in
            let (mission, office) = (Example.mission.id, Example.office.id)
            let region = try await DirectoryFixture.region()
            let elsewhere = try await DirectoryFixture.region("53")
            let partner = try await DirectoryFixture.partner(mission)
            let network = try await DirectoryFixture.partner(networks: ["mission-locale"])
            let stranger = try await DirectoryFixture.partner(office, networks: ["cio"])
            func event(by organiser: UUID?) -> String {
                let place = #""place":{"commune":"44184"}"#
                return Entry.event(with: organiser.map { #"\#(place),"organiser_id":"\#($0.text)""# } ?? place)
            }
            func post(_ list: String, _ body: String, _ token: String) async throws -> Int {
                try await directory.send(.POST, "/v1/\(list)", body, token: token).status
            }
            #expect(try await post("agenda", event(by: mission), partner) == 201)
            #expect(try await post("agenda", event(by: mission), network) == 201)
            #expect(try await post("agenda", event(by: mission), region) == 201)
            #expect(try await post("agenda", event(by: nil), region) == 201)
            for (organiser, token) in [(mission, stranger), (mission, elsewhere), (office, partner), (office, network)]
            {
                #expect(try await post("agenda", event(by: organiser), token) == 403)
            }
            for token in [partner, network, elsewhere] {
                #expect(try await post("agenda", event(by: nil), token) == 403)
            }
            for (list, body) in [("schemes", Entry.scheme()), ("resources", Entry.resource())] {
                #expect(try await post(list, body, region) == 201)
                #expect(try await post(list, body, elsewhere) == 403)
                #expect(try await post(list, body, partner) == 403)
            }
            // Neither to take another's event, nor to give one's own away.
            let own = try await directory.add("agenda", event(by: mission), token: partner)
            let path = "/v1/agenda/\(own.text)"
            for (body, token) in [
                (event(by: office), stranger), (event(by: office), partner), (event(by: nil), partner),
            ] {
                let answer = try await directory.send(.PUT, path, body, token: token, ifMatch: "\"v1\"")
                try expectProblem(answer, 403, "forbidden")
            }
            for token in [stranger, elsewhere] {
                try expectProblem(
                    try await directory.send(.DELETE, path, token: token, ifMatch: "\"v1\""), 403, "forbidden")
            }
            let moved = Entry.event(region: "53", with: #""place":{"commune":"44184"}"#)
            for token in [region, elsewhere] {
                let answer = try await directory.send(.PUT, path, moved, token: token, ifMatch: "\"v1\"")
                try expectProblem(answer, 403, "forbidden")
            }
            #expect(try await directory.get(path).json["version"]?.int == 1)
            #expect(try await directory.send(.DELETE, path, token: network, ifMatch: "\"v1\"").status == 204)
        }
    }

    @Test("names every mistake at once, and stores nothing")
    func mistakes() async throws {
        try await withDirectory(Example.all) { directory in
            let region = try await DirectoryFixture.region()
            let unknown = UUID.v7().text
            func expect(_ list: String, _ body: String, _ pointers: Set<String>) async throws {
                let answer = try await directory.send(.POST, "/v1/\(list)", body, token: region)
                try expectProblem(answer, 422, "invalid-body", at: pointers, "\(body)")
            }
            try await expect(
                "agenda",
                Entry.event(
                    with: #""place":{"commune":"99999"},"organiser_id":"\#(unknown)","#
                        + #""territories":["territoire-spro:52-99","territoire-spro:53-01","territoire-spro:52-01"]"#),
                ["/place/commune", "/organiser_id", "/territories/0", "/territories/1"])
            try await expect("agenda", Entry.event(region: "99"), ["/region"])
            // Its organiser answers to another region.
            try await expect(
                "agenda",
                Entry.event(with: #""place":{"commune":"44184"},"organiser_id":"\#(Example.bretonne.id.text)""#),
                ["/region"])
            try await expect(
                "schemes",
                Entry.scheme(
                    with: #""networks":["cio","none"],"structures":["\#(Example.mission.id.text)","\#(unknown)"]"#),
                ["/networks/1", "/structures/1"])
            try await expect(
                "resources", Entry.resource(with: #""territories":["epci:1"],"surprise":1"#),
                ["/surprise", "/territories/0"])
            #expect(try await directory.listingHistory == [])
            let stored = try await directory.stored
            #expect(stored.keys == 0)
        }
    }
}

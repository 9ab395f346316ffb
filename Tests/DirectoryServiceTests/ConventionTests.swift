import Foundation
import NIOHTTP1
import Schema
import Support
import Testing

@testable import DirectoryService

@Suite("Conventions")
struct ConventionTests {
    private static func body(
        _ level: String, _ parties: [String], from: String = "2026-01-01", until: String? = "2026-12-31",
        region: String = "53"
    ) -> String {
        let parties = parties.map { "\"\($0)\"" }.joined(separator: ",")
        return """
            {"level":"\(level)","region":"\(region)","parties":[\(parties)],"valid_from":"\(from)",\
            "valid_until":\(until.map { "\"\($0)\"" } ?? "null")}
            """
    }

    private static let mission = Example.bretonne.id.text

    @Test("Bretagne’s three levels are kept, found by level, party and day, and told")
    func bretagne() async throws {
        try await withDirectory(Example.all) { directory in
            let region = try await DirectoryFixture.region("53")
            let state = try await directory.add(
                "conventions", Self.body("etat-region", ["etat", "region:53"]), token: region)
            let heads = try await directory.add(
                "conventions",
                Self.body("region-reseau", ["region:53", "mission-locale", "cio", "etat"], until: nil), token: region)
            // As it was signed then: Pôle emploi is no more.
            let former = try await directory.add(
                "conventions",
                Self.body("region-reseau", ["region:53", "pole-emploi"], from: "2016-01-01", until: "2018-12-31"),
                token: region)
            let local = try await directory.add(
                "conventions",
                Self.body("region-reseau-structure", ["region:53", "mission-locale", Self.mission]), token: region)
            func found(_ query: String) async throws -> [UUID] {
                let items = try await directory.get("/v1/conventions?\(query)").json["items"]?.array ?? []
                return items.compactMap { $0["id"]?.string.flatMap { UUID(text: $0) } }
            }
            #expect(try await found("region=53") == [state, heads, former, local])
            #expect(try await found("level=region-reseau") == [heads, former])
            #expect(try await found("level=region-reseau,etat-region&on=2026-06-01") == [state, heads])
            #expect(try await found("on=2017-06-01") == [former])
            #expect(try await found("party=mission-locale") == [heads, local])
            #expect(try await found("party=\(Self.mission)&party=etat") == [state, heads, local])
            #expect(try await found("region=52") == [])
            #expect(try await found("party=pole-emploi") == [former])
            for parameter in [
                "audience=salarie", "commune=35238", "territory=territoire-spro:53-10", "kind=x", "party=nope",
                "party=region:99",
            ] {
                let name = String(parameter.prefix { $0 != "=" })
                try expectProblem(
                    try await directory.get("/v1/conventions?\(parameter)"), 400, "invalid-parameters", at: [name])
            }
            let shown = try await directory.get("/v1/conventions/\(local.text)")
            #expect(try shown.json["parties"]?.array == ["region:53", "mission-locale", .string(Self.mission)])

            // It is prolonged, then found to have been entered in error.
            let longer = Self.body(
                "region-reseau-structure", ["region:53", "mission-locale", Self.mission], until: "2027-12-31")
            let path = "/v1/conventions/\(local.text)"
            let replaced = try await directory.send(
                .PUT, path, longer, token: region, ifMatch: shown.headers["etag"].first)
            #expect(replaced.status == 204)
            let deleted = try await directory.send(
                .DELETE, path, token: region, ifMatch: replaced.headers["etag"].first)
            #expect(deleted.status == 204)
            try expectProblem(try await directory.get(path), 404, "not-found")
            func own(_ events: [Event]) -> [Event] { events.filter { $0.subject == "conventions/\(local.text)" } }
            let told = try await directory.everythingTold { own($0).count >= 3 }
            #expect(own(told).map(\.sequence) == [1, 2, 3])
            #expect(own(told).map(\.type) == [.conventionChanged, .conventionChanged, .conventionRemoved])
            guard case .conventionChanged(let change) = own(told)[1].data else { return }
            #expect(change.level == "region-reseau-structure" && change.validUntil?.text == "2027-12-31")
            #expect(change.parties == ["region:53", "mission-locale", Self.mission])
            #expect(Set(told.filter { $0.type == .conventionChanged }.map(\.subject)).count == 4)
        }
    }

    @Test("are refused with other parties than their level has, all mistakes at once, by others than their region")
    func refusals() async throws {
        try await withDirectory(Example.all) { directory in
            let region = try await DirectoryFixture.region("53")
            for (body, pointers) in [
                (Self.body("etat-region", ["etat"]), ["/parties"]),
                (Self.body("etat-region", ["etat", "region:52"]), ["/parties"]),
                (Self.body("etat-region", ["etat", "region:53", "cio"]), ["/parties"]),
                (Self.body("region-reseau", ["region:53"]), ["/parties"]),
                (Self.body("region-reseau", ["region:53", "cio", Self.mission]), ["/parties"]),
                (Self.body("region-reseau-structure", ["region:53", Self.mission]), ["/parties"]),
                (Self.body("region-reseau", ["region:53", "Cap Emploi"]), ["/parties/1"]),
                (Self.body("region-reseau", ["region:53", "pole-emploi", "x-y"]), ["/parties/1", "/parties/2"]),
                (
                    Self.body(
                        "region-reseau-structure",
                        ["region:53", "cio", Example.office.id.text, UUID.v7().text]), ["/parties/2", "/parties/3"]
                ),
                (Self.body("traité", ["etat"], from: "2026-02-30"), ["/level", "/valid_from"]),
                (
                    Self.body("etat-region", ["etat", "region:53"], from: "2026-02-01", until: "2026-01-31"),
                    ["/valid_until"]
                ),
            ] as [(String, [String])] {
                let answer = try await directory.send(.POST, "/v1/conventions", body, token: region)
                try expectProblem(answer, 422, "invalid-body", at: Set(pointers), "\(body)")
            }
            let sound = Self.body("etat-region", ["etat", "region:53"])
            try expectProblem(
                try await directory.send(.POST, "/v1/conventions", sound, token: DirectoryFixture.region("52")), 403,
                "forbidden")
            #expect(try await directory.get("/v1/conventions").json["items"]?.array == [])
        }
    }

    @Test("go on naming who signed when a structure is removed, and can be prolonged")
    func removedParty() async throws {
        try await withDirectory(Example.all) { directory in
            let region = try await DirectoryFixture.region("53")
            let body = Self.body("region-reseau-structure", ["region:53", "mission-locale", Self.mission])
            let id = try await directory.add("conventions", body, token: region)
            #expect(try await directory.remove(Example.bretonne, token: region).status == 204)
            let path = "/v1/conventions/\(id.text)"
            let shown = try await directory.get(path)
            #expect(try shown.json["parties"]?[2] == .string(Self.mission))
            let longer = body.replacing("2026-12-31", with: "2027-06-30")
            let tag = shown.headers["etag"].first
            #expect(try await directory.send(.PUT, path, longer, token: region, ifMatch: tag).status == 204)
        }
    }

    @Test("come from a file, all or nothing, and the same file again tells nothing")
    func imports() async throws {
        try await withDirectory(Example.all) { directory in
            let body = Self.body("etat-region", ["etat", "region:53"])
            let line = Entry.line(UUID(uuidString: "019B76DA-A800-7725-8E42-0000000000C1")!, body)
            let wrong = Entry.line(UUID(uuidString: "019B76DA-A800-7725-8E42-0000000000C2")!, Self.body("x", []))
            let report = try await importReport(
                .conventions, Array("\(line)\n\(wrong)".utf8), into: directory.database)
            #expect(!report.isClean)
            for _ in 1...2 { try await load(.conventions, Array(line.utf8), into: directory.database) }
            try await eventually { try await directory.get("/v1/conventions").json["items"]?.array?.count == 1 }
            let told = try await directory.everythingTold { $0.contains { $0.type == .conventionChanged } }
            #expect(told.count { $0.type == .conventionChanged } == 1)
        }
    }
}

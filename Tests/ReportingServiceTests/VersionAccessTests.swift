import Postgres
import Schema
import Support
import Testing
import Web

@testable import ReportingService

@Suite("Who may change definitions, and from what")
struct VersionAccessTests {
    @Test("the region writes and proposes, its body decides, each in its own region")
    func scopes() async throws {
        try await withReporting(validatedIn: []) { reporting in
            let desk = VersionDesk(reporting)
            let tag = try await desk.propose().tag
            func token(_ scopes: [Scope], region: String? = "52", territories: [String] = []) async throws -> String {
                try await TestIssuer.shared.token(scopes: scopes, region: region, territories: territories)
            }
            let all: [Scope] = [.reportingRead, .reportingPublish, .crefopDecide]
            let document = VersionDesk.document("2.1.0", VersionDesk.words("un"))
            for (token, write, decide) in [
                (try await token([.reportingRead]), 403, 403), (try await token([.reportingContribute]), 403, 403),
                (try await token([.crefopDecide]), 403, 412), (try await token([.reportingPublish]), 201, 403),
                (try await token(all, region: nil), 403, 403), (try await token(all, region: "99"), 403, 403),
                (try await token(all, territories: ["territoire-spro:52-01"]), 403, 403),
                (try await token(all, region: "53"), 201, 403),
            ] {
                #expect(try await desk.put("2.1.0", document, token: token).status == write)
                #expect(try await desk.propose("2.1.0", token: token).status == (write == 201 ? 200 : 403))
                #expect(try await desk.decide(seen: "\"v99\"", token: token).status == decide)
            }
            // The token of region 53 has written in its own.
            #expect(try await VersionDesk(reporting, region: "53").states == ["2.0.0 draft", "2.1.0 proposed"])
            #expect(try await desk.states == ["2.0.0 proposed", "2.1.0 proposed"])
            #expect(try await desk.decide(seen: tag).status == 200)
            for path in ["/v1/indicators/ACC1/versions", desk.path("2.0.0")] {
                #expect(try await desk.service.get(path + "?region=52", token: nil).status == 401)
                let publisher = try await token([.reportingPublish])
                #expect(try await desk.service.get(path + "?region=52", token: publisher).status == 403)
                #expect(try await reporting.get(path).status == 400)
                #expect(try await reporting.get(path + "?region=99").status == 400)
            }
            #expect(try await desk.show("9.9.9").status == 404)
        }
    }

    @Test("decisions are those of the charter's body, in a session that has taken place, on what is proposed")
    func decisions() async throws {
        try await withReporting(validatedIn: []) { reporting in
            for (region, body) in [
                ("24", "crefop"), ("28", "crefop"), ("52", "crefop"), ("53", "crefop-orientation"),
                ("93", "crefop-orientation"),
            ] {
                let desk = VersionDesk(reporting, region: region)
                let tag = try await desk.propose().tag
                let wrong = try await desk.decide("2.0.0", "perhaps", seen: tag, body: "region", session: "2199-01-01")
                #expect(wrong.status == 422)
                #expect(
                    Set(wrong.flaws) == ["/body other-body", "/session_date yet-to-come", "/decision unknown-code"])
                #expect(wrong.text.contains(body))
                #expect(try await desk.decide(seen: tag, body: body).status == 200)
            }
            let desk = VersionDesk(reporting)
            _ = try await desk.put("2.1.0", VersionDesk.document("2.1.0", VersionDesk.words("un")))
            let draft = try await desk.decide("2.1.0", seen: try await desk.show("2.1.0").tag)
            #expect(draft.status == 409)
            #expect(try draft.json.object?["current_state"] == "draft")
            #expect(try await desk.decide("9.9.9", seen: "\"v1\"").status == 404)
            var other = desk
            other.code = "ACC2"
            let version = try #require(Catalogue.shipped.definition("ACC2")?.version.text)
            #expect(try await other.decide(version, seen: try await other.show(version).tag).status == 409)
            #expect(try await desk.decide(seen: "\"v3\"", body: "crefop-orientation", region: "53").status == 403)
        }
    }

    @Test("If-Match is required of decisions, and kept to wherever it is given")
    func preconditions() async throws {
        try await withReporting(validatedIn: []) { reporting in
            let desk = VersionDesk(reporting)
            let document = VersionDesk.document("2.1.0", VersionDesk.words("un"))
            #expect(try await desk.put("2.1.0", document, seen: "\"v1\"").status == 412)
            let shipped = try #require(try await desk.show().tag)
            #expect(try await desk.propose(seen: "\"v7\"").status == 412)
            let proposed = try await desk.propose(seen: shipped)
            #expect(proposed.status == 200 && proposed.tag != shipped)
            #expect(try await desk.show().tag == proposed.tag)
            #expect(try await desk.decide(seen: nil).status == 428)
            #expect(try await desk.decide(seen: shipped).status == 412)
            #expect(try await desk.decide(seen: "*").status == 400)
            let edit = VersionDesk.document("2.0.0", VersionDesk.words("deux"))
            #expect(try await desk.put("2.0.0", edit, seen: shipped).status == 412)
            #expect(try await desk.put("2.0.0", edit, seen: proposed.tag).status == 200)
            #expect(try await desk.put("2.0.0", edit, seen: shipped).status == 200)
            #expect(try await desk.decide(seen: proposed.tag).status == 412)
        }
    }

    @Test("what became of a version is not rewritten, by nobody")
    func history() async throws {
        try await withReporting { reporting in
            for query: Query in [
                "update definition_steps set client = 'x'", "delete from definition_steps",
                "truncate definition_steps cascade",
            ] {
                await #expect(throws: DatabaseError.self) {
                    try await Connection.with(reporting.database.superuserConfiguration) { connection in
                        _ = try await connection.query(query)
                    }
                }
            }
        }
    }
}

import Foundation
import NIOHTTP1
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

@Suite("What a call may be")
struct CallRulesTests {
    @Test("every mistake at once, by the charter and the reference data")
    func mistakes() async throws {
        try await withCalls([]) { calls in
            func create(_ json: String, _ region: String = "28") async throws -> [String: String] {
                let token = try await CallFixture.region(region)
                let answer = try await calls.directory.send(.POST, "/v1/calls", json, token: token)
                #expect(answer.status == 422, "\(answer.text)")
                return try reasons(answer)
            }
            let malformed = try await create(
                #"{"region":"28","kind":"concours","title":" ","opens":"2020-06-01T24:00","closes":"x","id":"","x":1}"#)
            #expect(
                malformed == [
                    "/kind": "unknown-code", "/title": "wrong-length", "/opens": "wrong-format",
                    "/closes": "wrong-format", "/id": "read-only", "/x": "unknown-member",
                ])
            let backwards = try await create(
                """
                {"region":"28","kind":"labellisation","title":"A","opens":"2020-06-02T09:00",\
                "closes":"2020-06-01T09:00"}
                """)
            #expect(backwards == ["/closes": "closes-before-opening"])
            let otherwise = try await create(
                """
                {"region":"28","kind":"appel-a-projets","title":"A","opens":"2020-03-29T02:30",\
                "closes":"2020-06-01T09:00","territories":["epci:1","departement:44"],"results_on":"2020-05-01"}
                """)
            #expect(
                otherwise == [
                    "/kind": "kind-not-in-charter", "/opens": "skipped-hour", "/territories/0": "unknown-territory",
                    "/territories/1": "territory-in-another-region", "/results_on": "results-before-closing",
                ])
            let uncharted = try await create(
                """
                {"region":"52","kind":"labellisation","title":"A","opens":"2020-06-01T09:00",\
                "closes":"2020-06-02T09:00"}
                """, "52")
            #expect(uncharted == ["/kind": "no-procedure-in-charter"])
            let nobody = CallFixture.normandie(examiner: .v7())
            let unknown = try await create(nobody)
            #expect(unknown == ["/examiner_id": "unknown-structure"])
        }
    }

    @Test("what is published stays, but for more time and clearer words")
    func published() async throws {
        try await withCalls([]) { calls in
            let token = try await CallFixture.region()
            let id = try await calls.create("/v1/calls", CallFixture.normandie(), token: token)
            let path = "/v1/calls/\(id.text)"
            func update(_ json: String, ifMatch: String? = "\"v1\"") async throws -> RunningService.Answer {
                try await calls.directory.send(.PUT, path, json, token: token, ifMatch: ifMatch)
            }
            let changed = CallFixture.normandie(resultsOn: nil, published: false)
                .replacing("2020-07-31T16:00", with: "2020-07-01T16:00").replacing("2020-06-01", with: "2020-06-02")
            let answer = try await update(changed)
            try expectProblem(answer, 422, "invalid-body", at: ["/opens", "/closes", "/published", "/results_on"])
            #expect(try reasons(answer)["/closes"] == "earlier-closing")
            let later = CallFixture.normandie().replacing("2020-07-31T16:00", with: "2020-08-31T16:00")
            try expectProblem(try await update(later, ifMatch: nil), 428, "precondition-required")
            #expect(try await update(later).status == 204)
            try expectProblem(try await update(later), 412, "precondition-failed")
            let shown = try await calls.directory.get(path)
            #expect(try shown.json["closes_at"]?.string == "2020-08-31T14:00:00Z")
            #expect(try shown.json["version"]?.int == 2)
            let tag = try #require(shown.headers["etag"].first)
            #expect(try await calls.directory.get(path, [("If-None-Match", tag)]).status == 304)
            // The same version, seen after it has closed, is another sight.
            try await calls.setClock("2020-09-01T00:00:00Z")
            #expect(try await calls.directory.get(path, [("If-None-Match", tag)]).status == 200)
        }
    }

    @Test("lists by pages, the newest first, each call once")
    func pages() async throws {
        try await withCalls([]) { calls in
            let token = try await CallFixture.region()
            var ids: [String] = []
            for _ in 0..<5 {
                ids.insert(try await calls.create("/v1/calls", CallFixture.normandie(), token: token).text, at: 0)
            }
            var (found, next): ([String], String?) = ([], "/v1/calls?region=28&limit=2")
            while let path = next {
                let answer = try await calls.directory.get(path)
                found += try answer.json["items"]?.array?.compactMap { $0["id"]?.string } ?? []
                next = answer.headers["link"].first?.split(separator: ">").first.map { String($0.dropFirst()) }
            }
            #expect(found == ids)
            let cursor = try #require(
                try await calls.directory.get("/v1/calls?region=28&limit=2").json["next_cursor"]?.string)
            try expectProblem(
                try await calls.directory.get("/v1/calls?limit=2&cursor=\(cursor)"), 400, "invalid-parameters",
                at: ["cursor"])
            try expectProblem(
                try await calls.directory.get("/v1/calls?region=99&state=x"), 400, "invalid-parameters",
                at: ["region", "state"])
        }
    }

    @Test(
        "Bretagne: the region says who is a member, an associate or a contact point, by its charter; nobody else does")
    func bretagne() async throws {
        let member = {
            var sketch = CandidateSketch(50)
            (sketch.commune, sketch.networks) = ("35238", ["mission-locale"])
            return sketch
        }()
        try await withCalls([member]) { calls in
            let region = try await CallFixture.region("53")
            let own = try await TestIssuer.shared.token(
                scopes: [.directoryRead, .directoryWrite], structures: [member.id])
            let foreign = try await CallFixture.region("28")
            func put(_ status: String, _ networks: String, token: String) async throws -> RunningService.Answer {
                let tag = try await calls.directory.get("/v1/structures/\(member.id.text)").headers["etag"].first
                return try await calls.directory.update(
                    member.id,
                    #"{"name":"Essai","status":"\#(status)","networks":[\#(networks)],"address":{"commune":"35238"}}"#,
                    token: token, ifMatch: tag)
            }
            let network = #""mission-locale""#
            try expectProblem(try await put("membre-associe", network, token: own), 403, "forbidden", at: ["/status"])
            try expectProblem(try await put("membre-associe", network, token: foreign), 403, "forbidden")
            #expect(try await put("membre-associe", network, token: region).status == 204)
            // «reconnaître à certains acteurs un "statut" de membre associé»: they need no network.
            #expect(try await put("membre-associe", "", token: region).status == 204)
            #expect(try await put("point-de-contact", "", token: region).status == 204)
            let alone = try await put("membre", "", token: region)
            #expect(try reasons(alone) == ["/networks": "network-needed"])
            #expect(
                try reasons(try await put("membre", #""reso-pro-normand""#, token: region)) == [
                    "/networks": "network-needed"
                ])
            // Centre-Val de Loire's word, not Bretagne's.
            #expect(
                try reasons(try await put("partenaire-ressource", network, token: region)) == [
                    "/status": "unknown-code"
                ])
            #expect(try await put("membre", network, token: region).status == 204)
            let created = try await calls.directory.create(
                #"{"name":"Mairie","status":"membre","address":{"commune":"35238"}}"#, token: region)
            #expect(try reasons(created) == ["/networks": "network-needed"])
            let townHall = try await calls.directory.create(
                #"{"name":"Mairie","status":"point-de-contact","address":{"commune":"35238"}}"#, token: region)
            #expect(townHall.status == 201, "\(townHall.text)")
            let found = try await calls.directory.get("/v1/structures?region=53&status=point-de-contact").json
            #expect(found["items"]?.array?.count == 1)
        }
    }
}

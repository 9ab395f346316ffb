import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

@Suite("What becomes of a call")
struct CallHistoryTests {
    private let candidate = CandidateSketch(50)

    @Test("each version is kept, with who made it, for its region alone")
    func versions() async throws {
        try await withCalls([candidate]) { calls in
            let region = try await CallFixture.region()
            let id = try await calls.create("/v1/calls", CallFixture.normandie(published: false), token: region)
            let path = "/v1/calls/\(id.text)"
            let later = CallFixture.normandie().replacing("SPRO Conseil 2020", with: "SPRO Conseil")
            #expect(
                try await calls.directory.send(.PUT, path, later, token: region, ifMatch: "\"v1\"").status == 204)
            let first = try await calls.directory.service.get(path + "/history?limit=1", token: region).json
            #expect(first["items"]?[0]?["version"]?.int == 2 && first["items"]?[0]?["operation"]?.string == "updated")
            #expect(first["items"]?[0]?["changed_by"]?.string == "region-28")
            #expect(first["items"]?[0]?["changed_for"]?.string == "region:28")
            #expect(first["items"]?[0]?["changes"] == .array([.string("published"), .string("title")]))
            let cursor = try #require(first["next_cursor"]?.string)
            let second = try await calls.directory.service.get(
                path + "/history?limit=1&cursor=\(cursor)", token: region
            ).json
            #expect(second["items"]?[0]?["operation"]?.string == "created" && second["next_cursor"] == .null)
            let kept = try await calls.directory.service.get(path + "/history/1", token: region).json
            #expect(kept["call"]?["title"]?.string == "SPRO Conseil 2020" && kept["version"]?.int == 1)
            for number in ["3", "0", "01", "x"] {
                try expectProblem(
                    try await calls.directory.service.get(path + "/history/\(number)", token: region), 404, "not-found")
            }
            let foreign = try await CallFixture.region("53")
            for suffix in ["/history", "/history/1"] {
                try expectProblem(
                    try await calls.directory.service.get(path + suffix, token: foreign), 403, "forbidden")
            }
        }
    }

    @Test("what somebody has answered is not deleted, nor is its procedure exchanged")
    func answered() async throws {
        try await withCalls([candidate]) { calls in
            let region = try await CallFixture.region()
            let id = try await calls.create("/v1/calls", CallFixture.normandie(), token: region)
            _ = try await calls.apply(id, candidate)
            // As another release may have left it.
            _ = try await Connection.with(calls.directory.database.superuserConfiguration) { connection in
                try await connection.query(
                    """
                    update calls set published_at = null, procedure = jsonb_set(procedure, '{quote}', '"Autrefois"'),
                        document = jsonb_set(document, '{published}', 'false') where id = \(id)
                    """)
            }
            let path = "/v1/calls/\(id.text)"
            let deleted = try await calls.directory.send(.DELETE, path, token: region, ifMatch: "\"v1\"")
            try expectProblem(deleted, 409, "conflict")
            #expect(deleted.text.contains("Des candidatures répondent"))
            // Nor by whoever read it before somebody answered.
            let repository = CallRepository(pool: calls.directory.database.pool(for: .runtime))
            let refusal = await #expect(throws: Refusal.self) { try await repository.delete(id, from: 1) }
            #expect(refusal?.code == .conflict)
            let draft = CallFixture.normandie(published: false)
            let moved = draft.replacing("2020-06-01", with: "2020-06-02")
            let changed = try await calls.directory.send(.PUT, path, moved, token: region, ifMatch: "\"v1\"")
            #expect(try reasons(changed) == ["/opens": "published-call"])
            #expect(try await calls.directory.send(.PUT, path, draft, token: region, ifMatch: "\"v1\"").status == 204)
            let shown = try await calls.directory.service.get(path, token: region).json
            #expect(shown["procedure"]?["quote"]?.string == "Autrefois")
        }
    }

    @Test(
        "once its list went to the prefecture nobody joins it, and its results wait no longer; none of it unpublished")
    func listed() async throws {
        try await withCalls([candidate]) { calls in
            let region = try await CallFixture.region()
            let id = try await calls.create("/v1/calls", CallFixture.normandie(), token: region)
            let application = try await calls.apply(id, candidate)
            #expect(try await calls.file(application, by: candidate).status == 204)
            try await calls.take(
                application, #"{"step":"instruction"}"#, #"{"step":"vote","opinion":"favorable"}"#,
                #"{"step":"decision","decision":"accorde"}"#, token: region)
            try await calls.setClock("2020-10-14T08:00:00Z")
            #expect(try await calls.listStep(id, #"{"step":"depot-prefecture"}"#).status == 204)
            let json = CallFixture.normandie(resultsOn: "2020-12-15").replacing("2020-07-31", with: "2020-11-30")
            let later = try await calls.directory.send(
                .PUT, "/v1/calls/\(id.text)", json, token: region, ifMatch: "\"v2\"")
            #expect(try reasons(later) == ["/closes": "listed-call", "/results_on": "listed-call"])

            let hidden = try await calls.create("/v1/calls", CallFixture.normandie(published: false), token: region)
            try await calls.setClock("2020-10-15T08:00:00Z")
            let answer = try await calls.listStep(hidden, #"{"step":"publication"}"#)
            try expectProblem(answer, 409, "conflict", at: ["/step"])
            #expect(try reasons(answer) == ["/step": "call-not-published"])
        }
    }

    @Test("its results are published once all is decided: what is decided later would be filed nowhere")
    func undecided() async throws {
        try await withCalls([candidate]) { calls in
            let region = try await CallFixture.region()
            let id = try await calls.create(
                "/v1/calls", CallFixture.normandie(resultsOn: "2020-10-15"), token: region)
            let application = try await calls.apply(id, candidate)
            #expect(try await calls.file(application, by: candidate).status == 204)
            try await calls.setClock("2020-10-15T08:00:00Z")
            for steps in [[], [#"{"step":"instruction"}"#]] {
                for step in steps { try await calls.take(application, step, token: region) }
                let early = try await calls.listStep(id, #"{"step":"publication"}"#)
                #expect(try reasons(early)["/step"] == "undecided-applications")
            }
            try await calls.take(
                application, #"{"step":"vote","opinion":"favorable"}"#, #"{"step":"decision","decision":"accorde"}"#,
                token: region)
            #expect(try await calls.listStep(id, #"{"step":"depot-prefecture"}"#).status == 204)
            #expect(try await calls.listStep(id, #"{"step":"publication"}"#).status == 204)
        }
    }

    @Test("an application is read as it was at one moment, whatever is written meanwhile")
    func oneMoment() async throws {
        try await withCalls([candidate]) { calls in
            let region = try await CallFixture.region()
            let call = try await calls.create("/v1/calls", CallFixture.normandie(), token: region)
            let id = try await calls.apply(call, candidate)
            #expect(try await calls.file(id, by: candidate).status == 204)
            try await calls.take(id, #"{"step":"instruction"}"#, token: region)
            let repository = ApplicationRepository(pool: calls.directory.database.pool(for: .runtime))
            let writing = Task {
                for _ in 0..<40 { try await calls.take(id, #"{"step":"entretien"}"#, token: region) }
            }
            let reading = Task {
                var torn = 0
                for _ in 0..<400 {
                    let found = try #require(try await repository.find(id))
                    // Each step has made one version.
                    if found.version != found.steps.count + 1 { torn += 1 }
                }
                return torn
            }
            try await writing.value
            #expect(try await reading.value == 0)
        }
    }
}

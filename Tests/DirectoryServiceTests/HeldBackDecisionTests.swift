import Foundation
import NIOHTTP1
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

/// Between a decision and its publication, nobody outside can tell that there is one.
@Suite("Decisions that are held back")
struct HeldBackDecisionTests {
    private static let first = CandidateSketch(10)
    private static let second = CandidateSketch(11)
    private static let provence: CandidateSketch = {
        var sketch = CandidateSketch(12)
        (sketch.commune, sketch.networks) = ("13055", ["mission-locale"])
        return sketch
    }()
    private static let agency = CandidateSketch(13)

    /// All that a candidate, or anybody, is told: bodies and tags, byte for byte.
    private struct Sight: Equatable {
        var parts: [String: String] = [:]

        init(_ calls: CallFixture, _ call: UUID, _ applications: [(UUID, CandidateSketch)]) async throws {
            let events = try await TestIssuer.shared.token(scopes: [.eventsRead, .eventsReporting])
            let list = "/v1/calls/\(call.text)/applications"
            var asked = [(who: "feed", path: "/v1/events?limit=10000", token: events)]
            for (id, candidate) in applications {
                let (who, token) = (candidate.id.text, try await candidate.token)
                asked += ["/v1/applications/\(id.text)", list].map { (who, $0, token) }
                asked += ApplicationState.allCases.map { (who, "\(list)?state=\($0.rawValue)", token) }
                for path in [
                    "/v1/calls", "/v1/calls/\(call.text)", "/v1/structures/\(candidate.id.text)", "/v1/changes",
                    "/v1/structures?status=membre",
                ] { asked.append((who, path, token)) }
            }
            for (who, path, token) in asked {
                let answer = try await calls.directory.service.get(path, token: token)
                parts["\(path) \(who)"] =
                    "\(answer.status) \(answer.headers["etag"].first ?? "") \(answer.text)"
            }
            // What a candidate tries tells no more: whatever version it guesses.
            for (id, candidate) in applications {
                for version in 1...8 {
                    for (method, action) in [(HTTPMethod.POST, "/submission"), (.DELETE, "")] {
                        let answer = try await calls.directory.send(
                            method, "/v1/applications/\(id.text)\(action)", method == .POST ? "{}" : nil,
                            token: try await candidate.token, ifMatch: "\"v\(version)\"")
                        let json = try answer.json
                        parts["\(action) \(id.text) \(version)"] =
                            "\(answer.status) \(json["detail"]?.string ?? "") \(json["errors"] ?? .null)"
                    }
                }
            }
        }

        func differences(from other: Sight) -> [String] {
            parts.keys.filter { parts[$0] != other.parts[$0] }.sorted()
                .map { "\($0): \(parts[$0] ?? "") | \(other.parts[$0] ?? "")" }
        }
    }

    @Test(
        "no version, instant, tag, order, feed nor refusal tells of one: Normandie's list, from the vote to the prefecture"
    )
    func normandie() async throws {
        try await withCalls([Self.first, Self.second, Self.agency]) { calls in
            let region = try await CallFixture.region()
            let call = try await calls.create(
                "/v1/calls", CallFixture.normandie(examiner: Self.agency.id), token: region)
            var applications: [(UUID, CandidateSketch)] = []
            for candidate in [Self.first, Self.second] {
                let id = try await calls.apply(call, candidate)
                #expect(try await calls.file(id, by: candidate).status == 204)
                applications.append((id, candidate))
            }
            try await calls.setClock("2020-10-15T07:00:00Z")
            for (id, _) in applications { try await calls.take(id, #"{"step":"instruction"}"#, token: region) }
            let before = try await Sight(calls, call, applications)
            func expectNothingNew(_ step: String) async throws {
                let differences = try await Sight(calls, call, applications).differences(from: before)
                #expect(differences == [], "\(step)")
            }
            for (id, opinion, decision) in [
                (applications[0].0, "favorable", #""decision":"accorde""#),
                (applications[1].0, "defavorable", #""decision":"refuse","reasons":[{"text":"Trop tôt"}]"#),
            ] {
                try await calls.take(id, #"{"step":"vote","opinion":"\#(opinion)"}"#, token: region)
                try await expectNothingNew("vote")
                try await calls.take(id, #"{"step":"decision",\#(decision)}"#, token: region)
                try await expectNothingNew("decision")
            }
            #expect(try await calls.listStep(call, #"{"step":"depot-prefecture"}"#).status == 204)
            try await expectNothingNew("depot-prefecture")

            // The region and its examiner see all of it meanwhile.
            let examiner = try await TestIssuer.shared.token(
                scopes: [.directoryRead, .labelDecide], structures: [Self.agency.id])
            for token in [region, examiner] {
                let seen = try await calls.show(applications[0].0, token: token)
                #expect(seen["state"]?.string == "accorde" && seen["version"]?.int == 6)
                let shown = try await calls.directory.service.get("/v1/calls/\(call.text)", token: token).json
                #expect(shown["version"]?.int == 2 && shown["steps"]?.array?.count == 1)
            }
            #expect(try await calls.listStep(call, #"{"step":"publication"}"#).status == 204)
            let seen = try await calls.show(applications[0].0, token: try await Self.first.token)
            #expect(seen["state"]?.string == "accorde" && seen["version"]?.int == 6)
            // The vote stays with those who voted, and leaves no gap.
            let numbers = seen["steps"]?.array?.map { "\($0["number"]?.int ?? 0) \($0["step"]?.string ?? "")" }
            #expect(numbers == ["1 depot", "2 instruction", "3 decision", "4 depot-prefecture", "5 publication"])
            let shown = try await calls.directory.get("/v1/calls/\(call.text)").json
            #expect(shown["version"]?.int == 3 && shown["steps"]?.array?.count == 2)
        }
    }

    @Test("nor the state, where the charter has no step before the decision: Provence-Alpes-Côte d'Azur")
    func provence() async throws {
        try await withCalls([Self.provence]) { calls in
            let region = try await CallFixture.region("93")
            let call = try await calls.create(
                "/v1/calls",
                """
                {"region":"93","kind":"appel-a-projets","title":"SPRO des territoires","opens":"2020-01-02T09:00",\
                "closes":"2020-09-18T12:00","results_on":"2020-10-15","published":true}
                """, token: region)
            let answers = """
                {"perimetre":["13055"],"diagnostic":"Trois lieux","besoins-appui":"Un outil","actions":["A"],\
                "eligibilite":"Signataire"}
                """
            let id = try await calls.apply(call, Self.provence, answers: answers)
            let filed = try await calls.file(id, by: Self.provence)
            #expect(filed.status == 204, "\(filed.text)")
            try await calls.setClock("2020-10-15T07:00:00Z")
            let before = try await Sight(calls, call, [(id, Self.provence)])
            try await calls.take(id, #"{"step":"decision","decision":"accorde"}"#, token: region)
            let differences = try await Sight(calls, call, [(id, Self.provence)]).differences(from: before)
            #expect(differences == [])
            #expect(try await calls.show(id, token: try await Self.provence.token)["state"]?.string == "candidate")
            #expect(try await calls.listStep(call, #"{"step":"publication"}"#, "93").status == 204)
            #expect(try await calls.show(id, token: try await Self.provence.token)["state"]?.string == "accorde")
        }
    }

    @Test("a candidate gives up by the version that it sees, and learns nothing by it")
    func givingUp() async throws {
        try await withCalls([Self.first]) { calls in
            let region = try await CallFixture.region()
            let call = try await calls.create("/v1/calls", CallFixture.normandie(), token: region)
            let id = try await calls.apply(call, Self.first)
            #expect(try await calls.file(id, by: Self.first).status == 204)
            try await calls.take(
                id, #"{"step":"instruction"}"#, #"{"step":"vote","opinion":"favorable"}"#,
                #"{"step":"decision","decision":"accorde"}"#, token: region)
            let own = try await Self.first.token
            let path = "/v1/applications/\(id.text)/withdrawal"
            // The office's version is not the candidate's.
            try expectProblem(
                try await calls.directory.send(.POST, path, "{}", token: own, ifMatch: "\"v5\""), 412,
                "precondition-failed")
            let answer = try await calls.directory.send(.POST, path, "{}", token: own, ifMatch: "\"v3\"")
            #expect(answer.status == 204 && answer.headers["etag"].first == "\"v4\"", "\(answer.text)")
            let seen = try await calls.show(id, token: own)
            #expect(seen["version"]?.int == 4 && seen["decided_on"] == .null)
            let numbers = seen["steps"]?.array?.map { "\($0["number"]?.int ?? 0) \($0["step"]?.string ?? "")" }
            #expect(numbers == ["1 depot", "2 instruction", "3 desistement"])
            #expect(try await calls.label(Self.first.id) == nil)
        }
    }
}

import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

/// Normandie: «L'instruction est déléguée à l'Agence Régionale de l'Orientation et des Métiers».
@Suite("Who examines does not answer")
struct ExaminerTests {
    private let candidate = CandidateSketch(40)
    private let agency = CandidateSketch(41)
    private let rival = CandidateSketch(42)
    private let bretonne: CandidateSketch = {
        var sketch = CandidateSketch(43)
        (sketch.commune, sketch.networks) = ("35238", ["mission-locale"])
        return sketch
    }()

    /// Acts for structures, as candidates and as examiner.
    private func both(_ structures: UUID...) async throws -> String {
        try await TestIssuer.shared.token(
            scopes: [.directoryRead, .labelApply, .labelDecide], structures: structures)
    }

    @Test("the examiner, or an antenne of it, does not answer; who has answered is not made examiner")
    func refused() async throws {
        try await withCalls([candidate, agency]) { calls in
            let region = try await CallFixture.region()
            // Whoever drafts an answer before it examines cannot file it.
            let call = try await calls.create("/v1/calls", CallFixture.normandie(), token: region)
            let draft = try await calls.apply(call, agency)
            let path = "/v1/calls/\(call.text)"
            func name(_ examiner: UUID, version: Int) async throws -> RunningService.Answer {
                try await calls.directory.send(
                    .PUT, path, CallFixture.normandie(examiner: examiner), token: region, ifMatch: "\"v\(version)\"")
            }
            #expect(try await name(agency.id, version: 1).status == 204)
            #expect(try reasons(try await calls.file(draft, by: agency)) == ["/lead_id": "examiner-applies"])
            let answer = try await calls.directory.send(
                .POST, path + "/applications", #"{"lead_id":"\#(agency.id.text)"}"#, token: try await agency.token)
            #expect(answer.status == 422, "\(answer.text)")
            #expect(try reasons(answer) == ["/lead_id": "examiner-applies"])

            let filed = try await calls.apply(call, candidate)
            #expect(try await calls.file(filed, by: candidate).status == 204)
            let made = try await name(candidate.id, version: 2)
            #expect(made.status == 422, "\(made.text)")
            #expect(try reasons(made) == ["/examiner_id": "examiner-is-candidate"])
        }
    }

    @Test("is a structure that stands, of the call's region")
    func named() async throws {
        try await withCalls([candidate, agency, bretonne]) { calls in
            let region = try await CallFixture.region()
            #expect(try await calls.remove(agency.id).status == 204)
            for (examiner, reason) in [
                (agency.id, "unknown-structure"), (bretonne.id, "structure-in-another-region"),
                (UUID.v7(), "unknown-structure"),
            ] {
                let json = CallFixture.normandie(examiner: examiner).replacing("2020-10-15", with: "2020-01-01")
                let answer = try await calls.directory.send(.POST, "/v1/calls", json, token: region)
                #expect(answer.status == 422, "\(answer.text)")
                // With whatever else is wrong.
                #expect(try reasons(answer) == ["/examiner_id": reason, "/results_on": "results-before-closing"])
            }
        }
    }

    @Test("whoever acts for a candidate, too, sees neither the rivals' applications nor takes a step of its own")
    func conflict() async throws {
        try await withCalls([candidate, agency, rival]) { calls in
            let region = try await CallFixture.region()
            let call = try await calls.create(
                "/v1/calls", CallFixture.normandie(examiner: agency.id), token: region)
            let (own, others) = (try await calls.apply(call, candidate), try await calls.apply(call, rival))
            #expect(try await calls.file(others, by: rival).status == 204)
            let token = try await both(agency.id, candidate.id)
            // As long as it has not answered, it examines.
            #expect(try await calls.show(others, token: token)["state"]?.string == "candidate")
            #expect(try await calls.file(own, by: candidate).status == 204)
            try expectProblem(
                try await calls.directory.service.get("/v1/applications/\(others.text)", token: token), 404, "not-found"
            )
            let list = try await calls.directory.service.get("/v1/calls/\(call.text)/applications", token: token).json
            #expect(list["items"]?.array?.map { $0["id"]?.string } == [own.text])
            let step = try await calls.step(own, #"{"step":"instruction"}"#, token: token)
            try expectProblem(step, 403, "forbidden")
            // The agency's other people examine.
            try await calls.take(own, #"{"step":"instruction"}"#, token: try await both(agency.id))
        }
    }

    @Test("an examiner that a merger made a candidate examines nobody")
    func merged() async throws {
        try await withCalls([candidate, agency, rival]) { calls in
            let region = try await CallFixture.region()
            let call = try await calls.create(
                "/v1/calls", CallFixture.normandie(examiner: agency.id), token: region)
            for one in [candidate, rival] {
                let id = try await calls.apply(call, one)
                #expect(try await calls.file(id, by: one).status == 204)
            }
            let merged = try await calls.merge(candidate.id, into: agency.id)
            #expect(merged.status == 204, "\(merged.text)")
            let token = try await TestIssuer.shared.token(
                scopes: [.directoryRead, .labelDecide], structures: [agency.id])
            let list = try await calls.directory.service.get("/v1/calls/\(call.text)/applications", token: token).json
            #expect(list["items"] == .array([]))
            #expect(
                try await calls.directory.service.get("/v1/calls/\(call.text)/applications", token: region)
                    .json["items"]?.array?.count == 2)
        }
    }
}

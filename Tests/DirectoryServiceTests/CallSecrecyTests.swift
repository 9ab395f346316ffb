import Foundation
import NIOHTTP1
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

@Suite("Who sees a call and its applications")
struct CallSecrecyTests {
    private let candidate = CandidateSketch(20)
    private let other: CandidateSketch = {
        var sketch = CandidateSketch(21)
        sketch.networks = ["mission-locale"]
        return sketch
    }()

    @Test("an application is its candidate's and its region's: to others it is not there, as what does not exist")
    func applications() async throws {
        try await withCalls([candidate, other]) { calls in
            let region = try await CallFixture.region()
            let call = try await calls.create("/v1/calls", CallFixture.normandie(), token: region)
            let id = try await calls.apply(call, candidate)
            let strangers = [
                try await other.token, try await CallFixture.region("53"),
                try await TestIssuer.shared.token(scopes: [.labelApply, .labelDecide]),
                try await TestIssuer.shared.token(scopes: [.labelApply], region: "53", networks: ["reso-pro-normand"]),
                try await TestIssuer.shared.token(scopes: [.labelDecide], region: "28", structures: [candidate.id]),
            ]
            func problem(_ answer: RunningService.Answer) throws -> String {
                try #require(answer.status == 404, "\(answer.text)")
                let json = try answer.json
                return "\(json["code"]?.string ?? "") \(json["title"]?.string ?? "") \(json["detail"]?.string ?? "")"
            }
            func expectNothing(_ tokens: [String]) async throws {
                let actions = ["submission", "withdrawal", "agreement", "steps"]
                for token in tokens {
                    for (method, path) in [(HTTPMethod.GET, ""), (.PUT, ""), (.DELETE, "")]
                        + actions.map({ (HTTPMethod.POST, "/\($0)") })
                    {
                        func send(_ id: UUID) async throws -> RunningService.Answer {
                            try await calls.directory.send(
                                method, "/v1/applications/\(id.text)\(path)",
                                [.GET, .DELETE].contains(method) ? nil : "{}",
                                token: token,
                                ifMatch: "\"v1\"")
                        }
                        let answer = try await send(id)
                        // Whoever lacks the scope of the route is told so, whatever there is.
                        if answer.status == 403, try answer.json["code"]?.string == "insufficient-scope" { continue }
                        let nothing = try await send(.v7())
                        #expect(try problem(answer) == (try problem(nothing)), "\(method) \(path)")
                    }
                    let list = try await calls.directory.service.get(
                        "/v1/calls/\(call.text)/applications", token: token)
                    #expect(try list.json["items"] == .array([]))
                }
            }
            // A draft is not even the region's.
            try await expectNothing(strangers.dropLast() + [region])
            #expect(try await calls.file(id, by: candidate).status == 204)
            try await expectNothing(Array(strangers.dropLast()))
            #expect(try await calls.show(id, token: region)["state"]?.string == "candidate")
            #expect(try await calls.show(id, token: strangers[4])["state"]?.string == "candidate")
            let network = try await TestIssuer.shared.token(
                scopes: [.labelApply], region: "28", networks: ["reso-pro-normand"])
            #expect(try await calls.show(id, token: network)["state"]?.string == "candidate")
        }
    }

    @Test("nobody but its region sees a call before it is published, and only the region writes it")
    func unpublished() async throws {
        try await withCalls([candidate]) { calls in
            let region = try await CallFixture.region()
            let id = try await calls.create("/v1/calls", CallFixture.normandie(published: false), token: region)
            let path = "/v1/calls/\(id.text)"
            try expectProblem(try await calls.directory.get(path), 404, "not-found")
            #expect(try await calls.directory.get("/v1/calls").json["items"] == .array([]))
            try expectProblem(
                try await calls.directory.send(.POST, path + "/applications", "{}", token: try await candidate.token),
                404, "not-found")
            let foreign = try await CallFixture.region("53")
            try expectProblem(
                try await calls.directory.send(.PUT, path, CallFixture.normandie(), token: foreign, ifMatch: "\"v1\""),
                404, "not-found")
            try expectProblem(
                try await calls.directory.send(.POST, "/v1/calls", CallFixture.normandie(), token: foreign), 403,
                "forbidden")
            let own = try await calls.directory.service.get("/v1/calls?region=28", token: region).json
            #expect(own["items"]?.array?.map { $0["id"]?.string } == [id.text])
            #expect(
                try await calls.directory.send(.PUT, path, CallFixture.normandie(), token: region, ifMatch: "\"v1\"")
                    .status
                    == 204)
            #expect(try await calls.directory.get(path).status == 200)
            #expect(
                try await calls.directory.get("/v1/calls?region=28&status=ouvert&kind=labellisation").json["items"]?
                    .array?
                    .count == 1)
            #expect(try await calls.directory.get("/v1/calls?status=clos").json["items"] == .array([]))
            try expectProblem(
                try await calls.directory.send(.DELETE, path, token: region, ifMatch: "\"v2\""), 409, "conflict")
        }
    }

    @Test("a label is nobody's to write: not its structure's, not the region's, not a file's")
    func labels() async throws {
        try await withCalls([candidate]) { calls in
            let region = try await CallFixture.region()
            let call = try await calls.create("/v1/calls", CallFixture.normandie(resultsOn: nil), token: region)
            let id = try await calls.apply(call, candidate)
            #expect(try await calls.file(id, by: candidate).status == 204)
            for json in [
                #"{"step":"instruction"}"#, #"{"step":"vote","opinion":"favorable"}"#,
                #"{"step":"decision","decision":"accorde"}"#,
            ] { #expect(try await calls.step(id, json, token: region).status == 204) }
            // No publication was asked for: the decision is public at once.
            #expect(try await calls.label(candidate.id) == "accorde")
            let body = #"{"name":"Essai","status":"membre","address":{"commune":"14118"}"#
            let tag = try await calls.directory.get("/v1/structures/\(candidate.id.text)").headers["etag"].first
            let editors = [
                region,
                try await TestIssuer.shared.token(
                    scopes: [.directoryRead, .directoryWrite], structures: [candidate.id],
                    networks: ["reso-pro-normand"]),
            ]
            for token in editors {
                let answer = try await calls.directory.update(
                    candidate.id, body + #","label":{"state":"suspendu"}}"#, token: token, ifMatch: tag)
                try expectProblem(answer, 422, "invalid-body", at: ["/label"])
            }
            let written = try await calls.directory.update(candidate.id, body + "}", token: region, ifMatch: tag)
            #expect(written.status == 204, "\(written.text)")
            #expect(try await calls.label(candidate.id) == "accorde")
            for _ in 1...2 { try await load(.structures, Array(candidate.line.utf8), into: calls.directory.database) }
            try await eventually {
                try await calls.directory.get("/v1/structures/\(candidate.id.text)").json["version"]?.int == 4
            }
            #expect(try await calls.label(candidate.id) == "accorde")
        }
    }
}

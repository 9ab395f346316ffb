import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

@Suite("Calls under many hands")
struct CallRaceTests {
    private let candidate = CandidateSketch(30)

    private func statuses(_ count: Int, _ send: @Sendable @escaping () async throws -> Int) async throws -> [Int] {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<count { group.addTask { try await send() } }
            return try await group.reduce(into: []) { $0.append($1) }.sorted()
        }
    }

    @Test("of many submissions and decisions at once, one is taken")
    func once() async throws {
        try await withCalls([candidate]) { calls in
            let region = try await CallFixture.region()
            let own = try await candidate.token
            let call = try await calls.create("/v1/calls", CallFixture.normandie(resultsOn: nil), token: region)
            let id = try await calls.apply(call, candidate)
            let path = "/v1/applications/\(id.text)"
            let filed = try await statuses(8) {
                try await calls.directory.send(.POST, path + "/submission", "{}", token: own, ifMatch: "\"v1\"").status
            }
            #expect(filed == [204] + Array(repeating: 412, count: 7))
            // Another draft of the same structure is one too many.
            let twin = try await calls.apply(call, candidate)
            let second = try await calls.file(twin, by: candidate)
            try expectProblem(second, 409, "conflict", at: ["/call_id"])
            #expect(try reasons(second) == ["/call_id": "already-applied"])
            #expect(try await calls.step(id, #"{"step":"instruction"}"#, token: region).status == 204)
            #expect(try await calls.step(id, #"{"step":"vote","opinion":"favorable"}"#, token: region).status == 204)
            let decided = try await statuses(8) {
                try await calls.directory.send(
                    .POST, path + "/steps", #"{"step":"decision","decision":"accorde"}"#, token: region,
                    ifMatch: "\"v4\""
                ).status
            }
            #expect(decided == [204] + Array(repeating: 412, count: 7))
            #expect(try await calls.decisions(atLeast: 1) == [candidate.id: ["accorde 1"]])
            let again = try await calls.step(
                id, #"{"step":"decision","decision":"refuse","reasons":[{"text":"Non"}]}"#, token: region)
            #expect(try reasons(again) == ["/step": "wrong-state"])
        }
    }

    @Test("two drafts of one structure that are filed at once: one is")
    func twins() async throws {
        try await withCalls([candidate]) { calls in
            let call = try await calls.create(
                "/v1/calls", CallFixture.normandie(), token: try await CallFixture.region())
            let drafts = [try await calls.apply(call, candidate), try await calls.apply(call, candidate)]
            let token = try await candidate.token
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for id in drafts {
                    group.addTask {
                        try await calls.directory.send(
                            .POST, "/v1/applications/\(id.text)/submission", "{}", token: token, ifMatch: "\"v1\""
                        ).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }.sorted()
            }
            #expect(statuses == [204, 409])
        }
    }

    @Test("a repeated creation gets the first one's answer; the key of another payload does not")
    func replay() async throws {
        try await withCalls([candidate]) { calls in
            let region = try await CallFixture.region()
            func create(_ json: String, key: String?) async throws -> RunningService.Answer {
                try await calls.directory.send(.POST, "/v1/calls", json, token: region, key: key)
            }
            let first = try await create(CallFixture.normandie(), key: "k1")
            let again = try await create(CallFixture.normandie(), key: "k1")
            #expect(first.status == 201 && again.status == 201 && first.body == again.body)
            try expectProblem(
                try await create(CallFixture.normandie(resultsOn: nil), key: "k1"), 422, "idempotency-key-reused")
            try expectProblem(try await create(CallFixture.normandie(), key: nil), 400, "idempotency-key-missing")
            let call = try #require(try first.json["id"]?.string)
            let json = #"{"lead_id":"\#(candidate.id.text)"}"#
            let own = try await candidate.token
            let answers = try await withThrowingTaskGroup(of: RunningService.Answer.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        try await calls.directory.send(
                            .POST, "/v1/calls/\(call)/applications", json, token: own, key: "k2")
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.allSatisfy { [201, 409].contains($0.status) })
            #expect(Set(answers.filter { $0.status == 201 }.map(\.body)).count == 1)
            let list = try await calls.directory.service.get("/v1/calls/\(call)/applications", token: own).json
            #expect(list["items"]?.array?.count == 1)
        }
    }

    /// By PostgreSQL's own clock: whoever waits for others while the call closes was in time all the same.
    @Test("who asked before closing is in time, however long the answer takes; who asks after is late")
    func closingMeanwhile() async throws {
        try await withCalls([candidate], at: nil) { calls in
            let region = try await CallFixture.region()
            let call = try await calls.create(
                "/v1/calls",
                CallFixture.normandie(resultsOn: nil).replacing("2020-07-31T16:00", with: "2099-07-31T16:00"),
                token: region)
            let id = try await calls.apply(call, candidate)
            let token = try await candidate.token
            let pool = calls.directory.database.pool(for: .owner)
            let (asked, closed) = (AsyncStream.makeStream(of: Void.self), AsyncStream.makeStream(of: Void.self))
            let holding = Task {
                try await pool.withTransaction { transaction in
                    try await transaction.query("select from calls where id = \(call) for update")
                    asked.continuation.finish()
                    for await _ in closed.stream {}
                    try await transaction.query("update calls set closes_at = clock_timestamp() where id = \(call)")
                }
            }
            for await _ in asked.stream {}
            let filing = Task {
                try await calls.directory.send(
                    .POST, "/v1/applications/\(id.text)/submission", "{}", token: token, ifMatch: "\"v1\"")
            }
            // It has begun, and waits for the call.
            try await eventually {
                try await Connection.with(calls.directory.database.superuserConfiguration) { connection in
                    try await connection.query(
                        """
                        select count(*) from pg_stat_activity
                        where datname = current_database() and wait_event_type = 'Lock' and query like '%for share%'
                        """)[0].decode(Int.self) > 0
                }
            }
            closed.continuation.finish()
            try await holding.value
            let answer = try await filing.value
            #expect(answer.status == 204, "\(answer.text)")
            // The same structure, had it asked now.
            #expect(
                try await calls.act(id, "withdrawal", token: token).status == 204)
            let late = try await calls.apply(call, candidate)
            #expect(try reasons(try await calls.file(late, by: candidate)) == ["/call_id": "late"])
            #expect(try await calls.label(candidate.id) == nil)
        }
    }

    @Test("a structure that ends before the list is published does not keep the others from their labels")
    func listed() async throws {
        let other = CandidateSketch(31)
        try await withCalls([candidate, other]) { calls in
            let region = try await CallFixture.region()
            let call = try await calls.create("/v1/calls", CallFixture.normandie(), token: region)
            for one in [candidate, other] {
                let id = try await calls.apply(call, one)
                try await calls.setClock("2020-06-15T08:00:00Z")
                #expect(try await calls.file(id, by: one).status == 204)
                try await calls.setClock("2020-10-12T08:00:00Z")
                for step in [
                    #"{"step":"instruction"}"#, #"{"step":"vote","opinion":"favorable"}"#,
                    #"{"step":"decision","decision":"accorde"}"#,
                ] {
                    let answer = try await calls.step(id, step, token: region)
                    #expect(answer.status == 204, "\(answer.text)")
                }
            }
            let path = "/v1/structures/\(candidate.id.text)"
            let tag = try await calls.directory.get(path).headers["etag"].first
            #expect(try await calls.directory.send(.DELETE, path, token: region, ifMatch: tag).status == 204)
            try await calls.setClock("2020-10-15T07:00:00Z")
            for step in [#"{"step":"depot-prefecture"}"#, #"{"step":"publication"}"#] {
                let answer = try await calls.listStep(call, step)
                #expect(answer.status == 204, "\(answer.text)")
            }
            #expect(try await calls.label(other.id) == "accorde")
            try expectProblem(try await calls.directory.get(path), 410, "gone")
        }
    }

    @Test("no label goes to a structure that was removed meanwhile, which may still be refused")
    func removed() async throws {
        try await withCalls([candidate]) { calls in
            let region = try await CallFixture.region()
            let call = try await calls.create("/v1/calls", CallFixture.normandie(resultsOn: nil), token: region)
            let id = try await calls.apply(call, candidate)
            #expect(try await calls.file(id, by: candidate).status == 204)
            #expect(try await calls.step(id, #"{"step":"instruction"}"#, token: region).status == 204)
            #expect(try await calls.step(id, #"{"step":"vote","opinion":"favorable"}"#, token: region).status == 204)
            let path = "/v1/structures/\(candidate.id.text)"
            let tag = try await calls.directory.get(path).headers["etag"].first
            #expect(try await calls.directory.send(.DELETE, path, token: region, ifMatch: tag).status == 204)
            let granted = try await calls.step(id, #"{"step":"decision","decision":"accorde"}"#, token: region)
            try expectProblem(granted, 409, "conflict", at: ["/step"])
            #expect(try reasons(granted) == ["/step": "unknown-structure"])
            let seen = try await calls.show(id, token: region)
            #expect(seen["state"]?.string == "en-instruction" && seen["structures"]?[0]?["removed"] == .bool(true))
            let refused = try await calls.step(
                id, #"{"step":"decision","decision":"refuse","reasons":[{"text":"Structure fermée"}]}"#, token: region)
            #expect(refused.status == 204, "\(refused.text)")
            try expectProblem(try await calls.directory.get(path), 410, "gone")
        }
    }
}

import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

@Suite("Calls whose structures end")
struct CallMergerTests {
    private let candidate = CandidateSketch(30)
    private let other = CandidateSketch(31)
    private let agency = CandidateSketch(32)
    private static let provence = [(33, "mission-locale"), (34, "cio"), (35, "cap-emploi")].map { number, network in
        var sketch = CandidateSketch(number)
        (sketch.commune, sketch.networks) = ("13055", [network])
        return sketch
    }

    @Test("an application and its label are the successor's, which decides of it from then on")
    func successor() async throws {
        try await withCalls([candidate, other]) { calls in
            let region = try await CallFixture.region()
            let id = try await calls.grant(candidate)
            let own = try await other.token
            try expectProblem(
                try await calls.directory.service.get("/v1/applications/\(id.text)", token: own), 404, "not-found")
            let merged = try await calls.merge(candidate.id, into: other.id)
            #expect(merged.status == 204, "\(merged.text)")
            let seen = try await calls.show(id, token: own)
            #expect(seen["lead_id"]?.string == other.id.text && seen["state"]?.string == "accorde")
            #expect(seen["structures"]?[0]?["id"]?.string == other.id.text)
            #expect(seen["structures"]?[0]?["removed"] == .bool(false))
            #expect(seen["version"]?.int == 5, "one more than the steps that it sees")
            #expect(try await calls.label(other.id) == "accorde")
            try expectProblem(
                try await calls.directory.service.get(
                    "/v1/applications/\(id.text)", token: try await candidate.token), 404, "not-found")
            try await calls.take(
                id, #"{"step":"retrait","cause":"cessation-activite","comment":"Fermé"}"#, token: region)
            #expect(try await calls.label(other.id) == "retire")
            let decisions = try await calls.decisions(atLeast: 3)
            #expect(decisions == [candidate.id: ["accorde 1"], other.id: ["accorde 1", "retire 2"]])
        }
    }

    @Test("two answers to one call stay two, and both can be decided")
    func rivals() async throws {
        try await withCalls([candidate, other]) { calls in
            let region = try await CallFixture.region()
            let call = try await calls.create("/v1/calls", CallFixture.normandie(resultsOn: nil), token: region)
            var ids: [UUID] = []
            for one in [candidate, other] {
                let id = try await calls.apply(call, one)
                #expect(try await calls.file(id, by: one).status == 204)
                ids.append(id)
            }
            let merged = try await calls.merge(candidate.id, into: other.id)
            #expect(merged.status == 204, "\(merged.text)")
            #expect(try await calls.show(ids[0], token: region)["structures"]?[0]?["removed"] == .bool(true))
            for (id, decision) in [
                (ids[0], #""refuse","reasons":[{"text":"Fusionnée"}]"#), (ids[1], #""accorde""#),
            ] {
                try await calls.take(
                    id, #"{"step":"instruction"}"#, #"{"step":"vote","opinion":"favorable"}"#,
                    #"{"step":"decision","decision":\#(decision)}"#, token: region)
            }
            #expect(try await calls.label(other.id) == "accorde")
        }
    }

    @Test("in a group the successor takes the better place, once; of a draft every member agrees anew")
    func group() async throws {
        let (lead, member, third) = (Self.provence[0], Self.provence[1], Self.provence[2])
        try await withCalls(Self.provence) { calls in
            let region = try await CallFixture.region("93")
            let call = try await calls.create(
                "/v1/calls",
                """
                {"region":"93","kind":"appel-a-projets","title":"SPRO","opens":"2020-01-02T09:00",\
                "closes":"2020-12-18T12:00","published":true}
                """, token: region)
            let id = try await calls.create(
                "/v1/calls/\(call.text)/applications",
                #"{"lead_id":"\#(lead.id.text)","member_ids":["\#(member.id.text)","\#(third.id.text)"]}"#,
                token: try await lead.token)
            for one in [member, third] {
                let json = #"{"structure_id":"\#(one.id.text)"}"#
                #expect(try await calls.act(id, "agreement", json, token: try await one.token).status == 204)
            }
            let path = "/v1/structures/\(lead.id.text)"
            let tag = try await calls.directory.get(path).headers["etag"].first
            let merged = try await calls.directory.send(
                .POST, path + "/merger", #"{"into":"\#(member.id.text)"}"#, token: region, ifMatch: tag)
            #expect(merged.status == 204, "\(merged.text)")
            let seen = try await calls.show(id, token: try await member.token)
            #expect(seen["lead_id"]?.string == member.id.text && seen["version"]?.int == 2)
            #expect(seen["member_ids"] == .array([.string(third.id.text)]))
            let agreed = seen["structures"]?.array?.map { $0["agreed_at"] != .null }
            #expect(agreed == [true, false])
        }
    }

    @Test("who examines is followed into its successor; where there is none, or one elsewhere, the region examines")
    func examiner() async throws {
        var foreign = CandidateSketch(36)
        (foreign.commune, foreign.networks) = ("35238", ["mission-locale"])
        let elsewhere = foreign
        try await withCalls([candidate, other, agency, elsewhere]) { calls in
            let region = try await CallFixture.region()
            let call = try await calls.create(
                "/v1/calls", CallFixture.normandie(examiner: agency.id), token: region)
            let id = try await calls.apply(call, candidate)
            #expect(try await calls.file(id, by: candidate).status == 204)
            let heir = try await TestIssuer.shared.token(
                scopes: [.directoryRead, .labelDecide], structures: [other.id])
            let merged = try await calls.merge(agency.id, into: other.id)
            #expect(merged.status == 204, "\(merged.text)")
            let path = "/v1/calls/\(call.text)"
            #expect(try await calls.directory.get(path).json["examiner_id"]?.string == other.id.text)
            try await calls.take(id, #"{"step":"instruction"}"#, token: heir)
            let removed = try await calls.remove(other.id)
            #expect(removed.status == 204, "\(removed.text)")
            #expect(try await calls.directory.get(path).json["examiner_id"] == .null)
            try expectProblem(
                try await calls.directory.service.get("/v1/applications/\(id.text)", token: heir), 404, "not-found")
            let history = try await calls.directory.service.get(path + "/history", token: region).json["items"]?.array
            let told = history?.map { "\($0["version"]?.int ?? 0) \($0["operation"]?.string ?? "")" }
            #expect(told == ["3 examiner-removed", "2 examiner-merged", "1 created"])
            #expect(history?[0]["changes"] == .array([.string("examiner_id")]))
        }
    }

    @Test("a merger locks no structure before the locations, which those who renew them hold")
    func order() async throws {
        try await withCalls([candidate, other]) { calls in
            let pool = calls.directory.database.pool(for: .owner)
            let (held, waits) = (AsyncStream.makeStream(of: Void.self), AsyncStream.makeStream(of: Void.self))
            let ids = [candidate.id, other.id]
            let renewing = Task {
                try await pool.withTransaction { transaction in
                    try await transaction.query("select pg_advisory_xact_lock(8318274334706393443)")
                    held.continuation.finish()
                    for await _ in waits.stream {}
                    try await transaction.query("select from structures where id = any(\(ids)) for update nowait")
                }
            }
            for await _ in held.stream {}
            let merging = Task { try await calls.merge(candidate.id, into: other.id) }
            try await eventually {
                try await Connection.with(calls.directory.database.superuserConfiguration) { connection in
                    try await connection.query(
                        """
                        select count(*) from pg_stat_activity
                        where datname = current_database() and wait_event_type = 'Lock' and wait_event = 'advisory'
                        """)[0].decode(Int.self) > 0
                }
            }
            waits.continuation.finish()
            await #expect(throws: Never.self) { try await renewing.value }
            #expect(try await merging.value.status == 204)
        }
    }
}

import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

@Suite("Labels of several calls")
struct LabelTests {
    private let candidate = CandidateSketch(20)
    private static let loss = #""cause":"dysfonctionnement","comment":"Plus de permanence.""#

    private func label(_ calls: CallFixture) async throws -> String {
        let json = try await calls.directory.get("/v1/structures/\(candidate.id.text)").json["label"]
        return "\(json?["state"]?.string ?? "-") \(json?["decided_on"]?.string ?? "-")"
    }

    @Test("what one call gave, another's suspension, its end or its withdrawal do not take; each loss counts once")
    func together() async throws {
        try await withCalls([candidate]) { calls in
            let region = try await CallFixture.region()
            let first = try await calls.grant(candidate)
            #expect(try await label(calls) == "accorde 2020-06-15")
            try await calls.setClock("2020-07-01T08:00:00Z")
            let second = try await calls.grant(candidate)
            #expect(try await label(calls) == "accorde 2020-07-01")
            try await calls.setClock("2020-09-01T08:00:00Z")
            try await calls.take(second, #"{"step":"suspension",\#(Self.loss)}"#, token: region)
            #expect(try await label(calls) == "accorde 2020-06-15")
            try await calls.take(second, #"{"step":"fin-suspension"}"#, token: region)
            #expect(try await label(calls) == "accorde 2020-07-01")
            try await calls.take(first, #"{"step":"suspension",\#(Self.loss)}"#, token: region)
            #expect(try await label(calls) == "accorde 2020-07-01")
            try await calls.setClock("2020-09-02T08:00:00Z")
            try await calls.take(second, #"{"step":"retrait",\#(Self.loss)}"#, token: region)
            #expect(try await label(calls) == "suspendu 2020-09-01")
            try await calls.take(first, #"{"step":"fin-suspension"}"#, token: region)
            #expect(try await label(calls) == "accorde 2020-06-15")
            try await calls.take(first, #"{"step":"retrait",\#(Self.loss)}"#, token: region)
            #expect(try await label(calls) == "retire 2020-09-02")
            let decisions = try await calls.decisions(atLeast: 7)
            #expect(
                decisions[candidate.id] == [
                    "accorde 1", "accorde 2", "accorde 3", "accorde 4", "suspendu 5", "accorde 6", "retire 7",
                ])
        }
    }

    @Test("neither a new application, nor its examination, refusal or end change a structure: nobody sees who applies")
    func renewal() async throws {
        try await withCalls([candidate]) { calls in
            let region = try await CallFixture.region()
            _ = try await calls.grant(candidate)
            let path = "/v1/structures/\(candidate.id.text)"
            let before = try await calls.directory.get(path)
            for isRefused in [true, false] {
                let call = try await calls.create("/v1/calls", CallFixture.normandie(resultsOn: nil), token: region)
                let id = try await calls.apply(call, candidate)
                #expect(try await calls.file(id, by: candidate).status == 204)
                try await calls.take(id, #"{"step":"instruction"}"#, token: region)
                if isRefused {
                    try await calls.take(
                        id, #"{"step":"vote","opinion":"defavorable"}"#,
                        #"{"step":"decision","decision":"refuse","reasons":[{"text":"Non"}]}"#, token: region)
                } else {
                    #expect(try await calls.act(id, "withdrawal", token: try await candidate.token).status == 204)
                }
                let after = try await calls.directory.get(path)
                #expect(after.body == before.body && after.headers["etag"] == before.headers["etag"])
            }
            // The label is held: reporting is told of nothing that would end it.
            #expect(try await calls.decisions(atLeast: 1) == [candidate.id: ["accorde 1"]])
        }
    }

    @Test("of a structure that decides at once in two calls, both decisions count")
    func atOnce() async throws {
        try await withCalls([candidate]) { calls in
            let region = try await CallFixture.region()
            var ids: [UUID] = []
            for _ in 0..<4 {
                let call = try await calls.create("/v1/calls", CallFixture.normandie(resultsOn: nil), token: region)
                let id = try await calls.apply(call, candidate)
                #expect(try await calls.file(id, by: candidate).status == 204)
                try await calls.take(
                    id, #"{"step":"instruction"}"#, #"{"step":"vote","opinion":"favorable"}"#, token: region)
                ids.append(id)
            }
            let applications = ids
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for id in applications {
                    group.addTask {
                        try await calls.step(id, #"{"step":"decision","decision":"accorde"}"#, token: region).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses == [204, 204, 204, 204])
            for id in ids.dropLast() {
                try await calls.take(id, #"{"step":"retrait",\#(Self.loss)}"#, token: region)
                #expect(try await label(calls) == "accorde 2020-06-15")
            }
            try await calls.take(ids[3], #"{"step":"retrait",\#(Self.loss)}"#, token: region)
            #expect(try await label(calls) == "retire 2020-06-15")
        }
    }

    @Test("that told who applies or was refused say what everybody may know once the migration has run")
    func migration() async throws {
        let earlier = DirectoryMigrations.all.filter { $0.number < Migration.publicLabels.number }
        try await withDatabase(service: "directory", migrations: earlier) { database in
            let states = ["candidate", "en-instruction", "refuse", "accorde", "retire"]
            let ids = states.map { _ in UUID.v7() }
            let renewed = UUID.v7()
            try await Connection.with(database.superuserConfiguration) { connection in
                for (id, state) in zip(ids + [renewed], states + ["refuse"]) {
                    let document = JSONB(Array(#"{"location":null,"label":{"state":"\#(state)"}}"#.utf8))
                    try await connection.query(
                        """
                        insert into structures (id, region, name, status, document)
                        values (\(id), '28', 'S', 'membre', \(document))
                        """)
                }
                let (call, application) = (UUID.v7(), UUID.v7())
                try await connection.query(
                    """
                    insert into calls (id, region, document, charter, procedure, opens_at, closes_at)
                    values (\(call), '28', '{}', '28@1.0.0', '{"procedure":"labellisation"}', now(), now() + '1 day')
                    """)
                try await connection.query(
                    """
                    insert into call_versions (call_id, version, document, changed_by)
                    values (\(call), 1, '{}', 'region'), (\(call), 3, '{}', 'region')
                    """)
                try await connection.query(
                    """
                    insert into applications (id, call_id, document, state, filed_at, decided_on, in_force)
                    values (\(application), \(call), '{}', 'accorde', now(), '2020-10-12', true)
                    """)
                try await connection.query(
                    """
                    insert into application_structures (application_id, structure_id, place, call_id, agreed_at)
                    values (\(application), \(renewed), 0, \(call), now())
                    """)
                try await connection.query(
                    "insert into structure_labels values (\(ids[2]), \(JSONB(Array(#"{"state":"refuse"}"#.utf8))), 1)")
            }
            try await Connection.with(database.configuration(for: .owner)) { connection in
                _ = try await Migrator(migrations: DirectoryMigrations.all).apply(on: connection)
            }
            try await Connection.with(database.superuserConfiguration) { connection in
                let labels = try await connection.query(
                    """
                    select id, concat_ws(' ', document -> 'label' ->> 'state', document -> 'label' ->> 'charter',
                        document -> 'label' ->> 'decided_on') from structures
                    """
                ).decode((UUID, String).self)
                let found = Dictionary(labels.map { ($0.0, $0.1) }) { first, _ in first }
                #expect(ids.map { found[$0] } == ["", "", "", "accorde", "retire"])
                #expect(found[renewed] == "accorde 28@1.0.0 2020-10-12")
                #expect(
                    try await connection.query("select count(*) from structure_labels where label is null")[0]
                        .decode(Int.self) == 1)
                #expect(
                    try await connection.query("select operation from call_versions order by version")
                        .decode(String.self) == ["created", "updated"])
            }
        }
    }
}

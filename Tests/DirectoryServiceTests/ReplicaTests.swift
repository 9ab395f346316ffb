import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

@Suite("Replicas")
struct ReplicaTests {
    private func withReplicas(
        _ body: @Sendable @escaping (DirectoryFixture, DirectoryFixture) async throws -> Void
    ) async throws {
        try await withDirectoryDatabase(Example.all) { database in
            try await withService(.directory, on: database, settings: DirectoryFixture.settings) { first in
                try await withService(.directory, on: database, settings: DirectoryFixture.settings) { second in
                    try await body(
                        DirectoryFixture(service: first, database: database),
                        DirectoryFixture(service: second, database: database))
                }
            }
        }
    }

    /// The median is the promise; the worst may be one that only the poll of each second found.
    @Test("show a committed change within a tenth of a second")
    func delay() async throws {
        try await withReplicas { first, second in
            let partner = try await DirectoryFixture.partner(Example.mission.id)
            let path = "/v1/structures/\(Example.mission.id.text)"
            var delays: [Duration] = []
            for version in 1...50 {
                var sketch = Example.mission
                sketch.name = "Nom \(version)"
                let answer = try await first.update(
                    sketch.id, sketch.body, token: partner, ifMatch: "\"v\(version)\"")
                #expect(answer.status == 204)
                let committed = ContinuousClock.now
                try await eventually { try await second.get(path).json["version"]?.int == version + 1 }
                delays.append(ContinuousClock.now - committed)
            }
            delays.sort()
            #expect(delays[25] < .milliseconds(100), "median of 50, of which the longest \(delays[49])")
            #expect(delays[49] < .milliseconds(1500))
            try await leaveTimeInThisMinute()
            let search = "/v1/structures?commune=44184"
            #expect(try await first.get(search).headers["etag"] == second.get(search).headers["etag"])
        }
    }

    @Test("learn of a removal and of a merger, and answer searches alike")
    func ends() async throws {
        try await withReplicas { first, second in
            let region = try await DirectoryFixture.region()
            #expect(try await first.remove(Example.townHall, token: region).status == 204)
            #expect(try await first.merge(Example.mission, into: Example.office, token: region).status == 204)
            // Whoever writes is told the truth before the replica has heard of it.
            try expectProblem(try await second.remove(Example.townHall, token: region), 410, "gone")
            for sketch in [Example.townHall, Example.mission] {
                try await eventually { try await second.get("/v1/structures/\(sketch.id.text)").status == 410 }
            }
            try await leaveTimeInThisMinute()
            let search = "/v1/structures?region=52&status=membre,signataire,point-de-contact"
            let (one, other) = (try await first.get(search), try await second.get(search))
            #expect(one.headers["etag"] == other.headers["etag"] && one.body == other.body)
            #expect(try one.json["items"]?.array?.count == 1)
        }
    }

    @Test("take each other’s cursors and entity tags")
    func cursors() async throws {
        try await withReplicas { first, second in
            try await leaveTimeInThisMinute()
            let path = "/v1/structures?commune=44184&limit=1"
            let answer = try await first.get(path)
            let cursor = try #require(try answer.json["next_cursor"]?.string)
            #expect(try await second.get("\(path)&cursor=\(cursor)").status == 200)
            let tag = try #require(answer.headers["etag"].first)
            #expect(try await second.get(path, [("If-None-Match", tag)]).status == 304)
        }
    }

    @Test("see a transaction that began before others and was committed after them")
    func lateCommit() async throws {
        try await withReplicas { first, second in
            let partner = try await DirectoryFixture.partner(Example.mission.id)
            let (early, late) = (Example.office.id, Example.mission.id)
            try await Connection.with(first.database.configuration(for: .runtime)) { connection in
                try await connection.withTransaction { transaction in
                    try await transaction.query(
                        """
                        update structures set document = jsonb_set(document, '{name}', '"Late"'), version = version + 1,
                            changed_xid = pg_current_xact_id()
                        where id = \(early)
                        """)
                    // A later transaction is committed and seen by both, which so go past the open one.
                    let answer = try await first.update(
                        late, Example.mission.body, token: partner, ifMatch: "\"v1\"")
                    #expect(answer.status == 204)
                    for replica in [first, second] {
                        try await eventually {
                            try await replica.get("/v1/structures/\(late.text)").json["version"]?.int == 2
                        }
                        #expect(
                            try await replica.get("/v1/structures/\(early.text)").json["version"]?.int == 1)
                    }
                }
            }
            // Nobody notifies of it: the poll must find it.
            for replica in [first, second] {
                try await eventually(within: .seconds(5)) {
                    try await replica.get("/v1/structures/\(early.text)").json["name"] == "Late"
                }
            }
        }
    }

    @Test("see an import, its communes and territories too")
    func imports() async throws {
        try await withReplicas { first, second in
            let tag = try #require(try await second.get("/v1/structures?commune=44184").headers["etag"].first)
            let header = "insee_code,name,department,region,latitude,longitude,population\n"
            try await load(
                .communes, Array((header + "44184,Saint-Nazaire-sur-Mer,44,52,47.28,-2.25,71000").utf8),
                into: first.database)
            for replica in [first, second] {
                try await eventually {
                    let answer = try await replica.get("/v1/structures?commune=44184", [("If-None-Match", tag)])
                    return try answer.status == 200
                        && answer.json["items"]?[0]?["address"]?["commune_name"] == "Saint-Nazaire-sur-Mer"
                }
            }
        }
    }
}

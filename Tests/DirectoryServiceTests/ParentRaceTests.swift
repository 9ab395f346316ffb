import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

@Suite("Structures that become each other's parents at once")
struct ParentRaceTests {
    /// Both have written their own row, and a SIRET with it, when each looks at the other's.
    @Test("are judged one after the other: one does, the other is told why not")
    func race() async throws {
        let (one, other) = (Example.crowd(2)[0], Example.crowd(2)[1])
        let sirets = ["35600000000048", "73282932000074"]
        try await withDirectory([one, other]) { directory in
            let region = try await DirectoryFixture.region()
            let place = directory.database.superuserConfiguration
            let answers = try await Connection.with(place) { connection in
                try await withThrowingTaskGroup(of: RunningService.Answer.self) { group in
                    try await connection.withTransaction { transaction in
                        // What each write does last: they wait here, with their own rows written.
                        try await transaction.query("lock table event_outbox in exclusive mode")
                        for (index, sketch) in [one, other].enumerated() {
                            var changed = sketch
                            (changed.parent, changed.siret) = ([other, one][index].id, sirets[index])
                            let body = changed.body
                            group.addTask {
                                try await directory.update(sketch.id, body, token: region, ifMatch: "\"v1\"")
                            }
                        }
                        try await Self.waiting(for: 2, in: directory.database)
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
            }
            #expect(answers.map(\.status).sorted() == [204, 422], "\(answers.map(\.text))")
            let refused = try #require(answers.first { $0.status != 204 })
            try expectProblem(refused, 422, "invalid-body", at: ["/parent_id"])
            #expect(try refused.json["errors"]?[0]?["code"] == "parent-cycle")
        }
    }

    /// Waits until so many statements wait for a lock.
    static func waiting(for count: Int, in database: Database) async throws {
        try await Connection.with(database.superuserConfiguration) { connection in
            try await eventually {
                try await connection.query(
                    """
                    select count(*) from pg_stat_activity
                    where datname = current_database() and wait_event_type = 'Lock'
                    """)[0].decode(Int.self) == count
            }
        }
    }
}

import Foundation
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DemoActivity
@testable import ReportingService

@Suite("Ingestion that is interrupted")
struct InterruptionTests {
    /// What happened to followers at random moments.
    private struct Tally {
        var killed = 0
        /// Of these, how many had written something that was not committed.
        var writing = 0
        var cancelled = 0
        var rewound = 0
    }

    @Test("leaves the same bytes, however often its task is cancelled or PostgreSQL ends its backend")
    func killed() async throws {
        let year = try RegionYear(seed: 61, demands: 1500)
        let undisturbed = try await withReportingDatabase { database in
            try await database.takeIn(year)
            return try await database.facts
        }
        let rounds = runs(40, full: 500)
        try await withReportingDatabase { database in
            let directory = TestFeed(year.directory, pageSize: 5)
            let referral = TestFeed(year.referral, pageSize: 25)
            let followers = [database.follower(.directory, directory), database.follower(.referral, referral)]
            var tally = Tally()
            try await Connection.with(database.superuserConfiguration) { killer in
                var random = SeededGenerator(seed: 62)
                var tasks = followers.map(Self.start)
                for round in 0..<rounds {
                    try await Task.sleep(for: .microseconds(random.int(200...40_000)))
                    if round % 4 == 3 {
                        for task in tasks { task.cancel() }
                        for task in tasks { await task.value }
                        tally.cancelled += 1
                        tasks = followers.map(Self.start)
                    } else {
                        let (killed, writing) = try await Self.kill(with: killer)
                        tally.killed += killed
                        tally.writing += writing
                    }
                    // Whoever has come to the end begins anew.
                    for (source, feed, events) in [
                        (FeedSource.directory, directory, year.directory), (.referral, referral, year.referral),
                    ] where try await Self.isAtEnd(source, killer) {
                        feed.rewind(to: events)
                        tally.rewound += 1
                    }
                }
                for task in tasks { task.cancel() }
                for task in tasks { await task.value }
            }
            #expect(tally.killed > rounds / 3 && tally.writing > tally.killed / 10, "\(tally)")
            #expect(tally.cancelled >= rounds / 4, "\(tally)")
            try await database.takeIn(.directory, directory)
            try await database.takeIn(.referral, referral)
            let facts = try await database.facts
            for (table, rows) in undisturbed where table != "feeds" { #expect(facts[table] == rows, "\(table)") }
        }
    }

    private static func start(_ follower: FeedFollower) -> Task<Void, Never> {
        Task { try? await follower.run() }
    }

    /// Ends the backends of all followers, wherever in a page they are.
    private static func kill(with killer: Connection) async throws -> (killed: Int, writing: Int) {
        try await killer.query(
            """
            select count(*) filter (where is_ended), count(*) filter (where is_ended and is_writing)
            from (select pg_terminate_backend(pid) as is_ended, backend_xid is not null as is_writing
                from pg_stat_activity where datname = current_database() and usename = 'reporting_runtime') ended
            """)[0].decode((Int, Int).self)
    }

    private static func isAtEnd(_ source: FeedSource, _ connection: Connection) async throws -> Bool {
        try await connection.query("select was_read_to_end from feeds where source = \(source)")[0].decode(Bool.self)
    }
}

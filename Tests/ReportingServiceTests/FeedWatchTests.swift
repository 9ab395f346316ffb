import Foundation
import Logging
import Postgres
import Schema
import Support
import Testing
import Web

@testable import ReportingService
@testable import ServiceCalls

@Suite("How far the feeds are behind")
struct FeedWatchTests {
    private let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test("is measured by source, and falls when the end is reached, also where nothing is new")
    func measured() async throws {
        let history = try History(seed: 41, demands: 60)
        try await withReportingDatabase { database in
            try await Self.letPass(400, in: database)
            let factory = PrometheusFactory()
            let delays = FeedDelayRepository(pool: database.pool(for: .runtime))
            let watch = FeedWatch(delays: delays, logger: silent, interval: .milliseconds(20), factory: factory)
            func measured(_ name: String, _ source: FeedSource) -> Double? {
                let start = "reporting_feed_\(name)_age_seconds{source=\"\(source.rawValue)\"} "
                let line = factory.text.split(separator: "\n").first { $0.hasPrefix(start) }
                return line.flatMap { Double($0.dropFirst(start.count)) }
            }
            let running = Task { try await watch.run() }
            try await eventually { (measured("end", .referral) ?? 0) >= 400 }
            #expect(measured("newest_event", .referral) == nil, "there is none")
            #expect(await followed(by: watch) == [])

            // Not by a page in the middle, but by the last one.
            let feed = TestFeed(history.referral, pageSize: history.referral.count - 1)
            let follower = database.follower(.referral, feed)
            try await Connection.with(database.configuration(for: .runtime)) { connection in
                #expect(try await !follower.takeNext(on: connection))
                #expect(await followed(by: watch) == [])
                #expect(try await follower.takeNext(on: connection))
                #expect(await followed(by: watch) == [.referral])
                try await eventually { (measured("end", .referral) ?? 400) < 60 }
                #expect((measured("end", .directory) ?? 0) >= 400)
                try await eventually { measured("newest_event", .referral) != nil }
                // Nothing new, and the end again.
                try await Self.letPass(301, in: database)
                #expect(await followed(by: watch) == [])
                #expect(try await follower.takeNext(on: connection))
                #expect(await followed(by: watch) == [.referral])
            }
            running.cancel()
            try await running.value
        }
    }

    @Test("makes a replica that follows `degraded`, and never unready")
    func readiness() async throws {
        let port = try freePort()
        // Where nobody is: the feeds cannot be followed.
        let settings = [
            "SPRO_OPERATIONS_PORT": "\(port)", "SPRO_DIRECTORY_URL": "http://127.0.0.1:9",
            "SPRO_REFERRAL_URL": "http://127.0.0.1:9", "SPRO_CLIENT_ID": "reporting-service",
            "SPRO_CLIENT_SECRET": "a-secret-of-some-length", "SPRO_TOKEN_ENDPOINT": "http://127.0.0.1:9/token",
        ]
        try await withReporting(settings: settings) { reporting in
            func readiness() async throws -> (status: Int, degraded: [String]) {
                let client = try RawClient(port: port)
                try await client.send("GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                let response = try await client.response()
                let degraded = try JSONValue(parsing: response.body).object?["degraded"]?.array ?? []
                return (response.status, degraded.compactMap(\.string))
            }
            try await eventually { (try? RawClient(port: port)) != nil }
            try await Self.letPass(0, in: reporting.database)
            let fresh = try await readiness()
            #expect(fresh.status == 200 && fresh.degraded.isEmpty)
            try await Self.letPass(280, .referral, in: reporting.database)
            #expect(try await readiness().degraded.isEmpty)
            try await Self.letPass(301, .referral, in: reporting.database)
            let behind = try await readiness()
            #expect(behind.status == 200 && behind.degraded == ["feed-referral"])
        }
    }

    @Test("A feed is degraded while an event of it could not be read, until a version that can reads it anew")
    func unread() async throws {
        let history = try History(seed: 58, demands: 20)
        try await withReportingDatabase { database in
            let feed = TestFeed(history.referral, pageSize: 30)
            let missing = UnreadEvent(id: "019b76da-a800-7000-8000-000000000001", type: "fr.spro.reception.opened.v1")
            feed.tellUnread([missing])
            let (lines, factory) = (LogLines(), PrometheusFactory())
            let follower = database.follower(.referral, feed, factory: factory, logger: lines.logger)
            let watch = FeedWatch(
                delays: FeedDelayRepository(pool: database.pool(for: .runtime)), logger: LogLines().logger)
            try await Connection.with(database.configuration(for: .runtime)) { connection in
                while try await !follower.takeNext(on: connection) {}
                #expect(await followed(by: watch) == [.directory])
                #expect(factory.text.contains(#"reporting_events_unread_total{source="referral"} 1"# + "\n"))
                #expect(
                    lines.all.count == 1
                        && lines.all[0].contains("event=\(missing.id) source=referral type=\(missing.type)"))
                // What came after it is there: the feed goes on.
                let (pages, referrals) = try await connection.query(
                    "select pages, (select count(*) from referrals) from feeds where source = 'referral'")[0]
                    .decode((Int, Int).self)
                #expect(pages > 1 && referrals > 0)
                let standing = try await FeedRepository().standing(of: .referral, on: connection)
                try await FeedRepository().rebuild(.referral, after: standing, on: connection)
                while try await !follower.takeNext(on: connection) {}
                #expect(await followed(by: watch) == FeedSource.allCases)
            }
        }
    }

    private func followed(by watch: FeedWatch) async -> [FeedSource] {
        var followed: [FeedSource] = []
        for source in FeedSource.allCases where await watch.isWhole(source) { followed.append(source) }
        return followed
    }

    /// Makes it so many seconds since the ends were reached.
    private static func letPass(_ seconds: Int, _ source: FeedSource? = nil, in database: Database) async throws {
        _ = try await Connection.with(database.superuserConfiguration) { connection in
            try await connection.query(
                """
                update feeds set end_reached_at = now() - make_interval(secs => \(seconds))
                where source = coalesce(\(source?.rawValue), source)
                """)
        }
    }
}

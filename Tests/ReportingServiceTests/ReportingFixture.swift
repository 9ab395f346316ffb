import Foundation
import Logging
import Metrics
import Postgres
import Schema
import Support
import Synchronization
import Web

@testable import DemoActivity
@testable import ReportingService
@testable import ServiceCalls

/// A feed within the test: pages of a list of events, with a past that can be changed.
final class TestFeed: Sendable {
    private struct Told {
        var events: [Event]
        /// With every page: how many events of types that nobody knows.
        var strange: [String: Int] = [:]
        /// With the next page.
        var unread: [UnreadEvent] = []
        var epoch = 1
        var asked = 0
    }

    private let told: Mutex<Told>
    private let pageSize: Int

    init(_ events: [Event], pageSize: Int = 500) {
        told = Mutex(Told(events: events))
        self.pageSize = pageSize
    }

    /// Another past: cursors of the one before are not known any more.
    func rewind(to events: [Event]) {
        told.withLock { told in
            told.events = events
            told.epoch += 1
        }
    }

    func append(_ events: [Event]) { told.withLock { $0.events += events } }

    /// Events that the reader of this version cannot read.
    func tellUnread(_ events: [UnreadEvent]) { told.withLock { $0.unread = events } }

    func tellStrange(_ types: [String: Int]) { told.withLock { $0.strange = types } }

    var asked: Int { told.withLock { $0.asked } }

    var pages: FeedPages {
        { cursor in
            try await Task.sleep(for: .microseconds(200))
            return try self.told.withLock { told in
                told.asked += 1
                let parts = (cursor ?? "\(told.epoch)-0").split(separator: "-").compactMap { Int($0) }
                guard parts[0] == told.epoch else { throw EventFeedRewound() }
                let end = min(parts[1] + self.pageSize, told.events.count)
                let isNews = end > parts[1]
                let unread = isNews ? told.unread : []
                if isNews { told.unread = [] }
                return EventFeedPage(
                    events: Array(told.events[parts[1]..<end]), passedOver: isNews ? told.strange : [:], unread: unread,
                    cursor: "\(told.epoch)-\(end)", isLast: end == told.events.count)
            }
        }
    }
}

/// Runs `body` with a migrated database of the reporting service's own.
func withReportingDatabase<Value>(
    _ body: nonisolated(nonsending) (Database) async throws -> Value
) async throws -> Value {
    try await withDatabase(service: "reporting", migrations: ReportingMigrations.all, body)
}

extension Database {
    func follower(
        _ source: FeedSource, _ feed: TestFeed, factory: any MetricsFactory = NOOPMetricsHandler.instance,
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) -> FeedFollower {
        FeedFollower(
            source: source, configuration: configuration(for: .runtime), logger: logger,
            interval: .milliseconds(5), patience: .milliseconds(5), factory: factory, pages: feed.pages)
    }

    /// Reads a feed to its end.
    func takeIn(_ source: FeedSource, _ feed: TestFeed) async throws {
        let follower = follower(source, feed)
        try await Connection.with(configuration(for: .runtime)) { connection in
            while try await !follower.takeNext(on: connection) {}
        }
    }

    func takeIn(_ history: History) async throws {
        try await takeIn(.directory, TestFeed(history.directory))
        try await takeIn(.referral, TestFeed(history.referral))
    }

    func takeIn(_ year: RegionYear) async throws {
        try await takeIn(.directory, TestFeed(year.directory))
        try await takeIn(.referral, TestFeed(year.referral))
    }

    static let factTables: [Identifier] = [
        "structure_states", "structure_offers", "structure_closures", "label_decisions", "convention_states",
        "territory_states", "receptions", "demand_closings", "referrals", "referral_moves", "appointments",
        "erased_persons",
    ]

    /// Everything derived from the feeds, byte for byte, whatever the order of the rows.
    var facts: [String: String] {
        get async throws {
            try await Connection.with(superuserConfiguration) { connection in
                var facts: [String: String] = [:]
                for table in Self.factTables {
                    facts[table.name] = try await connection.query(
                        """
                        select count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\\n' order by t::text)), '-')
                        from \(table) t
                        """, timeout: .seconds(30))[0].decode(String.self)
                }
                facts["feeds"] = try await connection.query(
                    """
                    select string_agg(format('%s %s %s %s %s', source, cursor, pages, is_rebuilding, data_through), '; '
                        order by source) from feeds
                    """)[0].decode(String.self)
                return facts
            }
        }
    }
}

/// What a logger was told, line by line.
final class LogLines: LogHandler {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }
    var logger: Logger { Logger(label: "test") { _ in self } }

    func log(event: LogEvent) {
        let more = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        lines.withLock { $0.append(([event.message.description] + more).joined(separator: " ")) }
    }

    var metadataProvider: Logger.MetadataProvider? {
        get { nil }
        set {}
    }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .info }
        set {}
    }
    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }
}

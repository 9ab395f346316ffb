import Logging
import Metrics
import Postgres
import ServiceLifecycle
import Web

/// Tells operators how far the facts of each source are behind: on every replica, whichever one follows the feeds.
///
/// `reporting_feed_end_age_seconds`: since the feed's end was last reached; some twenty seconds where nothing happens,
/// for so long a feed may keep its follower waiting. `reporting_feed_newest_event_age_seconds`: since the newest event
/// that was taken in had happened.
struct FeedWatch: Service {
    let delays: FeedDelayRepository
    let logger: Logger
    var interval = Duration.seconds(5)
    var factory: any MetricsFactory = MetricsSystem.factory

    /// A feed whose end was not reached for longer than so many seconds is not followed: figures go on, and get older.
    static let patience = 300.0

    /// `degraded` while a feed is not followed, or an event of it is missing.
    var checks: [ReadinessCheck] {
        FeedSource.allCases.map { source in
            ReadinessCheck(name: "feed-\(source.rawValue)", isEssential: false) { await isWhole(source) }
        }
    }

    func isWhole(_ source: FeedSource) async -> Bool {
        guard let delays = try? await delays.list() else { return false }
        return delays.contains { $0.source == source && $0.sinceEnd <= Self.patience && $0.unread == 0 }
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                do {
                    for delay in try await delays.list() {
                        record(delay.sinceEnd, "reporting_feed_end_age_seconds", delay.source)
                        if let age = delay.sinceNewest {
                            record(age, "reporting_feed_newest_event_age_seconds", delay.source)
                        }
                    }
                } catch {
                    logger.debug("how far the feeds are behind is not known", metadata: ["error": "\(error)"])
                }
                try await Task.sleep(for: interval)
            }
        }
    }

    /// A gauge is made when there is something to tell: until then it would say 0.
    private func record(_ value: Double, _ label: String, _ source: FeedSource) {
        Gauge(label: label, dimensions: [("source", source.rawValue)], factory: factory).record(value)
    }
}

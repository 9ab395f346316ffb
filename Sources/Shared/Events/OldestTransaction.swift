import Logging
import Metrics
import ServiceLifecycle

/// Measures `events_oldest_transaction_seconds`: for how long the oldest transaction anywhere in the cluster has been
/// seen to run. Behind it every feed stands still.
///
/// When another role's transactions began is hidden (`pg_stat_activity`); that they still run is not.
struct OldestTransaction: Service {
    let repository: EventRepository
    let logger: Logger
    var interval = Duration.seconds(5)
    var factory: any MetricsFactory = MetricsSystem.factory

    func run() async throws {
        let gauge = Gauge(label: "events_oldest_transaction_seconds", factory: factory)
        try? await cancelWhenGracefulShutdown {
            var seen: (xid: Int, at: ContinuousClock.Instant)?
            while true {
                do {
                    let oldest = try await repository.oldestTransaction()
                    if oldest != seen?.xid { seen = oldest.map { ($0, .now) } }
                    gauge.record(seen.map { (ContinuousClock.now - $0.at) / .seconds(1) } ?? 0)
                } catch {
                    logger.debug("the oldest transaction is not known", metadata: ["error": "\(error)"])
                }
                try await Task.sleep(for: interval)
            }
        }
    }
}

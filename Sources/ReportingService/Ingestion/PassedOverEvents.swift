import Logging
import Metrics
import Synchronization

/// Counts the events of types that this version does not know (`reporting_events_passed_over_total`), and says once of
/// each type that there are some: a version that knows it draws them from the feed after a `rebuild`.
final class PassedOverEvents: Sendable {
    private let source: FeedSource
    private let logger: Logger
    private let count: Counter
    private let said = Mutex<Set<String>>([])
    /// Types of which it is said; the count goes on.
    private static let limit = 100

    init(of source: FeedSource, logger: Logger, factory: any MetricsFactory) {
        self.source = source
        self.logger = logger
        count = Counter(
            label: "reporting_events_passed_over_total", dimensions: [("source", source.rawValue)], factory: factory)
    }

    /// - Parameter types: how many events of each type.
    func record(_ types: [String: Int]) {
        for (type, number) in types.sorted(by: { $0.key < $1.key }) {
            count.increment(by: number)
            let isNew = said.withLock { $0.count < Self.limit && $0.insert(type).inserted }
            guard isNew else { continue }
            logger.warning(
                "events of an unknown type are passed over",
                metadata: ["source": "\(source.rawValue)", "type": "\(type)"])
        }
    }
}

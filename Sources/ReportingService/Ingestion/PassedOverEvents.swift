import Logging
import Metrics
import ServiceCalls
import Synchronization

/// Counts what this version cannot read of a feed, and says so: events of types that it does not know
/// (`reporting_events_passed_over_total`), once for each type, and events of known types with a code that it does not know
/// (`reporting_events_unread_total`), each by its id. A version that knows them draws both from the feed after a `rebuild`.
final class PassedOverEvents: Sendable {
    private let source: FeedSource
    private let logger: Logger
    private let passedOver: Counter
    private let unread: Counter
    private let said = Mutex<(types: Set<String>, unread: Int)>(([], 0))
    /// Types, and events, of which it is said; the counts go on.
    private static let limit = 100

    init(of source: FeedSource, logger: Logger, factory: any MetricsFactory) {
        self.source = source
        self.logger = logger
        let dimensions = [("source", source.rawValue)]
        passedOver = Counter(label: "reporting_events_passed_over_total", dimensions: dimensions, factory: factory)
        unread = Counter(label: "reporting_events_unread_total", dimensions: dimensions, factory: factory)
    }

    func record(_ page: EventFeedPage) {
        for (type, number) in page.passedOver.sorted(by: { $0.key < $1.key }) {
            passedOver.increment(by: number)
            let isNew = said.withLock { $0.types.count < Self.limit && $0.types.insert(type).inserted }
            guard isNew else { continue }
            logger.warning(
                "events of an unknown type are passed over",
                metadata: ["source": "\(source.rawValue)", "type": "\(type)"])
        }
        guard !page.unread.isEmpty else { return }
        unread.increment(by: page.unread.count)
        for event in page.unread {
            let number = said.withLock { said in
                said.unread += 1
                return said.unread
            }
            guard number <= Self.limit else { return }
            logger.error(
                "an event with an unknown code is missing from the facts: a version that knows it has to rebuild",
                metadata: ["source": "\(source.rawValue)", "type": "\(event.type)", "event": "\(event.id)"])
        }
    }
}

import Logging
import Metrics
import Postgres
import ServiceCalls
import ServiceLifecycle
import Web

/// Keeps the facts of one source up to date. One replica follows; the others stand by and take over when its connection
/// is gone. Goes on trying for as long as the database or the feed is away.
struct FeedFollower: Service {
    let source: FeedSource
    let pages: FeedPages
    let configuration: DatabaseConfiguration
    let logger: Logger
    /// Between two looks at a feed that had nothing more to tell, and two tries to become the follower.
    let interval: Duration
    /// After a failure.
    let patience: Duration

    private let repository = FeedRepository()
    private let passedOver: PassedOverEvents

    init(
        source: FeedSource, configuration: DatabaseConfiguration, logger: Logger,
        interval: Duration = .milliseconds(250), patience: Duration = .seconds(5),
        factory: any MetricsFactory = MetricsSystem.factory, pages: @escaping FeedPages
    ) {
        self.source = source
        self.configuration = configuration
        self.logger = logger
        self.interval = interval
        self.patience = patience
        self.pages = pages
        passedOver = PassedOverEvents(of: source, logger: logger, factory: factory)
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await Connection.with(configuration) { try await follow(on: $0) }
                    try await Task.sleep(for: interval)
                } catch {
                    if Task.isCancelled { return }
                    // A connection's or a response's error holds no event.
                    logger.warning(
                        "a feed cannot be followed",
                        metadata: ["source": "\(source.rawValue)", "error": "\(type(of: error)) \(error)"])
                    try? await Task.sleep(for: patience)
                }
            }
        }
    }

    private func follow(on connection: Connection) async throws {
        guard try await repository.claim(source, on: connection) else { return }
        let ahead = ReadAhead(pages)
        defer { ahead.stop() }
        while !Task.isCancelled {
            if try await takeNext(on: connection, from: ahead.page) { try await Task.sleep(for: interval) }
        }
    }

    /// Takes in what the feed tells until it has nothing more to tell at the moment.
    func catchUp(on connection: Connection) async throws {
        let ahead = ReadAhead(pages)
        defer { ahead.stop() }
        while try await !takeNext(on: connection, from: ahead.page) {}
    }

    /// Takes in one page, or begins a rebuild.
    /// - Returns: whether the feed has nothing more to tell at the moment.
    func takeNext(on connection: Connection, from pages: FeedPages? = nil) async throws -> Bool {
        let standing = try await repository.standing(of: source, on: connection)
        let page: EventFeedPage
        do {
            page = try await (pages ?? self.pages)(standing.cursor)
        } catch is EventFeedRewound {
            logger.notice("a feed was rewound: it is read anew", metadata: ["source": "\(source.rawValue)"])
            try await repository.rebuild(source, after: standing, on: connection)
            return false
        }
        // An empty page at the same place is nothing new, unless it ends a rebuild.
        if !page.events.isEmpty || page.cursor != standing.cursor || (page.isLast && standing.isRebuilding) {
            try await repository.take(page, of: source, after: standing, on: connection)
            passedOver.record(page)
        } else if page.isLast {
            try await FeedDelayRepository.noteEnd(of: source, on: connection)
        }
        return page.isLast
    }
}

package import Schema
package import ServiceLifecycle
package import Web

/// A service's feed of events, to be put among its parts.
package struct EventFeed: Sendable {
    package let routes: [Route]
    /// What runs beside the listener.
    package let background: [any Service]
    private let repository: EventRepository
    private let poll: LongPoll
    private let cursors: CursorCoder
    /// CloudEvents `source` of every event.
    private let source: String

    /// Begins a new epoch where the database is not the one that it was.
    ///
    /// - Parameter service: its name, as in `urn:spro:service:<name>`, the source of its events.
    package init(of service: String, on ground: ServiceDefinition.Ground, cursors: CursorCoder) async throws {
        let repository = EventRepository(pool: ground.pool)
        try await repository.beginEpoch()
        self.repository = repository
        self.cursors = cursors
        source = "urn:spro:service:\(service)"
        poll = LongPoll(
            watch: EventWatch(logger: ground.logger) { try await repository.head() }, drain: ground.drain)
        let shared = SharedPages<EventFeedRoutes.Question, EventPage?> { question in
            try await repository.page(after: question.position, limit: question.limit, question.projection)
        }
        routes =
            EventFeedRoutes(repository: repository, shared: shared, poll: poll, cursors: cursors, source: source).routes
        background = [OldestTransaction(repository: repository, logger: ground.logger)]
    }

    /// After a commit that told something: whoever waits for events in this process need not wait for its next look.
    package func poke() { poll.watch.poke() }

    /// The same commits, told by the subjects that they changed instead of by what happened.
    package func subjects(of types: Set<EventType>) -> SubjectFeed {
        SubjectFeed(repository: repository, poll: poll, cursors: cursors, source: source, types: types)
    }
}

package import ServiceLifecycle
package import Web

/// A service's feed of events, to be put among its parts.
package struct EventFeed: Sendable {
    package let routes: [Route]
    /// What runs beside the listener.
    package let background: [any Service]
    private let watch: EventWatch

    /// Begins a new epoch where the database is not the one that it was.
    ///
    /// - Parameter service: its name, as in `urn:spro:service:<name>`, the source of its events.
    package init(of service: String, on ground: ServiceDefinition.Ground, cursors: CursorCoder) async throws {
        let repository = EventRepository(pool: ground.pool)
        try await repository.beginEpoch()
        watch = EventWatch(logger: ground.logger) { try await repository.head() }
        routes =
            EventFeedRoutes(
                repository: repository, shared: SharedPages(repository: repository), watch: watch, cursors: cursors,
                drain: ground.drain,
                source: "urn:spro:service:\(service)"
            ).routes
        background = [OldestTransaction(repository: repository, logger: ground.logger)]
    }

    /// After a commit that told something: whoever waits for events in this process need not wait for its next look.
    package func poke() { watch.poke() }
}

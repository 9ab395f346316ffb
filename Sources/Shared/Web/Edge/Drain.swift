package import Logging
import ServiceLifecycle

/// The first to stop: it tells everybody to look elsewhere while the listener still answers.
///
/// Load balancers go on sending requests until they have seen that the service is not ready; a listener that closes at
/// once would break them. Services stop in the reverse of their order, so this one is the last of its group:
///
/// ```swift
/// ServiceGroup(services: [pool, operations, application, Drain(state: drain, for: .seconds(3), logger: logger)], …)
/// ```
package struct Drain: Service {
    private let state: DrainState
    private let duration: Duration
    private let logger: Logger

    /// - Parameter duration: how long the service answers with `Connection: close` before its listener goes.
    package init(state: DrainState, for duration: Duration = .seconds(3), logger: Logger) {
        self.state = state
        self.duration = duration
        self.logger = logger
    }

    package func run() async throws {
        try? await gracefulShutdown()
        state.begin()
        logger.info("Draining", metadata: ["for": "\(duration)"])
        try? await Task.sleep(for: duration)
    }
}

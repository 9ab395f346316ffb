import Logging
import Postgres
import Schema
import Synchronization

/// How territories are coordinated, in memory, so that it can be read while the database is away: some hundreds.
final class CoordinationIndex: Sendable {
    private let repository: CoordinationRepository
    private let logger: Logger
    private let refreshes = Refreshes<Void>()
    private let state = Mutex(State())

    private struct State {
        var coordinations: [String: Coordination] = [:]
        /// The moment up to which they have every change.
        var moment = CoordinationRepository.beginning
    }

    init(repository: CoordinationRepository, logger: Logger) {
        self.repository = repository
        self.logger = logger
    }

    subscript(_ territory: Territory) -> Coordination {
        state.withLock { $0.coordinations[territory.key] } ?? Coordination(of: territory.key)
    }

    /// Brings it up to every change committed before the call; calls that come while one runs share the next.
    func refresh() async throws {
        try await refreshes.run { try await self.follow() }
    }

    private func follow() async throws {
        let changes = try await repository.changes(since: state.withLock { $0.moment })
        for territory in changes.unreadable {
            // It stays as it was before; whoever runs the service must know.
            logger.error("a stored coordination cannot be read", metadata: ["territory": "\(territory)"])
        }
        state.withLock { state in
            for coordination in changes.changed { state.coordinations[coordination.territory] = coordination }
            state.moment = changes.moment
        }
    }
}

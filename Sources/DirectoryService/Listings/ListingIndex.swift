import Foundation
import Logging
import Postgres
import Schema
import Synchronization

/// One list in memory, so that it can be read while the database is away: thousands of entries, of a kilobyte each.
final class ListingIndex<Draft: ListingDraft>: Sendable {
    private let repository: ListingRepository<Draft>
    private let logger: Logger
    private let refreshes = Refreshes()
    private let state = Mutex(State())

    private struct State {
        var entries: [UUID: Listing<Draft>] = [:]
        /// The moment up to which the entries have every change.
        var moment = ListingRepository<Draft>.beginning
        var confirmedAt = ContinuousClock.now
    }

    init(repository: ListingRepository<Draft>, logger: Logger) {
        self.repository = repository
        self.logger = logger
    }

    /// All of them, in no order.
    var entries: [UUID: Listing<Draft>] { state.withLock { $0.entries } }

    func find(_ id: UUID) -> Listing<Draft>? { state.withLock { $0.entries[id] } }

    /// How long ago the database last confirmed that this is the present state.
    var age: Duration { state.withLock { ContinuousClock.now - $0.confirmedAt } }

    /// Brings the list up to every change committed before the call; calls that come while one runs share the next.
    func refresh() async throws {
        try await refreshes.run { try await self.follow() }
    }

    private func follow() async throws {
        let started = ContinuousClock.now
        let changes = try await repository.changes(since: state.withLock { $0.moment })
        for id in changes.unreadable {
            // It stays as it was before; whoever runs the service must know.
            logger.error(
                "a stored entry cannot be read", metadata: ["list": "\(Draft.list)", "entry": "\(id.text)"])
        }
        state.withLock { state in
            for listing in changes.changed { state.entries[listing.id] = listing }
            for id in changes.deleted { state.entries[id] = nil }
            state.moment = changes.moment
            state.confirmedAt = started
        }
    }
}

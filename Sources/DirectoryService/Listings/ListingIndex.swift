import Foundation
import Logging
import Metrics
import Postgres
import Schema
import Synchronization

/// One list in memory, so that it can be read while the database is away: thousands of entries, of a kilobyte each.
final class ListingIndex<Draft: ServedListing>: Sendable {
    private let repository: ListingRepository<Draft>
    private let logger: Logger
    private let now: @Sendable () -> Date
    private let refreshes = Refreshes<Void>()
    private let state = Mutex(State())
    private let unreadableCount: Counter

    private struct State {
        var entries: [UUID: Listing<Draft>] = [:]
        /// Grows when the entries change.
        var generation = 0
        /// In the order of a day (since 1970): of today, and of the day with which somebody's pages began.
        var orders: [Int: ListingOrder<Draft>] = [:]
        /// When entries were last looked through for what is to be forgotten.
        var sweptOn = Int.min
        /// The moment up to which the entries have every change.
        var moment = ListingRepository<Draft>.beginning
        var confirmedAt = ContinuousClock.now
    }

    init(
        repository: ListingRepository<Draft>, logger: Logger, now: @escaping @Sendable () -> Date,
        metrics: any MetricsFactory = MetricsSystem.factory
    ) {
        self.repository = repository
        self.logger = logger
        self.now = now
        unreadableCount = Counter(
            label: "directory_listings_unreadable_total", dimensions: [("list", Draft.list)], factory: metrics)
    }

    /// All of them as they stand on a day, put in order once for all who ask.
    func ordered(on day: Int) -> ListingOrder<Draft> {
        let (known, entries, generation) = state.withLock { ($0.orders[day], $0.entries, $0.generation) }
        if let known { return known }
        let order = ListingOrder(entries.values, on: day)
        state.withLock { state in
            guard state.generation == generation else { return }
            if state.orders.count > 1 { state.orders = [:] }
            state.orders[day] = order
        }
        return order
    }

    /// An entry from memory, or from the database what memory has forgotten.
    func find(_ id: UUID) async throws -> Listing<Draft>? {
        if let entry = state.withLock({ $0.entries[id] }) { return entry }
        return Draft.hasDates ? try await repository.find(id) : nil
    }

    /// How many of them memory holds.
    var count: Int { state.withLock { $0.entries.count } }

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
        unreadableCount.increment(by: changes.unreadable.count)
        let now = now()
        let today = ParisTime.wall(at: now).day
        let isChanged = state.withLock { state in
            for listing in changes.changed { state.entries[listing.id] = listing }
            for id in changes.deleted { state.entries[id] = nil }
            state.moment = changes.moment
            state.confirmedAt = started
            guard !changes.changed.isEmpty || !changes.deleted.isEmpty || state.sweptOn != today else { return false }
            state.entries = state.entries.filter { !$0.value.draft.isForgotten(at: now) }
            state.sweptOn = today
            state.generation += 1
            state.orders = [:]
            return true
        }
        if isChanged { _ = ordered(on: today) }
    }
}

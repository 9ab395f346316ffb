import Foundation
import Logging
import Postgres
import Schema
import Synchronization

/// The directory in memory: reads take the present snapshot and never wait; one follower at a time brings it forward.
///
/// A change goes into the overlay at once. When the overlay grows past its limit, or the geography changes, a new
/// base is built beside the old one while further changes go on to be seen.
final class DirectoryIndex: Sendable {
    private let repository: ChangeRepository
    private let logger: Logger
    private let state: Mutex<State>
    private let refreshes = Refreshes()
    static let overlayLimit = 1000

    private struct State {
        var snapshot = Snapshot.empty
        /// The moment up to which the snapshot has every change; nil before the first load.
        var moment: String?
        /// What changed since the base was read, by id: what the overlay is made of.
        var recent: [UUID: Structure] = [:]
        var confirmedAt = ContinuousClock.now
        var isRebuilding = false
    }

    init(repository: ChangeRepository, logger: Logger) {
        self.repository = repository
        self.logger = logger
        state = Mutex(State())
    }

    var snapshot: Snapshot { state.withLock { $0.snapshot } }

    var isLoaded: Bool { state.withLock { $0.moment != nil } }

    /// How long ago the database last confirmed that the snapshot is the present state.
    var age: Duration { state.withLock { ContinuousClock.now - $0.confirmedAt } }

    /// Reads everything anew, when there is no base yet or it no longer serves.
    private func load() async throws {
        let everything = try await repository.loadAll()
        try await adopt(Segment(of: everything.structures, in: everything.geography), of: everything)
    }

    /// Takes a new base, with what was committed while it was being read and built.
    private func adopt(_ base: Segment, of everything: ChangeRepository.Everything) async throws {
        let changes = try await repository.changes(since: everything.moment)
        if changes.geographyChanged { return try await load() }
        let recent = Dictionary(changes.structures.map { ($0.id, $0) }) { _, last in last }
        let overlay = Segment(of: Array(recent.values), in: everything.geography)
        let snapshot = Snapshot(geography: everything.geography, base: base, overlay: overlay)
        state.withLock { state in
            state.snapshot = snapshot
            state.recent = recent
            state.moment = changes.moment
            state.confirmedAt = .now
        }
    }

    /// Brings the snapshot up to every change committed before the call; calls that come while one runs share the
    /// next.
    func refresh() async throws {
        try await refreshes.run { try await self.follow() }
    }

    private func follow() async throws {
        guard let moment = state.withLock({ $0.moment }) else { return try await load() }
        let started = ContinuousClock.now
        let changes = try await repository.changes(since: moment)
        // An import is a new base, not an overlay.
        if changes.geographyChanged || changes.structures.count > Self.overlayLimit { return try await load() }
        let (snapshot, recent) = state.withLock { ($0.snapshot, $0.recent) }
        guard !changes.structures.isEmpty else {
            return state.withLock { state in
                state.moment = changes.moment
                state.confirmedAt = started
            }
        }
        let merged = recent.merging(changes.structures.map { ($0.id, $0) }) { _, last in last }
        let overlay = Segment(of: Array(merged.values), in: snapshot.geography)
        let next = Snapshot(geography: snapshot.geography, base: snapshot.base, overlay: overlay)
        let mustRebuild = state.withLock { state in
            state.snapshot = next
            state.recent = merged
            state.moment = changes.moment
            state.confirmedAt = started
            guard merged.count > Self.overlayLimit, !state.isRebuilding else { return false }
            state.isRebuilding = true
            return true
        }
        if mustRebuild { rebuild() }
    }

    /// Builds a new base beside the present one; only its adoption waits its turn among the refreshes.
    private func rebuild() {
        Task.detached(priority: .utility) { [self] in
            do {
                let everything = try await repository.loadAll()
                let base = Segment(of: everything.structures, in: everything.geography)
                try await refreshes.run { try await self.adopt(base, of: everything) }
            } catch {
                logger.error("the directory's base could not be rebuilt", metadata: ["error": "\(error)"])
            }
            state.withLock { $0.isRebuilding = false }
        }
    }
}

import CMalloc
import Foundation
import Logging
import Metrics
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
    /// Of the answers (``Snapshot``).
    private let form: UInt64
    private let refreshes = Refreshes()
    /// The overlay's size in structures beyond which a new base is built.
    private let overlayLimit: Int
    /// A base reckons opening hours for three months (``WeekBits``): it is made anew before.
    private static let baseDays = 60
    private let unreadableCount = Counter(label: "directory_structures_unreadable_total")

    /// A base read and built beside the present one, which the next refresh adopts.
    private struct Prepared {
        let base: Segment
        /// What was the base when this one was begun; if another has come since, this one is of no use.
        let predecessor: Segment
        let everything: ChangeRepository.Everything
    }

    private struct State {
        var snapshot = Snapshot.empty
        /// The moment up to which the snapshot has every change; nil before the first load.
        var moment: String?
        /// What changed since the base was read, by id: what the overlay is made of.
        var recent: [UUID: Structure] = [:]
        var confirmedAt = ContinuousClock.now
        var isRebuilding = false
        var prepared: Prepared?
    }

    init(repository: ChangeRepository, logger: Logger, form: UInt64 = 0, overlayLimit: Int = 1000) {
        self.repository = repository
        self.logger = logger
        self.form = form
        self.overlayLimit = overlayLimit
        state = Mutex(State())
    }

    var snapshot: Snapshot { state.withLock { $0.snapshot } }

    var isLoaded: Bool { state.withLock { $0.moment != nil } }

    /// How long ago the database last confirmed that the snapshot is the present state.
    var age: Duration { state.withLock { ContinuousClock.now - $0.confirmedAt } }

    /// Reads everything anew, when there is no base yet or it no longer serves.
    private func load() async throws {
        try await readAndAdopt()
        // What reading took is as much again as the index; the allocator would keep it.
        malloc_trim(0)
    }

    private func readAndAdopt() async throws {
        let everything = try await repository.loadAll()
        report(everything.unreadable)
        try await adopt(everything.base, of: everything)
    }

    /// Takes a new base, with what was committed while it was being read and built.
    private func adopt(_ base: Segment, of everything: ChangeRepository.Everything) async throws {
        let started = ContinuousClock.now
        let changes = try await repository.changes(since: everything.moment, upTo: overlayLimit + 1)
        if changes.geographyChanged || changes.count > overlayLimit { return try await load() }
        report(changes.unreadable)
        let recent = Dictionary(changes.structures.map { ($0.id, $0) }) { _, last in last }
        let overlay = Segment(of: Array(recent.values), in: everything.geography)
        let snapshot = Snapshot(
            geography: everything.geography, base: base, overlay: overlay,
            tombstones: Self.tombstones([:], with: everything.tombstones + changes.tombstones), form: form)
        state.withLock { state in
            state.snapshot = snapshot
            state.recent = recent
            state.moment = changes.moment
            state.confirmedAt = started
        }
        rebuildIfNeeded()
    }

    /// Brings the snapshot up to every change committed before the call; calls that come while one runs share the
    /// next.
    func refresh() async throws {
        try await refreshes.run { try await self.follow() }
    }

    private func follow() async throws {
        guard let moment = state.withLock({ $0.moment }) else { return try await load() }
        if let prepared = takePrepared(), prepared.predecessor === snapshot.base {
            do {
                return try await adopt(prepared.base, of: prepared.everything)
            } catch {
                // Where the database is away, a later refresh adopts it.
                state.withLock { ($0.prepared, $0.isRebuilding) = (prepared, true) }
                throw error
            }
        }
        let started = ContinuousClock.now
        let changes = try await repository.changes(since: moment, upTo: overlayLimit + 1)
        // An import is a new base, not an overlay.
        if changes.geographyChanged || changes.count > overlayLimit { return try await load() }
        report(changes.unreadable)
        let (snapshot, recent) = state.withLock { ($0.snapshot, $0.recent) }
        guard !changes.structures.isEmpty || !changes.tombstones.isEmpty else {
            state.withLock { state in
                state.moment = changes.moment
                state.confirmedAt = started
            }
            return rebuildIfNeeded()
        }
        var merged = recent.merging(changes.structures.map { ($0.id, $0) }) { _, last in last }
        for tombstone in changes.tombstones { merged[tombstone.id] = nil }
        let overlay = Segment(of: Array(merged.values), in: snapshot.geography)
        let next = Snapshot(
            geography: snapshot.geography, base: snapshot.base, overlay: overlay,
            tombstones: Self.tombstones(snapshot.tombstones, with: changes.tombstones), form: form)
        state.withLock { state in
            state.snapshot = next
            state.recent = merged
            state.moment = changes.moment
            state.confirmedAt = started
        }
        rebuildIfNeeded()
    }

    private static func tombstones(_ known: [UUID: Tombstone], with more: [Tombstone]) -> [UUID: Tombstone] {
        known.merging(more.map { ($0.id, $0) }) { _, last in last }
    }

    /// Builds a new base beside the present one once the overlay is too large, or the opening hours that the base has
    /// reckoned ahead come to their end. Its adoption is left to whichever
    /// refresh comes next: one of its own could be merged into a refresh that already waits, and so never happen.
    private func rebuildIfNeeded() {
        let base: Segment? = state.withLock { state in
            let isOld = ParisTime.wall(at: Date()).day - state.snapshot.base.day > Self.baseDays
            guard state.recent.count > overlayLimit || isOld, !state.isRebuilding else { return nil }
            state.isRebuilding = true
            return state.snapshot.base
        }
        guard let base else { return }
        Task.detached(priority: .utility) { [self] in
            do {
                let everything = try await repository.loadAll()
                report(everything.unreadable)
                let prepared = Prepared(base: everything.base, predecessor: base, everything: everything)
                state.withLock { $0.prepared = prepared }
            } catch {
                state.withLock { $0.isRebuilding = false }
                return logger.error("the directory's base could not be rebuilt", metadata: ["error": "\(error)"])
            }
            try? await refresh()
        }
    }

    /// What cannot be read is left out, or stays as it was before the change; whoever runs the service must know.
    private func report(_ unreadable: [UnreadableStructure]) {
        for structure in unreadable {
            logger.error(
                "a stored structure cannot be read",
                metadata: ["structure": "\(structure.id.text)", "reason": "\(structure)"])
        }
        unreadableCount.increment(by: unreadable.count)
    }

    /// The base that was built, if there is one; then another may be built.
    private func takePrepared() -> Prepared? {
        state.withLock { state in
            guard let prepared = state.prepared.take() else { return nil }
            state.isRebuilding = false
            return prepared
        }
    }
}

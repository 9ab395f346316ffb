import Foundation
import Logging
import Metrics
import Schema
import Synchronization

/// The directory in memory: reads take the present snapshot and never wait; one follower at a time brings it forward.
///
/// A change goes into the overlay at once. When the overlay grows past its limit, when more changes at once than it may
/// hold, or when the geography changes, a new base is read and built beside the old one, which goes on showing what
/// changes meanwhile.
final class DirectoryIndex: Sendable {
    private let repository: ChangeRepository
    private let logger: Logger
    private let state: Mutex<State>
    /// Of the answers (``Snapshot``).
    private let form: UInt64
    private let refreshes = Refreshes<Int>()
    /// The overlay's size in structures beyond which a new base is built.
    private let overlayLimit: Int
    /// A base reckons opening hours for three months (``WeekBits``): it is made anew before.
    private static let baseDays = 60
    private let unreadableCount = Counter(label: "directory_structures_unreadable_total")

    private struct State {
        var snapshot = Snapshot.empty
        var geographyVersion = ""
        var overlay = Overlay.none
        /// The moment up to which every change was read; nil before the first load.
        var moment: String?
        var confirmedAt = ContinuousClock.now
        /// How often something was committed that only a new base shows, and up to which of these the present one does.
        var demanded = 0
        var met = 0
        /// Reads and builds a base, and sees it adopted.
        var building: Task<Void, any Error>?
        /// With the demands that were there before it was read.
        var built: (base: DirectoryBase, demands: Int)?
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

    /// Brings the snapshot up to every change committed before the call; waits for a new base if that takes one.
    func refresh() async throws {
        let demands = try await follow()
        while state.withLock({ $0.met < demands }) {
            if let building = state.withLock(\.building) { try await building.value } else { try await follow() }
        }
    }

    /// Brings the snapshot up to every change committed before the call that the overlay can take; a base with the
    /// others is begun. Calls that come while one runs share the next.
    /// - Returns: the demand that must be met before everything is shown as it was at the call, whichever call read of
    ///   it; 0 where it is.
    @discardableResult
    func follow() async throws -> Int { try await refreshes.run { try await self.step() } }

    private func step() async throws -> Int {
        let started = ContinuousClock.now
        guard isLoaded else {
            adopt(try await read(nil), demands: 0)
            state.withLock { $0.confirmedAt = started }
            return 0
        }
        if let (base, demands) = state.withLock({ $0.built.take() }) { adopt(base, demands: demands) }
        let moment = state.withLock { $0.moment } ?? ""
        let changes = try await repository.changes(since: moment, upTo: overlayLimit + 1)
        // An import is a new base, not an overlay.
        let isTooMuch = changes.count > overlayLimit
        if !isTooMuch { take(changes) }
        let needsBase = isTooMuch || changes.geographyChanged
        let demands = state.withLock { state in
            state.moment = changes.moment
            if needsBase { state.demanded += 1 }
            if state.met == state.demanded { state.confirmedAt = started }
            return state.met < state.demanded ? state.demanded : 0
        }
        buildIfNeeded()
        return demands
    }

    private func take(_ changes: ChangeRepository.Changes) {
        report(changes.unreadable)
        guard !changes.structures.isEmpty || !changes.tombstones.isEmpty else { return }
        var (snapshot, overlay) = state.withLock { ($0.snapshot, $0.overlay) }
        overlay.take(changes, over: snapshot.base, in: snapshot.geography)
        snapshot = overlay.snapshot(over: snapshot.base, in: snapshot.geography, form: form)
        state.withLock { ($0.snapshot, $0.overlay) = (snapshot, overlay) }
    }

    private func read(_ known: (geography: Geography, version: String)?) async throws -> DirectoryBase {
        let base = try await DirectoryBase(reading: repository, knowing: known)
        report(base.unreadable)
        return base
    }

    /// What the overlay has of later changes stays; what else changed since the base was read is followed from there.
    private func adopt(_ base: DirectoryBase, demands: Int) {
        let overlay = state.withLock { $0.overlay }.over(base.segment, base.tombstones, in: base.geography)
        let snapshot = overlay.snapshot(over: base.segment, in: base.geography, form: form)
        state.withLock { state in
            (state.snapshot, state.overlay) = (snapshot, overlay)
            (state.moment, state.geographyVersion) = (base.moment, base.geographyVersion)
            (state.met, state.building) = (demands, nil)
        }
    }

    /// Builds a new base beside the present one. Its adoption is left to whichever follower comes next: one of its own
    /// could be merged into one that already waits, and so never happen.
    private func buildIfNeeded() {
        let today = ParisTime.wall(at: Date()).day
        state.withLock { state in
            let isOld = today - state.snapshot.base.day > Self.baseDays
            let isNeeded = state.met < state.demanded || state.overlay.structures.count > overlayLimit || isOld
            guard isNeeded, state.building == nil else { return }
            let (demands, known) = (state.demanded, (state.snapshot.geography, state.geographyVersion))
            state.building = Task.detached(priority: .utility) { [self] in
                do {
                    let base = try await read(known)
                    self.state.withLock { $0.built = (base, demands) }
                } catch {
                    self.state.withLock { $0.building = nil }
                    logger.error("the directory's base could not be rebuilt", metadata: ["error": "\(error)"])
                    throw error
                }
                _ = try? await follow()
            }
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
}

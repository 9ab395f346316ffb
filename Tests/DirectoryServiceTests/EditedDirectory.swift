import Foundation
import Schema
import Support
import Synchronization

@testable import DirectoryService

/// A directory that is edited while others read it, as the index would keep it: a base, two overlays of what
/// changed since, the ids of what was removed, and from time to time a new base.
final class EditedDirectory: Sendable {
    /// What a reader finds at one moment.
    struct Moment: Sendable {
        let snapshot: Snapshot
        let sketches: [Sketch]
        let structures: [UUID: Structure]
    }

    private struct State {
        var sketches: [UUID: Sketch] = [:]
        var structures: [UUID: Structure] = [:]
        var base = Segment.empty
        var earlier = Segment.empty
        var recent: Set<UUID> = []
        /// Those that changed since ``earlier``.
        var fresh: Set<UUID> = []
        var removed: Set<UUID> = []
        var moment: Moment?
        var removals = 0
        var rebuilds = 0
        var hasEnded = false
    }

    private let state = Mutex(State())
    private let maker: SketchMaker
    private let geography: Geography

    init(_ sketches: [Sketch], of maker: SketchMaker) {
        self.maker = maker
        geography = maker.land.geography
        state.withLock { state in
            for sketch in sketches {
                state.sketches[sketch.id] = sketch
                state.structures[sketch.id] = try? sketch.structure()
            }
            rebuild(&state)
            publish(&state)
        }
    }

    var moment: Moment { state.withLock { $0.moment! } }
    var hasEnded: Bool { state.withLock { $0.hasEnded } }
    var removals: Int { state.withLock { $0.removals } }
    var rebuilds: Int { state.withLock { $0.rebuilds } }

    func end() { state.withLock { $0.hasEnded = true } }

    /// Adds some structures, changes some, removes some.
    func edit(_ random: inout SeededGenerator) throws {
        var (state, drawn) = (self.state.withLock(\.self), random)
        let known = state.sketches.keys.sorted { $0.uuidString < $1.uuidString }
        for id in drawn.some(Int.random(in: 1...4, using: &drawn), of: known) {
            if drawn.oneIn(4) {
                state.sketches[id] = nil
                state.structures[id] = nil
                state.recent.remove(id)
                state.fresh.remove(id)
                state.removed.insert(id)
                state.removals += 1
            } else {
                try put(Self.renamed(maker.sketches(1, &drawn)[0], id), &state)
            }
        }
        // Some of those that were removed come back.
        if let id = state.removed.sorted(by: { $0.uuidString < $1.uuidString }).first, drawn.oneIn(3) {
            try put(Self.renamed(maker.sketches(1, &drawn)[0], id), &state)
        }
        try put(maker.sketches(1, &drawn)[0], &state)
        if drawn.oneIn(12) { rebuild(&state) }
        publish(&state)
        random = drawn
        let edited = state
        self.state.withLock { $0 = edited }
    }

    private func put(_ sketch: Sketch, _ state: inout State) throws {
        let version = (state.structures[sketch.id]?.version ?? 0) + 1
        state.sketches[sketch.id] = sketch
        state.structures[sketch.id] = try sketch.structure(version: version)
        state.recent.insert(sketch.id)
        state.fresh.insert(sketch.id)
        state.removed.remove(sketch.id)
    }

    private func rebuild(_ state: inout State) {
        state.base = Segment(of: Array(state.structures.values), in: geography)
        state.earlier = .empty
        state.recent = []
        state.fresh = []
        state.removed = []
        state.rebuilds += 1
    }

    private func publish(_ state: inout State) {
        if state.fresh.count > 8 {
            state.earlier = Segment(of: state.recent.compactMap { state.structures[$0] }, in: geography)
            state.fresh = []
        }
        let latest = Segment(of: state.fresh.compactMap { state.structures[$0] }, in: geography)
        let tombstones = state.removed.map { Tombstone(id: $0, version: 2, removedAt: .distantPast, successor: nil) }
        state.moment = Moment(
            snapshot: Snapshot(
                geography: geography, base: state.base, overlay: state.earlier, latest: latest,
                tombstones: Dictionary(uniqueKeysWithValues: tombstones.map { ($0.id, $0) })),
            sketches: Array(state.sketches.values), structures: state.structures)
    }

    private static func renamed(_ sketch: Sketch, _ id: UUID) -> Sketch {
        var renamed = Sketch(id: id, name: sketch.name)
        renamed.networks = sketch.networks
        renamed.status = sketch.status
        (renamed.commune, renamed.point, renamed.region) = (sketch.commune, sketch.point, sketch.region)
        (renamed.participatesIn, renamed.offers) = (sketch.participatesIn, sketch.offers)
        (renamed.openingHours, renamed.closure) = (sketch.openingHours, sketch.closure)
        (renamed.languages, renamed.accessibility, renamed.label) = (
            sketch.languages, sketch.accessibility, sketch.label
        )
        return renamed
    }
}

import Foundation

/// What changed since the base was read, searchable: a segment of earlier changes and a small one of the latest, so
/// that a change costs about the same however many came before it.
struct Overlay: Sendable {
    /// Those that stand, by id.
    private(set) var structures: [UUID: Structure] = [:]
    private(set) var tombstones: [UUID: Tombstone] = [:]
    private(set) var earlier = Segment.empty
    private(set) var latest = Segment.empty
    /// Those that ``earlier`` does not have as they are now.
    private var fresh: Set<UUID> = []

    /// As many as ``latest`` holds at most: the root of a thousand, so that neither segment costs much more than the
    /// other over many changes.
    static let latestLimit = 32

    static let none = Overlay()

    private init() {}

    /// - Parameter tombstones: all of them; what they tell of is left out.
    init(of structures: [UUID: Structure], _ tombstones: [UUID: Tombstone], in geography: Geography) {
        self.structures = structures.filter { tombstones[$0.key] == nil }
        self.tombstones = tombstones
        earlier = Segment(of: Array(self.structures.values), in: geography)
    }

    /// Takes what was read later; whatever the base, or this, has as it is already is passed over.
    mutating func take(_ changes: ChangeRepository.Changes, over base: Segment, in geography: Geography) {
        var isChanged = false
        for structure in changes.structures {
            let known = structures[structure.id]?.version ?? base.version(of: structure.id) ?? 0
            guard structure.version > known, tombstones[structure.id] == nil else { continue }
            structures[structure.id] = structure
            fresh.insert(structure.id)
            isChanged = true
        }
        for tombstone in changes.tombstones where tombstones[tombstone.id] == nil {
            tombstones[tombstone.id] = tombstone
            structures[tombstone.id] = nil
            isChanged = fresh.remove(tombstone.id) != nil || isChanged
        }
        guard isChanged else { return }
        if fresh.count > Self.latestLimit {
            earlier = Segment(of: Array(structures.values), in: geography)
            latest = .empty
            fresh = []
        } else {
            latest = fresh.isEmpty ? .empty : Segment(of: fresh.compactMap { structures[$0] }, in: geography)
        }
    }

    /// What remains of it over a base that was read meanwhile, as the base's geography shows it.
    ///
    /// - Parameter ended: the tombstones that were read with it.
    func over(_ base: Segment, _ ended: [Tombstone], in geography: Geography) -> Overlay {
        Overlay(
            of: structures.filter { $0.value.version > base.version(of: $0.key) ?? 0 },
            tombstones.merging(ended.map { ($0.id, $0) }) { known, _ in known }, in: geography)
    }

    func snapshot(over base: Segment, in geography: Geography, form: UInt64) -> Snapshot {
        Snapshot(
            geography: geography, base: base, overlay: earlier, latest: latest, tombstones: tombstones, form: form)
    }
}

extension Segment {
    fileprivate func version(of id: UUID) -> Int? { ordinals[id].map { versions[$0] } }
}

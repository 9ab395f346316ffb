import BitCollections
import Foundation
import Schema

/// The whole directory at one moment, immutable: what every read answers from.
final class Snapshot: Sendable {
    let geography: Geography
    let base: Segment
    let overlay: Segment
    /// Structures that are no more, by id.
    let tombstones: [UUID: Tombstone]
    /// Places of the base that the overlay replaces, or whose structures are no more.
    let hidden: BitSet
    /// What every answer is derived from beside the versions of structures: the geography, and the form in which this
    /// release answers.
    let ground: UInt64
    /// Changes with every committed change, and is the same on every replica that has seen the same ones.
    let fingerprint: UInt64

    static let empty = Snapshot(geography: .empty, base: .empty, overlay: .empty)

    /// - Parameter form: a hash of the contract by which answers are formed: a release that adds a member to them gives
    ///   them other tags, so that nobody keeps the old form.
    init(
        geography: Geography, base: Segment, overlay: Segment, tombstones: [UUID: Tombstone] = [:], form: UInt64 = 0
    ) {
        self.geography = geography
        self.base = base
        self.overlay = overlay
        self.tombstones = tombstones
        var hidden = BitSet(overlay.ids.compactMap { base.ordinals[$0] })
        for id in tombstones.keys { if let ordinal = base.ordinals[id] { hidden.insert(ordinal) } }
        self.hidden = hidden
        let shown = hidden.reduce(base.fingerprint) { $0 ^ base.mark(at: $1) }
        ground = geography.fingerprint ^ form
        fingerprint = ground ^ shown ^ overlay.fingerprint
    }

    var count: Int { base.count - hidden.count + overlay.count }

    /// Where a structure's bytes are, if the directory has it.
    func find(_ id: UUID) -> (segment: Segment, ordinal: Int)? {
        if let ordinal = overlay.ordinals[id] { return (overlay, ordinal) }
        guard let ordinal = base.ordinals[id], !hidden.contains(ordinal) else { return nil }
        return (base, ordinal)
    }

    /// As ``find(_:)``.
    /// - Throws: ``absence(of:)``.
    func demand(_ id: UUID) throws(Refusal) -> (segment: Segment, ordinal: Int) {
        guard let place = find(id) else { throw absence(of: id) }
        return place
    }

    /// 404, or 410 with the structure that stands for it today.
    func absence(of id: UUID) -> Refusal {
        guard let tombstone = tombstones[id] else { return Refusal(.notFound) }
        return .gone(tombstone, successor: tombstone.standing(among: tombstones))
    }

    /// One page, with one hit more when the list goes on.
    func search(_ query: SearchQuery) -> [SegmentSearch.Hit] {
        let zoneKeys = query.commune.map(geography.zoneKeys(covering:)) ?? []
        let stable = SegmentSearch(query, in: base, hidden: hidden, zoneKeys: zoneKeys).hits()
        if overlay.count == 0 { return stable }
        let recent = SegmentSearch(query, in: overlay, zoneKeys: zoneKeys).hits()
        return Array((stable + recent).sorted { $0.key < $1.key }.prefix(query.limit + 1))
    }

    /// What the query's facets count, over all pages.
    func facets(_ query: SearchQuery) -> FacetCounts {
        let zoneKeys = query.commune.map(geography.zoneKeys(covering:)) ?? []
        let stable = FacetCounter.counts(query, in: base, hidden: hidden, zoneKeys: zoneKeys)
        if overlay.count == 0 { return stable }
        return stable.merging(FacetCounter.counts(query, in: overlay, zoneKeys: zoneKeys)) { left, right in
            left.merging(right, uniquingKeysWith: +)
        }
    }
}

import BitCollections
import Foundation
import Schema

/// The whole directory at one moment, immutable: what every read answers from.
final class Snapshot: Sendable {
    let geography: Geography
    let base: Segment
    /// Structures that are no more, by id.
    let tombstones: [UUID: Tombstone]
    /// Those that hold anything, each over the ones before it.
    private let layers: [Layer]
    let count: Int
    /// What every answer is derived from beside the versions of structures: the geography, and the form in which this
    /// release answers.
    let ground: UInt64
    /// Changes with every committed change, and is the same on every replica that has seen the same ones.
    let fingerprint: UInt64

    private struct Layer {
        let segment: Segment
        /// Ordinals that a later layer replaces, or whose structures are no more.
        let hidden: BitSet

        var count: Int { segment.count - hidden.count }

        var fingerprint: UInt64 { hidden.reduce(segment.fingerprint) { $0 ^ segment.mark(at: $1) } }

        func find(_ id: UUID) -> Int? { segment.ordinals[id].flatMap { hidden.contains($0) ? nil : $0 } }
    }

    static let empty = Snapshot(geography: .empty, base: .empty, overlay: .empty)

    /// - Parameters:
    ///   - overlay: what changed since the base.
    ///   - latest: what changed since the overlay.
    ///   - form: a hash of the contract by which answers are formed: a release that adds a member to them gives them
    ///     other tags, so that nobody keeps the old form.
    init(
        geography: Geography, base: Segment, overlay: Segment, latest: Segment = .empty,
        tombstones: [UUID: Tombstone] = [:], form: UInt64 = 0
    ) {
        self.geography = geography
        self.base = base
        self.tombstones = tombstones
        let segments = [base, overlay, latest].filter { $0.count > 0 }
        layers = segments.enumerated().map { place, segment in
            var hidden = BitSet()
            for later in segments[(place + 1)...] {
                for id in later.ids { if let ordinal = segment.ordinals[id] { hidden.insert(ordinal) } }
            }
            for id in tombstones.keys { if let ordinal = segment.ordinals[id] { hidden.insert(ordinal) } }
            return Layer(segment: segment, hidden: hidden)
        }
        count = layers.reduce(0) { $0 + $1.count }
        ground = geography.fingerprint ^ form
        fingerprint = layers.reduce(ground) { $0 ^ $1.fingerprint }
    }

    /// What it consists of, with the ordinals that are not shown of each.
    var parts: [(segment: Segment, hidden: BitSet)] { layers.map { ($0.segment, $0.hidden) } }

    /// How many structures are read from above the base.
    var overlaid: Int { layers.reduce(0) { $0 + ($1.segment === base ? 0 : $1.count) } }

    /// Where a structure's bytes are, if the directory has it.
    func find(_ id: UUID) -> (segment: Segment, ordinal: Int)? {
        for layer in layers.reversed() { if let ordinal = layer.find(id) { return (layer.segment, ordinal) } }
        return nil
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
        let hits = layers.map { SegmentSearch(query, in: $0.segment, hidden: $0.hidden, zoneKeys: zoneKeys).hits() }
        if hits.count < 2 { return hits.first ?? [] }
        return Array(hits.joined().sorted { $0.key < $1.key }.prefix(query.limit + 1))
    }

    /// What the query's facets count, over all pages.
    func facets(_ query: SearchQuery) -> FacetCounts {
        let zoneKeys = query.commune.map(geography.zoneKeys(covering:)) ?? []
        var counts: FacetCounts = Dictionary(uniqueKeysWithValues: query.facets.map { ($0, [:]) })
        for layer in layers {
            let found = FacetCounter.counts(query, in: layer.segment, hidden: layer.hidden, zoneKeys: zoneKeys)
            counts.merge(found) { $0.merging($1, uniquingKeysWith: +) }
        }
        return counts
    }
}

import BitCollections
import Foundation
import Schema

/// One search over one segment: at most `limit + 1` hits after the cursor, in order (the one more tells that the list
/// goes on).
///
/// What matches where a place is asked about: structures within the radius, structures in the commune itself, and
/// those with a remote offer for it. Competent ones come first, so the walk may stop as soon as it has enough of them.
struct SegmentSearch {
    struct Hit: Sendable {
        let key: SortKey
        let ordinal: Int
        let segment: Segment
    }

    private let segment: Segment
    private let query: SearchQuery
    private let filters: [[BitSet]]
    private let isShown: (Int) -> Bool
    private let squaredChordLimit: Double

    init(_ query: SearchQuery, in segment: Segment, isShown: @escaping (Int) -> Bool) {
        self.segment = segment
        self.query = query
        self.isShown = isShown
        squaredChordLimit = query.squaredChordLimit
        filters = query.filters.map { filter in filter.keys.compactMap { segment.sets[$0] } }
    }

    func hits(zoneKeys: [String]) -> [Hit] {
        if filters.contains(where: \.isEmpty) { return [] }
        guard let center = query.center.map(UnitVector.init) else { return unplaced() }
        guard let commune = query.commune else { return near(center) }
        return placed(center, commune, zoneKeys)
    }

    /// Without a place there is no distance: the day's hash orders all.
    private func unplaced() -> [Hit] {
        first((0..<segment.count).lazy.filter(matches).map { hit($0, rank: 1, squaredChord: .infinity) })
    }

    private func near(_ center: UnitVector) -> [Hit] {
        var walk = segment.tree.nearest(to: center, within: squaredChordLimit)
        var found: [Hit] = []
        var isEnough = Enough(query)
        while let (ordinal, squaredChord) = walk.next(where: matches) {
            let hit = hit(ordinal, rank: 1, squaredChord: squaredChord)
            if isEnough.before(hit.key) { break }
            found.append(hit)
        }
        return first(found)
    }

    private func placed(_ center: UnitVector, _ commune: Commune, _ zoneKeys: [String]) -> [Hit] {
        let competent = competence(zoneKeys)
        var found = beyondTheRadius(center, commune, competent)
        var walk = segment.tree.nearest(to: center, within: squaredChordLimit)
        var isEnough = Enough(query)
        var isEnoughOfOthers = Enough(query)
        while let (ordinal, squaredChord) = walk.next(where: matches) {
            let isCompetent = competent.all.contains(ordinal)
            let hit = hit(ordinal, rank: isCompetent ? 0 : 1, squaredChord: squaredChord)
            if isCompetent {
                if isEnough.before(hit.key) { break }
                found.append(hit)
            } else if !isEnoughOfOthers.before(hit.key) {
                found.append(hit)
            }
        }
        return first(found)
    }

    /// Ordinals of those competent for the commune (``Structure/coverage(in:)``); `remote`: by an offer to be had from
    /// afar.
    private func competence(_ zoneKeys: [String]) -> (all: BitSet, remote: BitSet) {
        var (all, remote) = (BitSet(), BitSet())
        for key in zoneKeys {
            for served in segment.zones[key] ?? [] where served.coverage.serves(query.kinds) {
                all.insert(served.ordinal)
                if served.coverage.servesRemotely(query.kinds) { remote.insert(served.ordinal) }
            }
        }
        return (all, remote)
    }

    private func beyondTheRadius(
        _ center: UnitVector, _ commune: Commune, _ competent: (all: BitSet, remote: BitSet)
    ) -> [Hit] {
        let ordinals = competent.remote.union(BitSet(segment.communes[commune.code] ?? []))
        return ordinals.filter(matches).compactMap { ordinal in
            let isLocated = ordinal < segment.tree.points.count
            let squaredChord = isLocated ? segment.tree.points[ordinal].squaredChord(to: center) : .infinity
            guard squaredChord > squaredChordLimit else { return nil }
            return hit(ordinal, rank: competent.all.contains(ordinal) ? 0 : 1, squaredChord: squaredChord)
        }
    }

    private func matches(_ ordinal: Int) -> Bool {
        isShown(ordinal) && filters.allSatisfy { sets in sets.contains { $0.contains(ordinal) } }
            && (query.openAt.map { segment.hours(at: ordinal).state(at: $0) == .open } ?? true)
    }

    private func hit(_ ordinal: Int, rank: Int, squaredChord: Double) -> Hit {
        let id = segment.ids[ordinal]
        let key = SortKey(rank: rank, squaredChord: squaredChord, tie: SortKey.tie(of: id, on: query.day), id: id)
        return Hit(key: key, ordinal: ordinal, segment: segment)
    }

    private func first(_ hits: some Sequence<Hit>) -> [Hit] {
        let after = hits.filter { hit in query.after.map { $0 < hit.key } ?? true }
        return Array(after.sorted { $0.key < $1.key }.prefix(query.limit + 1))
    }
}

/// Tells when a walk of growing distance has given a whole page of one rank: `limit + 1` hits after the cursor, and
/// all that tie with the last.
private struct Enough {
    private let query: SearchQuery
    private var taken = 0
    private var lastSquaredChord = -1.0

    init(_ query: SearchQuery) { self.query = query }

    /// Counts a hit, unless the page was full before it.
    mutating func before(_ key: SortKey) -> Bool {
        if taken > query.limit, key.squaredChord > lastSquaredChord { return true }
        if query.after.map({ $0 < key }) ?? true {
            taken += 1
            lastSquaredChord = key.squaredChord
        }
        return false
    }
}

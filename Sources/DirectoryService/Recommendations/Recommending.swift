import BitCollections
import Foundation
import Schema

/// Finds who suits a need, over one moment of the directory: each structure once, by the offer that suits best. Of all who
/// suit, no more are held than are wanted.
struct Recommending {
    private let need: NeedDraft
    private let query: SearchQuery
    private let snapshot: Snapshot
    private let excluded: Set<UUID>
    private let now: ParisTime.Wall

    /// The best of those who suit, and how many there are.
    struct Suited {
        let best: [Recommendation]
        let count: Int
    }

    /// Of one of the snapshot's parts.
    private struct Candidate: Comparable {
        let judge: Int
        let finding: OfferJudge.Finding

        static func < (left: Candidate, right: Candidate) -> Bool {
            left.finding.suitability < right.finding.suitability
        }
        static func == (left: Candidate, right: Candidate) -> Bool {
            left.finding.suitability.offer == right.finding.suitability.offer
        }
    }

    /// - Parameters:
    ///   - commune: today's commune of the need's.
    ///   - excluded: structures that stand today.
    init(
        _ need: NeedDraft, for commune: Commune?, in snapshot: Snapshot, excluding excluded: Set<UUID>,
        now: ParisTime.Wall
    ) {
        var query = SearchQuery(day: now.day)
        query.subject = .services
        query.commune = commune
        query.center = need.near ?? commune?.centroid
        query.radiusKilometres = need.radiusKilometres ?? SearchQuery.defaultRadius
        query.filters = [SearchQuery.Filter(trait: .status, values: ["point-de-contact"], excludes: true)]
        if !need.excludedNetworks.isEmpty {
            query.filters.append(
                SearchQuery.Filter(trait: .network, values: need.excludedNetworks, excludes: true))
        }
        query.offer[.service] = [need.service]
        query.offer[.channel] = need.channels
        (self.need, self.query, self.snapshot, self.excluded, self.now) = (need, query, snapshot, excluded, now)
    }

    /// Those who meet the need, the best suited first.
    func suited(upTo count: Int) -> Suited { around(query, beside: [], upTo: count, unmet: []) }

    /// Who would do where the others cannot: by another channel, or farther away.
    ///
    /// - Parameters:
    ///   - known: structures that meet the need.
    ///   - count: how many are wanted at most.
    func alternatives(beside known: Set<UUID>, upTo count: Int) -> [Recommendation] {
        var found: [Recommendation] = []
        if !need.channels.isEmpty {
            var relaxed = query
            relaxed.offer[.channel] = []
            found = around(relaxed, beside: known, upTo: count, unmet: ["other-channel"]).best
        }
        if found.count < count {
            found += beyond(count - found.count, known.union(found.map(\.structure)))
        }
        return found
    }

    private func judges(_ query: SearchQuery) -> [OfferJudge] {
        let zoneKeys = query.commune.map(snapshot.geography.zoneKeys(covering:)) ?? []
        return snapshot.parts.map { segment, hidden in
            let matcher = Matcher(query, in: segment, hidden: hidden, zoneKeys: zoneKeys)
            return OfferJudge(need, matcher, excluding: excluded, now: now)
        }
    }

    /// Whoever a search would find: within the radius, in the commune itself, or for its people from afar.
    private func around(_ query: SearchQuery, beside known: Set<UUID>, upTo count: Int, unmet: [String]) -> Suited {
        let judges = judges(query)
        var least = Least<Candidate>(count)
        for (number, judge) in judges.enumerated() {
            guard let place = judge.matcher.place else { continue }
            var seen = BitSet()
            judge.matcher.forEach(of: .around(place)) { ordinal in
                guard seen.insert(ordinal).inserted, let finding = judge.best(of: ordinal),
                    !known.contains(finding.suitability.structure)
                else { return }
                least.insert(Candidate(judge: number, finding: finding))
            }
        }
        return Suited(
            best: least.sorted.map { judges[$0.judge].recommendation($0.finding, unmet: unmet) }, count: least.count)
    }

    /// The nearest beyond the radius, the best suited of these first.
    private func beyond(_ count: Int, _ known: Set<UUID>) -> [Recommendation] {
        var far = query
        far.radiusKilometres = 20_000
        let judges = judges(far)
        let found = judges.indices.flatMap { number in
            nearest(count, by: judges[number], known).map { Candidate(judge: number, finding: $0) }
        }
        let ordered = found.sorted { left, right in
            let (one, other) = (left.finding.suitability, right.finding.suitability)
            return (one.squaredChord, one.tie) < (other.squaredChord, other.tie)
        }
        return ordered.prefix(count).sorted().map {
            judges[$0.judge].recommendation($0.finding, unmet: ["beyond-radius"])
        }
    }

    /// So many of a segment, and those that are as near as the last of them: of several at the same place none is the first
    /// that comes along.
    private func nearest(_ count: Int, by judge: OfferJudge, _ known: Set<UUID>) -> [OfferJudge.Finding] {
        guard let place = judge.matcher.place else { return [] }
        var walk = judge.segment.tree.nearest(to: place.center, within: place.limit)
        var (found, last): ([OfferJudge.Finding], Double) = ([], -1)
        while let (ordinal, squaredChord) = walk.next(where: judge.matcher.passes) {
            if found.count >= count, squaredChord > last { break }
            guard !known.contains(judge.segment.ids[ordinal]), let finding = judge.best(of: ordinal) else { continue }
            found.append(finding)
            last = squaredChord
        }
        return found
    }
}

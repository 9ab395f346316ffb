import Foundation

/// Where all that match a query are, with as few others as can be told beforehand.
enum Candidates {
    /// These; some may come more than once.
    case few([UInt32])
    /// Near, in the commune itself, or with an offer for its people that can be had from afar.
    case around(Matcher.Place)
    case within(BoundingBox, center: UnitVector)
    case anywhere
}

extension Matcher {
    /// - Parameter facets: filters that must not choose the candidates, because others are counted, too.
    func candidates(except facets: [Facet] = []) -> Candidates {
        if let scarce = scarce(except: facets) { return .few(scarce) }
        if let place { return .around(place) }
        if let box = query.box, let center = box.center { return .within(box, center: UnitVector(center)) }
        return .anywhere
    }

    /// Every candidate, in no order; some may come more than once.
    func forEach(of candidates: Candidates, _ body: (Int) -> Void) {
        switch candidates {
        case .few(let ordinals): for ordinal in ordinals { body(Int(ordinal)) }
        case .around(let place):
            segment.tree.forEach(within: place.limit, of: place.center) { ordinal, _ in body(ordinal) }
            forEachBeyondTheRadius(of: place, body)
        case .within(let box, let center):
            segment.tree.forEach(within: box.squaredChordLimit, of: center) { ordinal, _ in body(ordinal) }
        case .anywhere: for ordinal in 0..<segment.count { body(ordinal) }
        }
    }

    /// Those that are found however far they are, or without being anywhere; others are among them.
    func forEachBeyondTheRadius(of place: Place, _ body: (Int) -> Void) {
        for list in segment.offers.serving(place.numbers ?? [], fromAfar: true) {
            for ordinal in list { body(Int(ordinal)) }
        }
        for ordinal in place.residents.ordinals { body(Int(ordinal)) }
    }

    /// Of n structures f n match: a page is found after looking at about limit / f, which is more than f n where
    /// f² n < limit.
    func isSmall(_ size: Int) -> Bool { size * size < 64 * max(segment.count, 64) }

    /// The smallest of the sets to which all that match belong, where it is so small that looking at all of it costs
    /// less than going through the rest until a page is full; its ordinals may come more than once.
    private func scarce(except facets: [Facet]) -> [UInt32]? {
        let exempt = Set(facets.compactMap(\.trait))
        let named = filters.filter { !$0.excludes && !exempt.contains($0.trait) }
            .map { (size: $0.sets.reduce(0) { $0 + $1.count }, sets: $0.sets) }
            .min { $0.size < $1.size }
        let word = words.filter { $0.kinds == 0 }
            .map { (size: $0.ranges.reduce(0) { $0 + segment.words.count(of: $1) }, ranges: $0.ranges) }
            .min { $0.size < $1.size }
        if let word, isSmall(word.size), word.size <= named?.size ?? .max {
            return word.ranges.flatMap { segment.words.ordinals(with: $0) }
        }
        guard let named, isSmall(named.size) else { return nil }
        return named.sets.flatMap(\.ordinals)
    }
}

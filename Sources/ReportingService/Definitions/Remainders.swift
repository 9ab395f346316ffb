/// What can be computed of one cell by subtracting what several measures show of it: those of a condition for whom none
/// of some others holds, where whoever fulfils one of these fulfils it, too, and none of these another.
enum Remainders {
    /// What is in what, by the observations themselves: what is so of all of them, whoever knows the conditions may
    /// take to be so.
    ///
    /// - Parameter measures: that are protected together.
    static func groups(of measures: [Measure], in observations: [Observation]) -> [Measure.Group] {
        Set(measures.flatMap(\.spaces)).flatMap { space in
            let conditions = Array(Set(measures.flatMap { $0.sums(in: space) }))
            return conditions.count < 2 ? [] : groups(of: conditions, in: observations)
        }
    }

    private static func groups(of conditions: [Condition], in observations: [Observation]) -> [Measure.Group] {
        let kinds = Set(observations.map { observation in conditions.map { $0.holds(for: observation) } })
        func isSomebody(in one: Int, withoutThoseOf other: Int) -> Bool { kinds.contains { $0[one] && !$0[other] } }
        func isSomebody(inBoth one: Int, _ other: Int) -> Bool { kinds.contains { $0[one] && $0[other] } }
        return conditions.indices.flatMap { whole -> [Measure.Group] in
            let parts = conditions.indices.filter { part in
                part != whole && kinds.contains { $0[part] } && !isSomebody(in: part, withoutThoseOf: whole)
                    && isSomebody(in: whole, withoutThoseOf: part)
            }
            return disjoint(parts, upTo: most(of: parts.count)) { !isSomebody(inBoth: $0, $1) }
                .map { taken in
                    Measure.Group(of: conditions[whole], without: taken.map { conditions[$0] })
                }
        }
    }

    /// How many of so many parts of one whole are subtracted together: of many there would be too many combinations.
    private static func most(of parts: Int) -> Int { parts > 12 ? 1 : parts > 6 ? 2 : 3 }

    /// All sets of some of them that have nothing in common, each in order.
    private static func disjoint(_ parts: [Int], upTo most: Int, _ areApart: (Int, Int) -> Bool) -> [[Int]] {
        var sets = parts.map { [$0] }
        var (last, size) = (sets, 1)
        while size < most, !last.isEmpty {
            last = last.flatMap { set in
                parts.filter { part in part > set[set.count - 1] && set.allSatisfy { areApart($0, part) } }
                    .map { set + [$0] }
            }
            sets += last
            size += 1
        }
        return sets
    }
}

extension Measure {
    /// What is added up: only sums of the same can be subtracted from one another.
    fileprivate enum Space: Hashable {
        case observations
        case numbers(Attribute)
    }

    fileprivate var spaces: [Space] {
        switch formula {
        case .sum(let attribute, _), .mean(let attribute, _): [.numbers(attribute)]
        case .median, .quantile: []
        case .count, .exists, .ratio, .relative, .change: [.observations]
        }
    }

    /// Of what is counted once, nothing follows for what is not.
    fileprivate func sums(in space: Space) -> [Condition] {
        guard spaces.contains(space) else { return [] }
        return counts.isEmpty ? sums : counts.filter { $0.distinct == nil }.map(\.condition)
    }
}

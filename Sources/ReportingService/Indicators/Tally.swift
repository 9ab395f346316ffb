import Schema

/// What one cell adds up, for all the measures of an indicator.
struct Tally: Sendable {
    /// By place in ``Counting/sums``.
    private(set) var sums: [Int]
    /// By place in ``Counting/groups``.
    private(set) var crowds: [Crowd]
    private(set) var delays: [Int] = []
    /// All that counts in the cell, whatever it is.
    private(set) var weight = 0

    init(_ counting: Counting) {
        sums = [Int](repeating: 0, count: counting.sums.count)
        crowds = [Crowd](repeating: Crowd(), count: counting.groups.count)
    }

    mutating func add(_ observation: Observation, _ hits: Counting.Hits, threshold: Int) {
        weight += observation.weight
        for place in hits.sums { sums[place] += observation.weight }
        for place in hits.groups { crowds[place].add(observation.person, threshold: threshold) }
        if let delay = hits.delay { delays.append(delay) }
    }
}

/// What the measures of an indicator count: each condition and each group once.
struct Counting: Sendable {
    let sums: [Condition]
    let groups: [Measure.Group]
    private let keepsDelays: Bool

    /// Where one observation counts, found once for all the cells that hold it.
    struct Hits {
        let sums: [Int]
        let groups: [Int]
        let delay: Int?
    }

    init(_ measures: [Measure]) {
        sums = Array(Set(measures.flatMap(\.sums)))
        groups = Array(Set(measures.flatMap(\.groups)))
        keepsDelays = measures.contains { if case .medianContactDelay = $0.formula { true } else { false } }
    }

    func hits(_ observation: Observation) -> Hits {
        Hits(
            sums: sums.indices.filter { sums[$0].holds(for: observation) },
            groups: groups.indices.filter { groups[$0].contains(observation) },
            delay: keepsDelays ? observation.contactDelay : nil)
    }

    func sum(_ condition: Condition, of tally: Tally) -> Int {
        sums.firstIndex(of: condition).map { tally.sums[$0] } ?? 0
    }

    func value(of formula: Measure.Formula, _ tally: Tally) -> Hundredths? {
        switch formula {
        case .count(let condition): Hundredths(sum(condition, of: tally))
        case .ratio(let numerator, let denominator):
            Hundredths(percent: sum(numerator, of: tally), of: sum(denominator, of: tally))
        case .medianContactDelay: Hundredths(medianDaysOf: tally.delays)
        }
    }

    func smallGroups(of tally: Tally) -> Set<Measure.Group> {
        Set(groups.indices.filter { tally.crowds[$0].isSmall }.map { groups[$0] })
    }
}

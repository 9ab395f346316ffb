/// What one cell adds up, for all the measures of an indicator.
struct Tally: Sendable {
    private(set) var sums: [Condition: Int] = [:]
    private(set) var crowds: [Measure.Group: Crowd] = [:]
    private(set) var delays: [Int] = []
    /// All that counts in the cell, whatever it is.
    private(set) var weight = 0

    mutating func add(_ observation: Observation, to measures: Words) {
        weight += observation.weight
        for sum in measures.sums where sum.holds(for: observation) {
            sums[sum, default: 0] += observation.weight
        }
        for group in measures.groups where group.contains(observation) {
            crowds[group, default: Crowd()].add(observation.person)
        }
        if let delay = observation.contactDelay { delays.append(delay) }
    }

    func value(of formula: Measure.Formula) -> Hundredths? {
        switch formula {
        case .count(let condition): Hundredths(sums[condition] ?? 0)
        case .ratio(let numerator, let denominator):
            Hundredths(percent: sums[numerator] ?? 0, of: sums[denominator] ?? 0)
        case .medianContactDelay: Hundredths(medianDaysOf: delays)
        }
    }

    /// The conditions and groups of an indicator's measures, each once.
    struct Words {
        let sums: Set<Condition>
        let groups: Set<Measure.Group>

        init(_ measures: [Measure]) {
            sums = Set(measures.flatMap(\.sums))
            groups = Set(measures.flatMap(\.groups))
        }
    }
}

import Schema

/// What one cell adds up, for all the measures of an indicator.
struct Tally: Sendable {
    /// By place in ``Counting/counts``: the weight, and where it counts something once, what was seen.
    private(set) var sums: [Int]
    private(set) var seen: [Set<Observation.Value>]
    private(set) var seenPersons: [Set<Int>]
    /// By place in ``Counting/groups``.
    private(set) var crowds: [Crowd]
    /// By place in ``Counting/samples``.
    private(set) var samples: [[(value: Int, weight: Int)]]
    /// Of each sample, the weight of each structure that answers are about.
    private(set) var structures: [[Observation.Value: Int]]
    /// All that counts in the cell, whatever it is.
    private(set) var weight = 0

    init(_ counting: Counting) {
        sums = [Int](repeating: 0, count: counting.counts.count)
        seen = [Set<Observation.Value>](repeating: [], count: counting.counts.count)
        seenPersons = [Set<Int>](repeating: [], count: counting.counts.count)
        crowds = [Crowd](repeating: Crowd(), count: counting.groups.count)
        samples = [[(value: Int, weight: Int)]](repeating: [], count: counting.samples.count)
        structures = [[Observation.Value: Int]](repeating: [:], count: counting.samples.count)
    }

    mutating func add(_ observation: Observation, _ hits: Counting.Hits, _ counting: Counting, threshold: Int) {
        weight += observation.weight
        for place in hits.counts {
            switch counting.counts[place].distinct {
            case nil: sums[place] += observation.weight
            case .persons?: if case .linked(let number) = observation.person { seenPersons[place].insert(number) }
            case .values(let attribute)?:
                let value = observation.values[attribute.place]
                if value != .none { seen[place].insert(value) }
            }
        }
        for place in hits.groups {
            crowds[place].add(observation.person, weight: observation.weight, threshold: threshold)
        }
        for (place, number) in hits.samples {
            samples[place].append((number, observation.weight))
            if let structure = hits.structure { structures[place][structure, default: 0] += observation.weight }
        }
    }

    func count(at place: Int) -> Int { sums[place] + seen[place].count + seenPersons[place].count }
}

/// What the measures of an indicator count: each condition, each group and each sample once.
struct Counting: Sendable {
    let counts: [Measure.Count]
    let groups: [Measure.Group]
    let samples: [Measure.Sample]
    private let structure: Attribute?

    /// Where one observation counts, found once for all the cells that hold it.
    struct Hits {
        let counts: [Int]
        let groups: [Int]
        let samples: [(place: Int, number: Int)]
        /// Of which the answer is; nil of what is no answer.
        let structure: Observation.Value?
    }

    /// - Parameters:
    ///   - remainders: further groups that can be computed from what the measures show.
    ///   - structure: of a population of answers.
    init(_ measures: [Measure], remainders: [Measure.Group] = [], structure: Attribute? = nil) {
        self.structure = structure
        counts = Array(Set(measures.flatMap(\.counts)))
        groups = Array(Set(measures.flatMap(\.groups) + remainders))
        samples = Array(Set(measures.compactMap(\.sample)))
    }

    func hits(_ observation: Observation) -> Hits {
        Hits(
            counts: counts.indices.filter { counts[$0].condition.holds(for: observation) },
            groups: groups.indices.filter {
                (!groups[$0].isOfLinked || observation.person.isLinked) && groups[$0].condition.holds(for: observation)
            },
            samples: samples.indices.compactMap { place in
                guard case .number(let number) = observation.values[samples[place].attribute.place],
                    samples[place].condition.holds(for: observation)
                else { return nil }
                return (place, number)
            }, structure: structure.map { observation.values[$0.place] })
    }

    func value(of count: Measure.Count, _ tally: Tally) -> Int {
        counts.firstIndex(of: count).map { tally.count(at: $0) } ?? 0
    }

    /// - Parameter whole: the cell of all the region in the same period; nil where this is it.
    func value(of measure: Measure, _ tally: Tally, whole: Tally?) -> Hundredths? {
        switch measure.formula {
        case .count(let count): return Hundredths(value(of: count, tally))
        case .exists(let count): return Hundredths(value(of: count, tally) > 0 ? 1 : 0)
        case .ratio(let numerator, let denominator):
            return Hundredths(percent: value(of: numerator, tally), of: value(of: denominator, tally))
        case .relative(let numerator, let denominator, let all):
            let inhabitants = value(of: whole == nil ? all : denominator, tally)
            let whole = whole ?? tally
            return Hundredths(
                value(of: numerator, tally) * value(of: all, whole), over: inhabitants * value(of: numerator, whole))
        case .change(let numerator, let denominator, let before, let all):
            let (now, then) = (value(of: denominator, tally), value(of: all, tally))
            return Hundredths(
                100 * (value(of: numerator, tally) * then - value(of: before, tally) * now), over: now * then)
        case .sum(let attribute, _):
            return Hundredths(sample(of: measure, tally).reduce(0) { $0 + $1.value * $1.weight }, over: attribute.scale)
        case .median(let attribute, _):
            return Hundredths(medianOf: sample(of: measure, tally).map(\.value), scale: attribute.scale)
        case .quantile(let attribute, _, let percent):
            return WeightedValues(sample(of: measure, tally)).quantile(percent: percent)
                .flatMap { Hundredths($0, over: attribute.scale) }
        case .mean(let attribute, _):
            let sample = sample(of: measure, tally)
            let (sum, weight) = sample.reduce((0, 0)) { ($0.0 + $1.value * $1.weight, $0.1 + $1.weight) }
            return Hundredths(sum, over: weight * attribute.scale)
        }
    }

    private func sample(of measure: Measure, _ tally: Tally) -> [(value: Int, weight: Int)] {
        measure.sample.flatMap { samples.firstIndex(of: $0) }.map { tally.samples[$0] } ?? []
    }

    /// The groups in whom somebody might be recognised.
    func smallGroups(of tally: Tally, threshold: Int) -> Set<Measure.Group> {
        Set(
            groups.indices.filter { place in
                guard let never = groups[place].never else { return tally.crowds[place].isSmall }
                let others = persons(of: groups[place].condition, tally).subtracting(persons(of: never, tally))
                return (1..<threshold).contains(others.count)
            }.map { groups[$0] })
    }

    private func persons(of condition: Condition, _ tally: Tally) -> Set<Int> {
        counts.firstIndex(of: Measure.Count(condition: condition, distinct: .persons)).map { tally.seenPersons[$0] }
            ?? []
    }

    /// Whether a score is of too few structures, or of one above all: it would be that one's.
    ///
    /// - Parameter threshold: of persons; below the usual three structures where it is.
    func isOfFewStructures(_ measure: Measure, _ tally: Tally, threshold: Int) -> Bool {
        guard structure != nil, case .mean = measure.formula, measure.unit == .score,
            let place = measure.sample.flatMap({ samples.firstIndex(of: $0) })
        else { return false }
        let weights = tally.structures[place].values
        let (all, most) = (weights.reduce(0, +), weights.max() ?? 0)
        return all > 0 && threshold > 1 && (weights.count < min(threshold, 3) || most * 100 > all * 85)
    }

    /// Whether a quantile lies so far out that too few values lie beyond it to hide whose it is.
    func isOutlying(_ measure: Measure, _ tally: Tally, threshold: Int) -> Bool {
        guard case .quantile(_, _, let percent) = measure.formula, percent != 50 else { return false }
        let sample = sample(of: measure, tally)
        guard let limit = WeightedValues(sample).quantile(percent: percent) else { return false }
        let beyond = sample.filter { percent > 50 ? $0.value > limit : $0.value < limit }
        return beyond.reduce(0) { $0 + $1.weight } < threshold - 1
    }
}

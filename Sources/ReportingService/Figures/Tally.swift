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
    /// All that counts in the cell, whatever it is.
    private(set) var weight = 0

    init(_ counting: Counting) {
        sums = [Int](repeating: 0, count: counting.counts.count)
        seen = [Set<Observation.Value>](repeating: [], count: counting.counts.count)
        seenPersons = [Set<Int>](repeating: [], count: counting.counts.count)
        crowds = [Crowd](repeating: Crowd(), count: counting.groups.count)
        samples = [[(value: Int, weight: Int)]](repeating: [], count: counting.samples.count)
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
        for place in hits.groups { crowds[place].add(observation.person, threshold: threshold) }
        for (place, number) in hits.samples {
            samples[place].append((number, observation.weight))
        }
    }

    func count(at place: Int) -> Int { sums[place] + seen[place].count + seenPersons[place].count }
}

/// What the measures of an indicator count: each condition, each group and each sample once.
struct Counting: Sendable {
    let counts: [Measure.Count]
    let groups: [Measure.Group]
    let samples: [Measure.Sample]

    /// Where one observation counts, found once for all the cells that hold it.
    struct Hits {
        let counts: [Int]
        let groups: [Int]
        let samples: [(place: Int, number: Int)]
    }

    init(_ measures: [Measure]) {
        counts = Array(Set(measures.flatMap(\.counts)))
        groups = Array(Set(measures.flatMap(\.groups)))
        samples = Array(Set(measures.compactMap(\.sample)))
    }

    func hits(_ observation: Observation) -> Hits {
        Hits(
            counts: counts.indices.filter { counts[$0].condition.holds(for: observation) },
            groups: groups.indices.filter { groups[$0].condition.holds(for: observation) },
            samples: samples.indices.compactMap { place in
                guard case .number(let number) = observation.values[samples[place].attribute.place],
                    samples[place].condition.holds(for: observation)
                else { return nil }
                return (place, number)
            })
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

    func smallGroups(of tally: Tally) -> Set<Measure.Group> {
        Set(groups.indices.filter { tally.crowds[$0].isSmall }.map { groups[$0] })
    }
}

import Schema
import Support

@testable import ReportingService

/// Somebody who adds and subtracts all that is shown of one part of an indicator, and knows how its conditions hang
/// together; decided apart from the service: by an elimination of its own over what was really observed, modulo another
/// prime.
///
/// What is unknown to them: of each of a plan's finest places, and of each way to fulfil the conditions that there is in
/// places of its kind, how many there are, and the sums of their numbers.
struct Attack {
    private let part: IndicatorDefinition.Part
    private let plan: [TableShape]
    private let threshold: Int
    /// About persons: what is about nobody is known to everyone.
    private let observations: [Observation]
    private let attributes: [Attribute]
    /// By observation.
    private let places: [Int]
    /// By place, what fulfils each condition, in random combinations of the ways to fulfil them: as many as tell all
    /// that is published and one secret more.
    private let combinations: [[Condition: [UInt64]]]
    private let width: Int
    private let secretGroups: Set<Pair>

    struct Outcome {
        var shown = 0
        var suppressed = 0
        /// Groups of few persons that must stay hidden.
        var secrets = 0
        /// Those of them that can be computed all the same.
        var computed: [String] = []
    }

    init(_ part: IndicatorDefinition.Part, _ plan: [TableShape], _ observations: [Observation], threshold: Int) {
        self.part = part
        self.plan = plan.filter { $0.dimensions.isSubset(of: part.population.dimensions) }
        self.threshold = threshold
        let observations = observations.filter { $0.person != .nobody }
        self.observations = observations
        attributes = part.population.allAttributes
        secretGroups = Self.secretGroups(of: part.measures, observations)
        let published = Set(part.measures.flatMap { $0.published.map(\.1) })
        let conditions = Array(published.union(secretGroups.map(\.group.condition)))
        let grid = Grid(shapes: self.plan)
        var numbers: [Coordinates: Int] = [:]
        var patterns: [[Bool?]] = []
        var kinds: [[Bool?]: Set<[Bool]>] = [:]
        places = observations.map { observation in
            guard let place = grid.coordinates(of: observation, part.population.allAttributes) else { return -1 }
            let number = numbers[place] ?? patterns.count
            if number == patterns.count {
                numbers[place] = number
                patterns.append(conditions.map { $0.holds(at: place, telling: grid.dimensions) })
            }
            kinds[patterns[number], default: []].insert(conditions.map { $0.holds(for: observation) })
            return number
        }
        let width = published.count + 1
        self.width = width
        var random = SeededGenerator(seed: 5)
        var factors: [[Bool]: [UInt64]] = [:]
        for kind in kinds.values.reduce(into: Set<[Bool]>(), { $0.formUnion($1) }).sorted(by: { "\($0)" < "\($1)" }) {
            factors[kind] = (0..<width).map { _ in UInt64(random.int(1...1_000_002)) }
        }
        let ofPatterns = kinds.mapValues { kinds in
            Dictionary(
                uniqueKeysWithValues: conditions.enumerated().map { index, condition in
                    let sum = kinds.filter { $0[index] }.reduce([UInt64](repeating: 0, count: width)) { sum, kind in
                        zip(sum, factors[kind] ?? []).map { ($0 + $1) % 1_000_003 }
                    }
                    return (condition, sum)
                })
        }
        combinations = patterns.map { ofPatterns[$0] ?? [:] }
    }

    func run(on table: FigureTable, in year: Period) -> Outcome {
        var outcome = Outcome()
        var known: [Measure.Space: Set<Sum>] = [:]
        for shape in plan {
            for figure in table.figures(of: shape, in: year.parts(shape.length)) {
                guard case .shown(let value, _, _) = figure.content else {
                    outcome.suppressed += 1
                    continue
                }
                outcome.shown += 1
                let members = members(of: figure.key)
                for (space, condition) in figure.measure.published {
                    known[space, default: []].insert(Sum(places: Set(members.map { places[$0] }), condition: condition))
                }
                // Of whom everybody is counted once, the number itself must not be small.
                if case .count(let count) = figure.measure.formula, count.distinct == .persons, threshold > 1 {
                    let few = (1..<threshold).map { Hundredths($0) }
                    if few.contains(where: { $0 == value }) { outcome.computed.append("\(figure.key) shows \(count)") }
                }
            }
        }
        let spans = known.mapValues { sums in
            KnownSums(sums.sorted { $0.places.count < $1.places.count }.map(vector), width * combinations.count)
        }
        for key in cells {
            let members = members(of: key)
            for (space, group) in secrets(of: members) {
                outcome.secrets += 1
                let sum = Sum(places: Set(members.map { places[$0] }), condition: group.condition)
                if spans[space]?.reaches(vector(sum)) == true {
                    outcome.computed.append("\(key) \(space) \(group.condition)")
                }
            }
        }
        return outcome
    }

    /// All cells of the plan in which there is anybody, those of unknown coordinates among them.
    private var cells: Set<CellKey> {
        let grid = Grid(shapes: plan)
        return Set(
            observations.flatMap { observation -> [CellKey] in
                guard let place = grid.coordinates(of: observation, attributes), let period = place.period else {
                    return []
                }
                return plan.flatMap { $0.keys(at: place, in: period) }
            })
    }

    private func members(of key: CellKey) -> [Int] {
        observations.indices.filter { index in
            let observation = observations[index]
            guard let period = observation.period, period.within(key.period.length) == key.period else { return false }
            return Dimension.allCases.allSatisfy { dimension in
                guard let code = key.place[dimension] else { return true }
                let own = observation.codes(of: dimension, in: part.population)
                return own.isEmpty ? code == "?" : own.contains(code)
            }
        }
    }

    /// Of all in some places for whom a condition holds.
    private struct Sum: Hashable {
        let places: Set<Int>
        let condition: Condition
    }

    private func vector(_ sum: Sum) -> [UInt64] {
        var vector = [UInt64](repeating: 0, count: width * combinations.count)
        for place in sum.places {
            guard let own = combinations[place][sum.condition] else { preconditionFailure("\(sum.condition)") }
            vector.replaceSubrange((place * width)..<((place + 1) * width), with: own)
        }
        return vector
    }

    /// The small ones of the groups that measures are about, and of those between two of their conditions.
    private func secrets(of members: [Int]) -> [(Measure.Space, Measure.Group)] {
        secretGroups.filter { (1..<threshold).contains(size(of: $0.group, members)) }.map { ($0.space, $0.group) }
    }

    private static func secretGroups(of measures: [Measure], _ observations: [Observation]) -> Set<Pair> {
        let measures = measures.filter { !$0.sums.isEmpty }
        var groups = Set(measures.flatMap { measure in measure.groups.map { Pair(measure.space, $0) } })
        for space in Set(measures.map(\.space)) {
            for family in Measure.Family.allCases {
                let sums = Set(
                    measures.filter { $0.space == space && $0.family == family }.flatMap { $0.published.map(\.1) })
                for one in sums {
                    for other in sums where one != other {
                        let isWithin = observations.allSatisfy { !other.holds(for: $0) || one.holds(for: $0) }
                        if isWithin { groups.insert(Pair(space, Measure.Group(of: one, without: [other]))) }
                    }
                }
            }
        }
        return groups.filter { $0.group.never == nil && !$0.group.isOfLinked }
    }

    private struct Pair: Hashable {
        let space: Measure.Space
        let group: Measure.Group

        init(_ space: Measure.Space, _ group: Measure.Group) { (self.space, self.group) = (space, group) }
    }

    private func size(of group: Measure.Group, _ members: [Int]) -> Int {
        let own = members.map { observations[$0] }.filter { group.condition.holds(for: $0) }
        let linked = Set(own.map(\.person).filter(\.isLinked)).count
        let others = own.filter { $0.person == .unlinkable }.reduce(0) { $0 + $1.weight }
        return linked + others + (own.contains { $0.person == .erased } ? 1 : 0)
    }
}

extension Measure {
    /// What sums are of: the number of observations, or an attribute's.
    enum Space: Hashable {
        case observations
        case numbers(String)
    }

    var space: Space {
        switch formula {
        case .sum(let attribute, _), .mean(let attribute, _): .numbers(attribute.name)
        default: .observations
        }
    }

    /// What somebody reads from one figure of it: of a mean, its sum, as if the number were known.
    var published: [(Space, Condition)] {
        switch formula {
        case .median, .quantile: []
        case .sum(let attribute, let condition), .mean(let attribute, let condition):
            [(space, .all([condition, .known(attribute)]))]
        default: counts.filter { $0.distinct == nil }.map { (space, $0.condition) }
        }
    }
}

/// What can be computed from sums, modulo 1,000,003, by reduced rows.
private struct KnownSums {
    private static let prime: UInt64 = 1_000_003
    private var rows: [(pivot: Int, row: [UInt64])] = []
    private let width: Int

    init(_ sums: [[UInt64]], _ width: Int) {
        self.width = width
        for sum in sums {
            var row = reduced(sum)
            guard let pivot = row.firstIndex(where: { $0 != 0 }) else { continue }
            let inverse = Self.power(row[pivot], Self.prime - 2)
            for place in pivot..<width where row[place] != 0 { row[place] = row[place] * inverse % Self.prime }
            rows.append((pivot, row))
        }
    }

    func reaches(_ sum: [UInt64]) -> Bool { !reduced(sum).contains { $0 != 0 } }

    private func reduced(_ sum: [UInt64]) -> [UInt64] {
        var row = sum
        row.withUnsafeMutableBufferPointer { target in
            for (pivot, other) in rows where target[pivot] != 0 {
                let factor = Self.prime - target[pivot]
                other.withUnsafeBufferPointer { source in
                    var place = pivot
                    while place < width {
                        if source[place] != 0 { target[place] = (target[place] + factor * source[place]) % Self.prime }
                        place += 1
                    }
                }
            }
        }
        return row
    }

    private static func power(_ base: UInt64, _ exponent: UInt64) -> UInt64 {
        var (result, base, exponent): (UInt64, UInt64, UInt64) = (1, base, exponent)
        while exponent > 0 {
            if exponent & 1 == 1 { result = result * base % prime }
            base = base * base % prime
            exponent >>= 1
        }
        return result
    }
}

extension Observation {
    /// Somebody of whom the conditions of an indicator ask something, in a small country in 2026.
    static func plausible(of part: IndicatorDefinition.Part, _ random: inout SeededGenerator) -> Observation {
        let asked = Dictionary(grouping: part.measures.flatMap { $0.conditions.flatMap(\.asked) }, by: \.name)
        let base = Observation.random(of: part.population, &random)
        var person = base.person
        let values = part.population.allAttributes.map { attribute -> Value in
            let own = base.values[attribute.place]
            switch attribute.form {
            case .code where attribute.name != "department" && attribute.name != "territory":
                let codes = (asked[attribute.name] ?? []).flatMap(\.codes)
                return codes.isEmpty || (attribute.name != "source" && random.oneIn(6))
                    ? own : .code(random.pick(codes))
            case .number:
                let limits = (asked[attribute.name] ?? []).flatMap(\.limits)
                return limits.isEmpty || random.oneIn(3) ? own : .number(random.pick(limits) + random.int(-1...1))
            default: return own
            }
        }
        let source = part.population.allAttributes.first { $0.name == "source" }.map { values[$0.place] }
        if case .code(let code)? = source {
            switch code {
            case "group", "region", "active": person = .nobody
            case "professional": person = .unlinkable
            default: break
            }
        }
        let isOfMany = source == .code("professional") || person == .nobody
        return Observation(
            period: part.population.isOfMoments ? Period(text: "2026") : base.period, person: person,
            weight: isOfMany ? random.int(1...6) : 1, values: values)
    }
}

extension Condition {
    fileprivate struct Asked {
        let name: String
        var codes: [String] = []
        var limits: [Int] = []
    }

    /// The codes and limits that it names.
    fileprivate var asked: [Asked] {
        switch self {
        case .among(let attribute, let codes): [Asked(name: attribute.name, codes: codes)]
        case .within(let attribute, let range):
            [
                Asked(
                    name: attribute.name,
                    limits: [range.lowerBound, range.upperBound].filter { $0 != .min && $0 != .max })
            ]
        case .all(let conditions), .any(let conditions): conditions.flatMap(\.asked)
        case .not(let condition): condition.asked
        case .always, .flag, .known, .same: []
        }
    }
}

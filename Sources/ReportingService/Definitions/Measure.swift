import Schema

/// One number of an indicator, by a formula made of the primitives that the tests hold to an independent computation.
struct Measure: Sendable {
    /// So many observations (by their weight), or so many different values of an attribute among them.
    struct Count: Sendable, Hashable {
        let condition: Condition
        /// What is counted once however often it occurs; of persons ``Distinct/persons``.
        var distinct: Distinct?

        enum Distinct: Sendable, Hashable {
            /// Those whose observations can be linked; the others are in no distinct count.
            case persons
            case values(Attribute)
        }
    }

    enum Formula: Sendable, Hashable {
        case count(Count)
        /// 1 where there is one at least, else 0.
        case exists(Count)
        /// In percent.
        case ratio(Count, over: Count)
        /// The cell's ratio over the region's own in the same period, whose denominator is `whole`.
        case relative(Count, over: Count, whole: Count)
        /// From one ratio to another, in percentage points.
        case change(Count, over: Count, from: Count, fromOver: Count)
        case sum(Attribute, Condition)
        /// The mean of the two middle ones where their number is even.
        case median(Attribute, Condition)
        /// The least value that so many percent of the weight do not exceed.
        case quantile(Attribute, Condition, percent: Int)
        case mean(Attribute, Condition)
    }

    enum Unit: String, Sendable, Hashable {
        case percent, points, count, days, months, kilometres, score, ratio
        /// 1 for yes, 0 for no.
        case flag
    }

    let name: String
    let label: LocalizedText
    let formula: Formula
    /// Whether the target of a charter is meant for it.
    var hasTarget = false
    /// Whether its people are in no other measure, by a flag that one demands and the other refuses: they are then
    /// protected by themselves.
    var family = Family.main

    enum Family: Sendable, Hashable, CaseIterable {
        case main, apart
    }

    var unit: Unit {
        switch formula {
        case .count: .count
        case .exists: .flag
        case .ratio: .percent
        case .relative: .ratio
        case .change: .points
        case .sum(let attribute, _), .median(let attribute, _), .quantile(let attribute, _, _),
            .mean(let attribute, _):
            attribute.unit
        }
    }

    /// What is counted for it.
    var counts: [Count] {
        switch formula {
        case .count(let count), .exists(let count): [count]
        case .ratio(let numerator, let denominator): [numerator, denominator]
        case .relative(let numerator, let denominator, let whole): [numerator, denominator, whole]
        case .change(let numerator, let denominator, let before, let all): [numerator, denominator, before, all]
        case .sum, .median, .quantile, .mean: []
        }
    }

    /// The sums that its publication discloses: of a sum or a mean (which is a sum beside a count) those of its values.
    /// Medians and quantiles add up to nothing.
    var sums: [Condition] {
        switch formula {
        case .sum, .mean: groups.map(\.condition)
        case .median, .quantile: []
        case .count, .exists, .ratio, .relative, .change: counts.map(\.condition)
        }
    }

    /// All that is asked of whom it is about.
    var conditions: [Condition] { counts.map(\.condition) + [sample?.condition].compactMap(\.self) }

    /// The groups of people in whom nobody may be recognised: numerator, denominator, and who is in the one and not
    /// in the other.
    var groups: [Group] {
        switch formula {
        case .count(let count), .exists(let count): [Group(of: count)]
        case .ratio(let numerator, let denominator), .relative(let numerator, let denominator, _):
            Group.of(numerator, over: denominator)
        case .change(let numerator, let denominator, let before, let all):
            Group.of(numerator, over: denominator) + Group.of(before, over: all)
        case .sum(let attribute, let condition), .median(let attribute, let condition),
            .quantile(let attribute, let condition, _), .mean(let attribute, let condition):
            [Group(of: .all([condition, .known(attribute)]))]
        }
    }

    /// The values from which a sum, a mean or a quantile is taken.
    var sample: Sample? {
        switch formula {
        case .sum(let attribute, let condition), .median(let attribute, let condition),
            .quantile(let attribute, let condition, _), .mean(let attribute, let condition):
            Sample(attribute: attribute, condition: condition)
        case .count, .exists, .ratio, .relative, .change: nil
        }
    }

    struct Sample: Sendable, Hashable {
        let attribute: Attribute
        let condition: Condition
    }

    /// Those for whom one condition holds and others do not.
    struct Group: Sendable, Hashable {
        let condition: Condition
        /// Whether only they belong to it who can be linked: nobody else is counted once.
        private(set) var isOfLinked = false
        /// Of persons counted once: without all for whom this ever holds.
        private(set) var never: Condition?

        init(of inside: Condition, without outside: [Condition] = []) {
            condition = outside.isEmpty ? inside : .all([inside] + outside.map(Condition.not))
        }

        /// Those whom it counts.
        init(of count: Count) {
            switch count.distinct {
            case nil: condition = count.condition
            case .values(let attribute)?: condition = .all([count.condition, .known(attribute)])
            case .persons?: (condition, isOfLinked) = (count.condition, true)
            }
        }

        static func of(_ numerator: Count, over denominator: Count) -> [Group] {
            var rest = Group(of: denominator.condition, without: [numerator.condition])
            if numerator.distinct == .persons, denominator.distinct == .persons {
                rest = Group(of: denominator)
                rest.never = numerator.condition
            }
            return [Group(of: numerator), Group(of: denominator), rest]
        }
    }
}

extension Attribute {
    var unit: Measure.Unit { if case .number(let unit, _) = form { unit } else { .count } }
    var scale: Int { if case .number(_, let scale) = form { scale } else { 1 } }
}

import Schema

/// One number of an indicator, by a formula made of the primitives that the tests hold to an independent computation.
struct Measure: Sendable {
    enum Formula: Sendable {
        case count(Condition)
        /// In percent; every observation of the numerator must be one of the denominator.
        case ratio(Condition, over: Condition)
        /// Of the delays to the first contact, in days.
        case medianContactDelay
    }

    enum Unit: String, Sendable {
        case percent, count, days
    }

    let name: String
    let label: LocalizedText
    let formula: Formula
    /// Whether the target of a charter is meant for it.
    var hasTarget = false
    var family = Family.main

    /// Measures whose people no sum of the other family counts: each is protected by itself.
    enum Family: Sendable, Hashable, CaseIterable {
        case main, apart
    }

    var unit: Unit {
        switch formula {
        case .count: .count
        case .ratio: .percent
        case .medianContactDelay: .days
        }
    }

    /// The sums that its publication discloses.
    var sums: [Condition] {
        switch formula {
        case .count(let condition): [condition]
        case .ratio(let numerator, let denominator): [numerator, denominator]
        case .medianContactDelay: []
        }
    }

    /// The groups of people in whom nobody may be recognised: numerator, denominator, and who is in the one and not
    /// in the other.
    var groups: [Group] {
        switch formula {
        case .count(let condition): [Group(of: condition)]
        case .ratio(let numerator, let denominator):
            [Group(of: numerator), Group(of: denominator), Group(of: denominator, without: numerator)]
        case .medianContactDelay: [Group(of: .contacted)]
        }
    }

    /// Those for whom one condition holds and another does not.
    struct Group: Sendable, Hashable {
        let inside: Condition
        let outside: Condition?

        init(of inside: Condition, without outside: Condition? = nil) {
            self.inside = inside
            self.outside = outside
        }

        func contains(_ observation: Observation) -> Bool {
            inside.holds(for: observation) && !(outside?.holds(for: observation) ?? false)
        }

        /// Whether someone with these coordinates may be in it. A condition on coordinates alone is decided by them.
        func canContain(_ coordinates: Coordinates) -> Bool {
            guard inside.canHold(at: coordinates) else { return false }
            switch outside {
            case .acrossNetworks?: return !Condition.acrossNetworks.canHold(at: coordinates)
            default: return true
            }
        }
    }
}

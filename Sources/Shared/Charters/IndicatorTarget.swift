import Schema

/// What the specification wants an indicator to be.
package struct IndicatorTarget: Sendable, Equatable {
    package enum Goal: Sendable, Equatable {
        /// In the indicator's own unit; percent for shares.
        case number(Double)
        /// It is to be done.
        case done
        /// The state it is to reach, `valide`.
        case state(String)
    }

    package let goal: Goal
    package let quote: String

    init?(_ object: ObjectReader) {
        let goal = object.required("target", .goal)
        let quote = object.quote()
        guard let goal, let quote else { return nil }
        (self.goal, self.quote) = (goal, quote)
    }

    /// Targets by indicator code; a code outside the catalogue is reported as an unknown member.
    static func all(_ object: ObjectReader) -> [String: IndicatorTarget] {
        var targets: [String: IndicatorTarget] = [:]
        for code in Vocabulary.indicator.codes {
            targets[code] = object.optional(code, .object(IndicatorTarget.init))
        }
        return targets
    }
}

extension ValueRule where Value == IndicatorTarget.Goal {
    fileprivate static var goal: ValueRule {
        ValueRule { value, place in
            switch value {
            case .number:
                return ValueRule<Double>.number(0...1_000_000).read(value, place).map(IndicatorTarget.Goal.number)
            case .bool(true):
                return .done
            case .string:
                return ValueRule<String>.string(.slug).read(value, place).map(IndicatorTarget.Goal.state)
            case .bool, .null, .array, .object:
                place.report(.wrongType("nombre, true ou état", "number, true or state"))
                return nil
            }
        }
    }
}

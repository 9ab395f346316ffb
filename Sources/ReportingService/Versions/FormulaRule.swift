import Schema

/// A changed formula is a new major version: what is counted and how is the same in all versions of one major number.
/// Parameters, tables and words are not the formula.
enum FormulaRule {
    /// The measures (by name) that the one and the other compute differently, or only one of them computes.
    static func differences(_ one: IndicatorDefinition, _ other: IndicatorDefinition) -> [String] {
        let names = Set((one.parameters + other.parameters).map(\.name)).sorted()
        // A number in place of each parameter, the same in both: conditions that name it then say the same. Twice,
        // so that no number that a condition spells out is taken for a parameter.
        let differing = [700_000, 900_000].map { base in
            let numbers = JSONObject(
                members: names.enumerated().map { (name: $1, value: .number(JSONNumber(base + $0))) })
            return differences(formulas(of: one, with: numbers), formulas(of: other, with: numbers))
        }
        return Set(differing.joined()).sorted()
    }

    /// All of one measure that is no word.
    private struct Formula: Hashable {
        let population: String
        let formula: Measure.Formula
        let hasTarget: Bool
        let family: Measure.Family
    }

    private static func differences(_ one: [String: Formula], _ other: [String: Formula]) -> [String] {
        Set(one.keys).union(other.keys).filter { one[$0] != other[$0] }
    }

    private static func formulas(of definition: IndicatorDefinition, with numbers: JSONObject) -> [String: Formula] {
        let members = definition.document.members.filter { $0.name != "parameters" }
        let document = JSONValue.object(
            JSONObject(members: members + (numbers.isEmpty ? [] : [("parameters", .object(numbers))])))
        let reading = ObjectReader.reading(document) { IndicatorDefinition($0, document: document) }
        let parts = (reading.value ?? definition).parts
        let found = parts.flatMap { part in
            part.measures.map { measure in
                let formula = Formula(
                    population: part.population.name, formula: measure.formula.settled, hasTarget: measure.hasTarget,
                    family: measure.family)
                return (measure.name, formula)
            }
        }
        return Dictionary(found, uniquingKeysWith: { first, _ in first })
    }
}

extension Measure.Formula {
    /// With conditions that say the same spelt the same.
    fileprivate var settled: Measure.Formula {
        switch self {
        case .count(let count): .count(count.settled)
        case .exists(let count): .exists(count.settled)
        case .ratio(let part, let whole): .ratio(part.settled, over: whole.settled)
        case .relative(let part, let whole, let all):
            .relative(part.settled, over: whole.settled, whole: all.settled)
        case .change(let part, let whole, let before, let all):
            .change(part.settled, over: whole.settled, from: before.settled, fromOver: all.settled)
        case .sum(let attribute, let condition): .sum(attribute, condition.settled)
        case .median(let attribute, let condition): .median(attribute, condition.settled)
        case .quantile(let attribute, let condition, let percent):
            .quantile(attribute, condition.settled, percent: percent)
        case .mean(let attribute, let condition): .mean(attribute, condition.settled)
        }
    }
}

extension Measure.Count {
    fileprivate var settled: Measure.Count { Measure.Count(condition: condition.settled, distinct: distinct) }
}

extension Condition {
    /// Whatever the order of what `and` and `or` join, their brackets, and a `not` of a `not`.
    fileprivate var settled: Condition {
        switch self {
        case .always, .flag, .known, .same, .within: return self
        case .among(let attribute, let codes): return .among(attribute, Set(codes).sorted())
        case .not(let condition):
            if case .not(let inner) = condition.settled { return inner }
            return .not(condition.settled)
        case .all(let conditions):
            let joined = conditions.map(\.settled).flatMap { if case .all(let inner) = $0 { inner } else { [$0] } }
            return Self.joined(joined, Condition.all)
        case .any(let conditions):
            let joined = conditions.map(\.settled).flatMap { if case .any(let inner) = $0 { inner } else { [$0] } }
            return Self.joined(joined, Condition.any)
        }
    }

    private static func joined(_ conditions: [Condition], _ join: ([Condition]) -> Condition) -> Condition {
        let distinct = Set(conditions)
        return distinct.count == 1 ? conditions[0] : join(distinct.sorted { "\($0)" < "\($1)" })
    }
}

import Schema

/// The words in which the conditions of a definition are written.
struct DefinitionTerms {
    let attributes: [Attribute]
    let parameters: [String: Int]

    init(of population: any Population.Type, _ parameters: [(name: String, value: Int)]) {
        attributes = population.allAttributes
        self.parameters = Dictionary(parameters.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    var condition: TextRule<Condition> {
        TextRule { [attributes, parameters] text throws(Flaw) in
            try ConditionParser.parse(text, attributes: attributes, parameters: parameters)
        }
    }

    /// The name of a number.
    var number: TextRule<Attribute> {
        TextRule { [attributes] text throws(Flaw) in
            guard let attribute = attributes.first(where: { $0.name == text }), case .number = attribute.form else {
                throw .unknownCode(attributes.filter { if case .number = $0.form { true } else { false } }.map(\.name))
            }
            return attribute
        }
    }

    /// What is counted once: `person`, or the name of a code or of a key.
    var distinct: TextRule<Measure.Count.Distinct> {
        TextRule { [attributes] text throws(Flaw) in
            if text == "person" { return .persons }
            guard let attribute = attributes.first(where: { $0.name == text }), [.code, .key].contains(attribute.form)
            else {
                throw .unknownCode(["person"] + attributes.filter { [.code, .key].contains($0.form) }.map(\.name))
            }
            return .values(attribute)
        }
    }
}

extension Measure {
    private static let primitives = [
        "count", "exists", "ratio", "relative", "change", "sum", "median", "quantile", "mean",
    ]

    init?(_ object: ObjectReader, _ terms: DefinitionTerms) {
        let name = object.required("name", .string(.measureName))
        let label = object.required("label", .object(LocalizedText.init))
        let hasTarget = object.optional("target", .bool) ?? false
        let isApart = object.optional("apart", .bool) ?? false
        let named = Self.primitives.filter(object.contains)
        guard named.count == 1 else {
            object.passOver(Self.primitives)
            object.report(.onePrimitive(Self.primitives))
            return nil
        }
        let formula = Formula(named[0], object, terms)
        guard let name, let label, let formula else { return nil }
        self.init(name: name, label: label, formula: formula, hasTarget: hasTarget, family: isApart ? .apart : .main)
    }
}

extension Measure.Formula {
    fileprivate init?(_ primitive: String, _ object: ObjectReader, _ terms: DefinitionTerms) {
        /// The counts that a formula names, in this order.
        func counts(_ members: String...) -> [Measure.Count]? {
            object.required(
                primitive,
                .object { object in
                    let distinct = object.optional("distinct", .string(terms.distinct))
                    let counts = members.map { Measure.Count(object, $0, distinct, terms) }
                    let found = counts.compactMap(\.self)
                    return found.count == members.count ? found : nil
                })
        }
        switch primitive {
        case "count":
            guard let counts = counts("of") else { return nil }
            self = .count(counts[0])
        case "exists":
            guard let counts = counts("of") else { return nil }
            self = .exists(counts[0])
        case "ratio":
            guard let counts = counts("of", "over") else { return nil }
            self = .ratio(counts[0], over: counts[1])
        case "relative":
            guard let counts = counts("of", "over", "whole") else { return nil }
            self = .relative(counts[0], over: counts[1], whole: counts[2])
        case "change":
            guard let counts = counts("of", "over", "from", "from_over") else { return nil }
            self = .change(counts[0], over: counts[1], from: counts[2], fromOver: counts[3])
        default:
            guard let sample = object.required(primitive, .object({ Sample($0, primitive, terms) })) else { return nil }
            switch primitive {
            case "sum": self = .sum(sample.attribute, sample.condition)
            case "median": self = .median(sample.attribute, sample.condition)
            case "quantile": self = .quantile(sample.attribute, sample.condition, percent: sample.percent)
            default: self = .mean(sample.attribute, sample.condition)
            }
        }
    }

    private struct Sample {
        let attribute: Attribute
        let condition: Condition
        let percent: Int

        init?(_ object: ObjectReader, _ primitive: String, _ terms: DefinitionTerms) {
            let attribute = object.required("of", .string(terms.number))
            let condition = object.optional("where", .string(terms.condition)) ?? .always
            let percent = primitive == "quantile" ? object.required("percent", .int(1...99)) : 50
            guard let attribute, let percent else { return nil }
            (self.attribute, self.condition, self.percent) = (attribute, condition, percent)
        }
    }
}

extension Measure.Count {
    /// A condition by the name of its role, and what is counted once: `distinct` of the whole formula, or
    /// `of_distinct` (`over_distinct` ...) of this count alone.
    fileprivate init?(_ object: ObjectReader, _ role: String, _ shared: Distinct?, _ terms: DefinitionTerms) {
        let own = object.optional("\(role)_distinct", .string(terms.distinct))
        guard let condition = object.required(role, .string(terms.condition)) else { return nil }
        self.init(condition: condition, distinct: own ?? shared)
    }
}

/// One step of a way on which fewer and fewer come along: whoever has come to it has come to all before.
struct FunnelStep {
    let name: String
    let label: LocalizedText
    let condition: Condition

    init?(_ object: ObjectReader, _ terms: DefinitionTerms) {
        let name = object.required("name", .string(.measureName))
        let label = object.required("label", .object(LocalizedText.init))
        let condition = object.required("of", .string(terms.condition))
        guard let name, let label, let condition else { return nil }
        (self.name, self.label, self.condition) = (name, label, condition)
    }

    /// So many at each step, and from the second on their share of the step before.
    static func measures(_ steps: [FunnelStep]) -> [Measure] {
        var before: [Condition] = []
        return steps.flatMap { step -> [Measure] in
            let last = before.isEmpty ? nil : Condition.all(before)
            before.append(step.condition)
            let count = Measure.Count(condition: .all(before))
            let number = Measure(name: step.name, label: step.label, formula: .count(count))
            guard let last else { return [number] }
            return [
                number,
                Measure(
                    name: step.name + "_share", label: step.label,
                    formula: .ratio(count, over: Measure.Count(condition: last))),
            ]
        }
    }
}

extension TextRule where Value == String {
    /// Lower-case words joined by underscores.
    static let measureName = TextRule<String>.text(1...40).map { text throws(Flaw) in
        guard text.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }) else {
            throw .format("minuscules, chiffres et tirets bas", "lower-case letters, digits and underscores")
        }
        return text
    }
}

extension Flaw {
    fileprivate static func onePrimitive(_ names: [String]) -> Flaw {
        let list = names.joined(separator: ", ")
        return Flaw(
            "one-primitive", fr: "Une mesure a une formule et une seule : \(list).",
            en: "A measure has one formula and one only: \(list).")
    }
}

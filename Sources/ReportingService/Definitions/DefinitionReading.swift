import Schema

extension IndicatorDefinition {
    /// Reads a definition strictly, in the form in which the catalogue has them: every violation is reported.
    ///
    /// - Parameter document: what the reader reads.
    init?(_ object: ObjectReader, document: JSONValue) {
        let code = object.required("code", .code(Vocabulary.indicator.codes))
        let version = object.required("version", .string(.definitionVersion))
        let quote = object.required("quote", .object(Quote.init))
        let formula = object.required("formula", .object(LocalizedText.init))
        let events = object.required("events", .set(0...30, of: .text(1...20)))
        let obstacle = object.optional("not_computable", .object(LocalizedText.init))
        guard let members = document.object, let code, let version, let quote, let formula, let events else {
            object.passOver(["population", "parameters", "measures", "tables"])
            return nil
        }
        if let obstacle {
            self.init(
                code: code, version: version, quote: quote, formula: formula, parameters: [], parts: [],
                obstacle: obstacle, plan: [], events: events, document: members)
            return
        }
        let main = object.required("population", .population)
        let parameters = object.optional("parameters", .parameters) ?? []
        guard let main else {
            object.passOver(["measures", "tables"])
            return nil
        }
        let counted = object.required(
            "measures", .array(1...20, of: .object { CountedMeasures($0, parameters, unlessSaid: main) }))
        guard let counted else {
            object.passOver(["tables"])
            return nil
        }
        let parts = Part.of(counted)
        let dimensions = parts.reduce(into: Set<Dimension>()) { $0.formUnion($1.population.dimensions) }
        guard let plan = object.required("tables", .set(1...40, of: .object { TableShape($0, among: dimensions) }))
        else { return nil }
        let measures = parts.flatMap(\.measures)
        if Set(measures.map(\.name)).count != measures.count { object.report(.duplicateItem, at: "measures") }
        if parts.contains(where: \.hasOverlap) { object.report(.overlapping, at: "measures") }
        let hasWhole = plan.map(\.length).allSatisfy { plan.contains(TableShape($0)) }
        if !hasWhole, measures.contains(where: { if case .relative = $0.formula { true } else { false } }) {
            object.report(.noWhole, at: "tables")
        }
        self.init(
            code: code, version: version, quote: quote, formula: formula, parameters: parameters, parts: parts,
            obstacle: nil, plan: plan, events: events, document: members)
    }
}

/// The measures of one entry of a definition: one, or all the steps of a funnel.
private struct CountedMeasures {
    let population: any Population.Type
    let measures: [Measure]

    init?(
        _ object: ObjectReader, _ parameters: [(name: String, value: Int)], unlessSaid main: any Population.Type
    ) {
        population = object.optional("population", .population) ?? main
        let terms = DefinitionTerms(of: population, parameters)
        let found: [Measure]?
        if object.contains("funnel") {
            found = object.required("funnel", .array(2...8, of: .object { FunnelStep($0, terms) }))
                .map(FunnelStep.measures)
        } else {
            found = Measure(object, terms).map { [$0] }
        }
        guard let found else { return nil }
        measures = found
    }
}

extension IndicatorDefinition.Part {
    /// Whether somebody may be in a measure that is apart and in one that is not.
    fileprivate var hasOverlap: Bool {
        let (main, apart) = (measures.filter { $0.family == .main }, measures.filter { $0.family == .apart })
        return main.flatMap(\.conditions).contains { condition in
            apart.flatMap(\.conditions).contains { !$0.excludes(condition) }
        }
    }

    /// In the order in which the populations come up.
    fileprivate static func of(_ counted: [CountedMeasures]) -> [Self] {
        var names: [String] = []
        for entry in counted where !names.contains(entry.population.name) { names.append(entry.population.name) }
        return names.compactMap { name in
            let own = counted.filter { $0.population.name == name }
            return own.first.map { Self(population: $0.population, measures: own.flatMap(\.measures)) }
        }
    }
}

extension ValueRule where Value == any Population.Type {
    fileprivate static var population: ValueRule {
        ValueRule { value, place in
            ValueRule<String>.code(Populations.all.map { $0.name }).read(value, place)
                .flatMap { name in Populations.all.first { $0.name == name } }
        }
    }
}

extension IndicatorDefinition.Quote {
    fileprivate init?(_ object: ObjectReader) {
        let region = object.required("region", .string(.placeCode))
        let text = object.required("text", .text(1...300))
        guard let region, let text else { return nil }
        (self.region, self.text) = (region, text)
    }
}

extension LocalizedText {
    init?(_ object: ObjectReader) {
        let fr = object.required("fr", .text(1...1000))
        let en = object.required("en", .text(1...1000))
        guard let fr, let en else { return nil }
        self.init(fr: fr, en: en)
    }
}

extension TableShape {
    /// - Parameter dimensions: that one population at least has.
    fileprivate init?(_ object: ObjectReader, among dimensions: Set<Dimension>) {
        let length = object.required("period", .code(Period.Length.allCases.map(\.name)))
        let possible = Dimension.allCases.filter(dimensions.contains).map(\.rawValue)
        let by = object.optional("by", .set(0...4, of: .code(possible))) ?? []
        guard let length = Period.Length.allCases.first(where: { $0.name == length }) else { return nil }
        self.init(length, by: Set(by.compactMap(Dimension.init(rawValue:))))
    }
}

extension TextRule where Value == DefinitionVersion {
    static let definitionVersion = TextRule { text throws(Flaw) in
        guard let version = DefinitionVersion(text: text) else {
            throw .format("MAJEUR.MINEUR.CORRECTIF, par exemple 1.2.0", "MAJOR.MINOR.PATCH, for example 1.2.0")
        }
        return version
    }
}

extension ValueRule where Value == [(name: String, value: Int)] {
    /// Whole numbers by name.
    fileprivate static var parameters: ValueRule {
        ValueRule { value, place in
            guard let object = value.object else {
                place.report(.wrongType("objet", "object"))
                return nil
            }
            return object.members.compactMap { name, value in
                guard let number = value.int, (0...1_000_000).contains(number) else {
                    place.report(.outOfRange("0", "1000000"))
                    return nil
                }
                return (name, number)
            }
        }
    }
}

extension Flaw {
    fileprivate static let overlapping = Flaw(
        "overlapping",
        fr: "Une mesure « apart » exige un drapeau que les autres refusent, ou refuse un qu’elles exigent.",
        en: "A measure that is `apart` demands a flag that the others refuse, or refuses one that they demand.")
    fileprivate static let noWhole = Flaw(
        "no-whole", fr: "Une mesure relative demande un tableau sans ventilation pour chaque durée.",
        en: "A relative measure needs a table without a breakdown for each length of period.")
}

import Schema

/// What is looked for: the filters by trait, by what is offered, and by words.
enum SearchFilterParameters {
    static func read(
        _ reader: QueryReader, _ query: inout SearchQuery, _ geography: Geography, _ networks: NetworkRules
    ) {
        for trait in Trait.allCases {
            let values = reader.list(trait.name, rule(trait, geography, networks)).flatMap(\.self)
            if !values.isEmpty {
                query.filters.append(SearchQuery.Filter(trait: trait, values: Set(values).sorted()))
            } else if trait == .status {
                // A contact point shows the way; it is found by those who ask for it.
                query.filters.append(
                    SearchQuery.Filter(trait: .status, values: ["point-de-contact"], excludes: true))
            }
        }
        for question in OfferFilter.Question.allCases {
            let codes = reader.list(question.rawValue, .code(OfferFilter.vocabulary(of: question).codes))
            query.offer[question] = Set(codes).sorted()
        }
        query.words = reader.optional("q", words) ?? []
    }

    /// The parameters in one spelling.
    static func items(of query: SearchQuery) -> [(String, String)] {
        var items: [(String, String)] = []
        for filter in query.filters where !filter.excludes {
            for value in filter.values { items.append((filter.trait.name, value)) }
        }
        for question in OfferFilter.Question.allCases {
            for code in query.offer[question] { items.append((question.rawValue, code)) }
        }
        if !query.words.isEmpty { items.append(("q", query.words.joined(separator: " "))) }
        return items
    }

    /// One value may stand for several.
    private static func rule(
        _ trait: Trait, _ geography: Geography, _ networks: NetworkRules
    ) -> TextRule<[String]> {
        func one(_ rule: TextRule<String>) -> TextRule<[String]> { rule.map { [$0] } }
        return switch trait {
        case .network: networks.named
        case .status: one(.code(Vocabulary.structureStatus.codes))
        case .territory: one(geography.knownTerritory)
        case .region: one(geography.knownRegion)
        case .department: one(geography.knownDepartment)
        case .language: one(.language)
        case .accessibility: one(.code(Vocabulary.accessibility.codes))
        case .label: one(.code(Label.publicStates))
        }
    }

    private static let words = TextRule<String>.text(1...100).map { text throws(Flaw) in
        let words = Set(FoldedWords.typed(text)).sorted()
        guard !words.isEmpty else { throw .format("au moins une lettre ou un chiffre", "at least one letter or digit") }
        return words
    }
}

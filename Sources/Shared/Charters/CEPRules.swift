import Schema

/// How the region's network goes with the *conseil en évolution professionnelle* (CEP).
package struct CEPRules: Sendable, Equatable {
    /// Three levels in 2014, two since the framework of 2019.
    package let levels: Quoted<Int>?
    /// A code of `cep_framework`.
    package let framework: Quoted<String>?
    package let firstLevelInSPRO: Quoted<Bool>?
    /// Whether the region names operators beyond those of the law.
    package let regionalOperators: Quoted<Bool>?
    package let articulation: Quoted<String>?
    package let summaryRequiredForLevel3: Quoted<Bool>?

    init?(_ object: ObjectReader) {
        let rules = QuotedRules(
            object,
            names: [
                "levels", "framework", "first_level_in_spro", "regional_operators", "articulation",
                "summary_required_for_level_3",
            ])
        levels = rules.read("levels", .int(1...3))
        framework = rules.read("framework", .code(Vocabulary.cepFramework.codes))
        firstLevelInSPRO = rules.read("first_level_in_spro", .bool)
        regionalOperators = rules.read("regional_operators", .bool)
        articulation = rules.read("articulation", .text(1...300))
        summaryRequiredForLevel3 = rules.read("summary_required_for_level_3", .bool)
    }
}

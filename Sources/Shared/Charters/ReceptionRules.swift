import Schema

/// How long and how visibly a structure is open.
package struct OpeningRule: Sendable, Equatable {
    /// Half-days of service a week; nil where the specification gives no number.
    package let halfDaysPerWeek: Int?
    /// Whether those half-days must be dedicated to guidance.
    package let dedicatedService: Bool?
    package let hoursDisplayed: Bool?
    package let closureNotice: ClosureNotice?
    package let quote: String

    /// A closure is announced ahead; by so many days, where the specification says it.
    package struct ClosureNotice: Sendable, Equatable {
        package let days: Int?
        package let quote: String

        init?(_ object: ObjectReader) {
            days = object.nullable("days", .int(1...365))
            guard let quote = object.quote() else { return nil }
            self.quote = quote
        }
    }

    init?(_ object: ObjectReader) {
        halfDaysPerWeek = object.nullable("half_days_per_week", .int(1...14))
        dedicatedService = object.nullable("dedicated_service", .bool)
        hoursDisplayed = object.nullable("hours_displayed", .bool)
        closureNotice = object.nullable("closure_notice", .object(ClosureNotice.init))
        guard let quote = object.quote() else { return nil }
        self.quote = quote
    }
}

/// How people are received; nil where the specification says nothing.
package struct ReceptionRules: Sendable, Equatable {
    package let openToAll: Quoted<Bool>?
    /// Whether a first reception is owed to people outside the structure's own field.
    package let outOfScopeFirstReception: Quoted<Bool>?
    /// Whether the personalised reception is given at once, never in several steps.
    package let singleStep: Quoted<Bool>?
    package let walkInPreferred: Quoted<Bool>?
    package let urgencyAtFirstContact: Quoted<Bool>?
    package let immediateWhenUrgent: Quoted<Bool>?

    init?(_ object: ObjectReader) {
        let rules = QuotedRules(
            object,
            names: [
                "open_to_all", "out_of_scope_first_reception", "single_step", "walk_in_preferred",
                "urgency_at_first_contact", "immediate_when_urgent",
            ])
        openToAll = rules.read("open_to_all", .bool)
        outOfScopeFirstReception = rules.read("out_of_scope_first_reception", .bool)
        singleStep = rules.read("single_step", .bool)
        walkInPreferred = rules.read("walk_in_preferred", .bool)
        urgencyAtFirstContact = rules.read("urgency_at_first_contact", .bool)
        immediateWhenUrgent = rules.read("immediate_when_urgent", .bool)
    }
}

/// How many structures one demand should pass through at most.
package struct HopRule: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// Counted only.
        case objective
        /// Going past it needs the person's explicit choice.
        case limit
    }

    package let maxStructures: Int
    package let kind: Kind
    /// Whether a telephone platform counts as a structure; nil: not said.
    package let telephonePlatformsCount: Bool?
    package let quote: String

    init?(_ object: ObjectReader) {
        let maxStructures = object.required("max_structures", .int(1...20))
        let kind = object.required("kind", ValueRule<Kind>.choice())
        telephonePlatformsCount = object.nullable("telephone_platforms_count", .bool)
        let quote = object.quote()
        guard let maxStructures, let kind, let quote else { return nil }
        (self.maxStructures, self.kind, self.quote) = (maxStructures, kind, quote)
    }
}

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

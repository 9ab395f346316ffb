import Schema

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

import Schema

/// Who governs, steers, examines or animates.
package struct Body: Sendable, Equatable {
    package let code: String
    package let name: String
    package let role: String
    package let quote: String

    init?(_ object: ObjectReader, among used: UsedCodes) {
        let code = object.code(unusedIn: used)
        let name = object.required("name", .text(1...200))
        let role = object.required("role", .text(1...200))
        let quote = object.quote()
        guard let code, let name, let role, let quote else { return nil }
        (self.code, self.name, self.role, self.quote) = (code, name, role, quote)
    }
}

/// Who validates an indicator before it is published.
package struct ValidationBody: Sendable, Equatable {
    /// A code of the charter's bodies.
    package let code: String
    package let name: String
    package let quote: String

    init?(_ object: ObjectReader, bodies: [String]) {
        let code = object.required("code", .code(bodies))
        let name = object.required("name", .text(1...200))
        let quote = object.quote()
        guard let code, let name, let quote else { return nil }
        (self.code, self.name, self.quote) = (code, name, quote)
    }
}

/// How the structures of a territory work together; nil where the specification says nothing.
package struct Coordination: Sendable, Equatable {
    package let coordinator: Quoted<String>?
    package let committee: Quoted<String>?
    package let plan: Quoted<String>?
    /// Partnership actions of a territory in a year.
    package let actionsPerYear: Quoted<ClosedRange<Int>>?
    /// Actions that a territory's dossier proposes.
    package let proposedActions: Quoted<ClosedRange<Int>>?

    init?(_ object: ObjectReader) {
        coordinator = object.nullable("coordinator", .object { Quoted($0, text: "fr") })
        committee = object.nullable("committee", .object { Quoted($0, text: "fr") })
        plan = object.nullable("plan", .object { Quoted($0, text: "fr") })
        actionsPerYear = object.nullable("actions_per_year", .object(Self.readActions))
        proposedActions = object.nullable("proposed_actions", .object(Self.readActions))
    }

    private static func readActions(_ object: ObjectReader) -> Quoted<ClosedRange<Int>>? {
        let least = object.required("min", .int(0...1000))
        let most = object.required("max", .int(0...1000))
        let quote = object.quote()
        guard let least, let most, let quote else { return nil }
        guard least <= most else {
            object.report(.outOfRange("\(least)", "1000"), at: "max")
            return nil
        }
        return Quoted(value: least...most, quote: quote)
    }
}

/// Who reports each year, and whether the region gathers the reports.
package struct AnnualReportRule: Sendable, Equatable {
    package enum Scope: String, Sendable, CaseIterable {
        case structure, territory, region
    }

    package let scope: Scope
    /// For people, in French.
    package let text: String
    package let quote: String
    /// The body (a code of the charter's bodies) to which the regional synthesis is presented.
    package let synthesisPresentedTo: Quoted<String>?

    init?(_ object: ObjectReader, bodies: [String]) {
        let scope = object.required("scope", ValueRule<Scope>.choice())
        let text = object.required("fr", .text(1...300))
        let quote = object.quote()
        synthesisPresentedTo = object.nullable(
            "regional_synthesis",
            .object { synthesis in
                let body = synthesis.required("presented_to", .code(bodies))
                let quote = synthesis.quote()
                guard let body, let quote else { return nil }
                return Quoted(value: body, quote: quote)
            })
        guard let scope, let text, let quote else { return nil }
        (self.scope, self.text, self.quote) = (scope, text, quote)
    }
}

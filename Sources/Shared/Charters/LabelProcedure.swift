package import Schema

/// How a structure, or a territory together, is recognised.
package struct LabelProcedure: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case labelling = "labellisation"
        case callForProjects = "appel-a-projets"
    }

    package let kind: Kind
    package let quote: String
    package let deadline: Deadline?
    package let steps: [Step]
    package let criteria: [Criterion]
    package let decisionBody: Quoted<String>?
    /// Why a label may be withdrawn.
    package let withdrawal: Quoted<String>?

    /// - Parameter bodies: codes of the charter's bodies; nil where the procedure stands by itself, as a call keeps it.
    package init?(_ object: ObjectReader, bodies: [String]? = nil) {
        let kind = object.required("procedure", ValueRule<Kind>.choice())
        let quote = object.quote()
        deadline = Deadline(object)
        let steps = object.codedList("steps", 0...30) { Step($0, among: $1, bodies: bodies) }
        let criteria = object.codedList("criteria", 0...100, Criterion.init)
        decisionBody = object.nullable("decision_body", .object { Quoted($0, text: "name") })
        withdrawal = object.nullable("withdrawal", .object { Quoted($0, text: "cause") })
        guard let kind, let quote, let steps, let criteria else { return nil }
        (self.kind, self.quote, self.steps, self.criteria) = (kind, quote, steps, criteria)
    }

    /// A step of the procedure; its dates are both included, nil is open.
    package struct Step: Sendable, Equatable {
        /// What is done in a step: the codes of `procedure_step` that a charter places. Every procedure has a decision,
        /// its publication, and what may become of it.
        package enum Act: String, Sendable, CaseIterable {
            case filing = "depot"
            case examination = "instruction"
            case interview = "entretien"
            case opinion = "avis"
            case vote
            case prefecture = "depot-prefecture"
        }

        package let code: String
        package let act: Act
        /// Whether the procedure goes on without it.
        package let isOptional: Bool
        /// The body (a code of the charter's bodies) to which the step is delegated; nil: the region takes it.
        package let body: String?
        package let text: String
        package let from: CalendarDate?
        package let until: CalendarDate?
        package let quote: String

        init?(_ object: ObjectReader, among used: UsedCodes, bodies: [String]?) {
            let code = object.code(unusedIn: used)
            let act = object.required("act", ValueRule<Act>.choice())
            let isOptional = object.required("optional", .bool)
            body = object.nullable("by", bodies.map { .code($0) } ?? .string(.slug))
            let text = object.required("fr", .text(1...200))
            from = object.nullable("from", .date)
            until = object.nullable("until", .date)
            let quote = object.quote()
            if let from, let until, until < from {
                object.report(.outOfRange(from.text, "9999-12-31"), at: "until")
            }
            guard let code, let act, let isOptional, let text, let quote else { return nil }
            (self.code, self.act, self.isOptional, self.text, self.quote) = (code, act, isOptional, text, quote)
        }
    }

    /// What an applicant must fulfil.
    package struct Criterion: Sendable, Equatable {
        package let code: String
        package let text: String
        /// How the service decides it from the record or from the application; nil: a person decides.
        package let check: CriterionCheck?
        package let quote: String

        init?(_ object: ObjectReader, among used: UsedCodes) {
            let code = object.code(unusedIn: used)
            let text = object.required("fr", .text(1...200))
            check = object.nullable("check", .object(CriterionCheck.init))
            let quote = object.quote()
            guard let code, let text, let quote else { return nil }
            (self.code, self.text, self.quote) = (code, text, quote)
        }
    }
}

extension Quoted where Value == String {
    /// `{<name>: text for people, quote: passage}`.
    init?(_ object: ObjectReader, text name: String) {
        let text = object.required(name, .text(1...300))
        let quote = object.quote()
        guard let text, let quote else { return nil }
        self.init(value: text, quote: quote)
    }
}

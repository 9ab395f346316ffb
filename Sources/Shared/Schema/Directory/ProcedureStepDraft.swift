/// A step of the procedure as whoever takes it writes it: which, on what day, with what result.
package struct ProcedureStepDraft: Sendable, Equatable {
    /// Why a candidate is refused: a criterion of the call's where it is one, and words in any case.
    package struct Reason: Sendable, Equatable {
        package let criterion: String?
        package let text: String

        init?(_ object: ObjectReader, criteria: [String]?) {
            criterion = object.optional("criterion", criteria.map { .code($0) } ?? .string(.slug))
            guard let text = object.required("text", .lines(1...1000)) else { return nil }
            self.text = text
        }
    }

    /// A code of `procedure_step`.
    package let step: String
    /// Nil: today.
    package let on: CalendarDate?
    package let comment: String?
    /// Of `avis` and `vote`.
    package let opinion: String?
    /// Of `decision`: `accorde` or `refuse`.
    package let decision: String?
    /// Of a refusal.
    package let reasons: [Reason]
    /// Of `suspension` and `retrait`.
    package let cause: String?

    /// - Parameters:
    ///   - steps: those that can be taken here.
    ///   - criteria: codes of the call's criteria; nil for what is stored.
    package init?(_ object: ObjectReader, steps: [String], criteria: [String]? = nil) {
        let step = object.required("step", .code(steps))
        on = object.optional("on", .date)
        comment = object.optional("comment", .lines(1...2000))
        opinion = object.optional("opinion", .code(Vocabulary.opinion.codes))
        decision = object.optional("decision", .code(["accorde", "refuse"]))
        reasons = object.optional("reasons", .array(0...50, of: .object { Reason($0, criteria: criteria) })) ?? []
        cause = object.optional("cause", .code(Vocabulary.withdrawalCause.codes))
        guard let step else { return nil }
        self.step = step
        func demand(_ name: String, of steps: [String]) {
            if steps.contains(step) {
                if !object.holds(name) { object.report(.required, at: name) }
            } else if object.holds(name) {
                object.report(.otherStep, at: name)
            }
        }
        demand("opinion", of: ["avis", "vote"])
        demand("decision", of: ["decision"])
        demand("cause", of: ["suspension", "retrait"])
        // Whoever loses something is told why.
        if ["suspension", "retrait"].contains(step), !object.holds("comment") {
            object.report(.required, at: "comment")
        }
        if decision == "refuse" {
            if reasons.isEmpty { object.report(.required, at: "reasons") }
        } else if !reasons.isEmpty {
            object.report(.otherStep, at: "reasons")
        }
    }

    /// The members beside step and day, between the braces of an object.
    package func writeContent(to json: inout JSONWriter) {
        json.member("comment", comment)
        json.member("opinion", opinion)
        json.member("decision", decision)
        json.member("reasons") { json in
            json.array(of: reasons) { json, reason in
                json.object { json in
                    json.member("criterion", reason.criterion)
                    json.member("text", reason.text)
                }
            }
        }
        json.member("cause", cause)
    }

    package var storedJSON: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("step", step)
            json.member("on", on?.text)
            writeContent(to: &json)
        }
        return json.bytes
    }
}

extension Flaw {
    fileprivate static let otherStep = Flaw(
        "not-of-this-step", fr: "Ce champ n’appartient pas à cette étape.", en: "This field is not of this step.")
}

package import Foundation

/// What a call asks of its candidates in words of their own, beside what their records say.
package struct ApplicationQuestion: Sendable, Equatable {
    package enum Form: Sendable, Equatable {
        /// `true`.
        case commitment
        case text
        /// INSEE codes of communes.
        case communes
        /// So many texts.
        case items(ClosedRange<Int>)
        /// Nothing: the structure's record answers.
        case record
    }

    /// The criterion's code.
    package let code: String
    package let form: Form

    package init(code: String, form: Form) { (self.code, self.form) = (code, form) }
}

/// A candidate's words on one criterion.
package enum ApplicationAnswer: Sendable, Equatable {
    case commitment(Bool)
    case text(String)
    case communes([String])
    case items([String])

    fileprivate func write(to json: inout JSONWriter) {
        switch self {
        case .commitment(let isMade): json.value(isMade)
        case .text(let text): json.value(text)
        case .communes(let codes), .items(let codes): json.array(of: codes) { $0.value($1) }
        }
    }
}

/// An answer to a call, as its candidate writes it: one structure, or several together of which one leads. As long as
/// it is a draft, what is missing may be missing.
package struct ApplicationDraft: Sendable, Equatable {
    package let leadID: UUID
    package let memberIDs: [UUID]
    /// The territory (`kind:code`) that a group answers for, where the call has territories.
    package let territory: String?
    /// By the criterion's code.
    package private(set) var answers: [String: ApplicationAnswer] = [:]
    /// The codes in the call's order: in which answers are written.
    private let codes: [String]

    /// The members of answers that only the service writes.
    package static let readOnlyMembers = [
        "id", "version", "updated_at", "call_id", "kind", "region", "state", "structures", "criteria", "filed_at",
        "decided_on", "steps", "next_steps",
    ]

    package var structures: [UUID] { [leadID] + memberIDs }

    package init?(_ object: ObjectReader, questions: [ApplicationQuestion]) {
        let leadID = object.required("lead_id", .string(.uuid))
        let memberIDs = object.optional("member_ids", .set(0...100, of: .string(.uuid))) ?? []
        territory = object.optional("territory", .string(.territoryKey))
        codes = questions.map(\.code)
        let answers = object.optional(
            "answers",
            .object { answers in
                var found: [String: ApplicationAnswer] = [:]
                for question in questions { found[question.code] = Self.answer(to: question, in: answers) }
                return found
            })
        self.answers = answers ?? [:]
        if let leadID, memberIDs.contains(leadID) { object.report(.duplicateItem, at: "member_ids") }
        guard let leadID else { return nil }
        (self.leadID, self.memberIDs) = (leadID, memberIDs)
    }

    private static func answer(to question: ApplicationQuestion, in answers: ObjectReader) -> ApplicationAnswer? {
        switch question.form {
        case .commitment: return answers.optional(question.code, .bool).map(ApplicationAnswer.commitment)
        case .text: return answers.optional(question.code, .lines(1...4000)).map(ApplicationAnswer.text)
        case .communes:
            return answers.optional(question.code, .set(0...2000, of: .string(.communeCode)))
                .map(ApplicationAnswer.communes)
        case .items:
            return answers.optional(question.code, .array(0...20, of: .lines(1...2000))).map(ApplicationAnswer.items)
        case .record:
            if answers.contains(question.code) { answers.report(.answeredByRecord, at: question.code) }
            return nil
        }
    }

    /// The members, between the braces of an object, as `init` reads them back.
    package func write(to json: inout JSONWriter) {
        json.member("lead_id", leadID.text)
        json.member("member_ids", memberIDs.map(\.text))
        json.member("territory", territory)
        json.member("answers") { json in
            json.object { json in
                for code in codes { if let answer = answers[code] { json.member(code) { answer.write(to: &$0) } } }
            }
        }
    }

    package var storedJSON: [UInt8] {
        var json = JSONWriter(reservingCapacity: 1024)
        json.object { write(to: &$0) }
        return json.bytes
    }
}

extension Flaw {
    fileprivate static let answeredByRecord = Flaw(
        "answered-by-record", fr: "Ce critère se lit dans la fiche de la structure : retirez cette réponse.",
        en: "This criterion is read from the structure's record: leave this answer out.")
}

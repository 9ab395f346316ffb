import Charters
import Foundation
import Schema

/// A call as the directory holds it.
struct Call: Sendable {
    let id: UUID
    let draft: CallDraft
    /// The charter whose procedure it follows, as `28@1.0.0`.
    let charter: String
    let procedure: LabelProcedure
    let opensAt: Date
    let closesAt: Date
    let publishedAt: Date?
    let resultsPublishedAt: Date?
    /// Grows by one with every change; the call's entity tag is made of it.
    let version: Int
    let updatedAt: Date
    /// By the database's clock, when it was read.
    let now: Date

    /// The steps of its whole list, taken so far.
    let steps: [TakenStep]

    /// `a-venir`, `ouvert` or `clos`.
    var status: String { now < opensAt ? "a-venir" : now <= closesAt ? "ouvert" : "clos" }

    /// Whether a decision that is taken now is public at once.
    var tellsDecisions: Bool { draft.resultsOn == nil || resultsPublishedAt != nil }

    var questions: [ApplicationQuestion] { procedure.criteria.map(\.question) }

    /// The zone of the call's wall clocks.
    static func zone(of procedure: LabelProcedure) -> TimeZone {
        procedure.deadline.flatMap { TimeZone(identifier: $0.timeZone) } ?? ParisClock.zone
    }
}

/// A step that was taken, with who took it, for whom.
struct TakenStep: Sendable {
    let number: Int
    let draft: ProcedureStepDraft
    let on: CalendarDate
    let at: Date
    let author: Author

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("number", number)
            json.member("step", draft.step)
            json.member("on", on.text)
            json.member("at", RFC3339.format(at))
            json.member("by", author.client)
            json.member("for", author.actingFor)
            draft.writeContent(to: &json)
        }
    }
}

extension LabelProcedure.Criterion {
    /// What the candidate answers to it. What only a person can judge, the candidate describes.
    var question: ApplicationQuestion {
        let form: ApplicationQuestion.Form =
            switch check {
            case .commitment: .commitment
            case .text, nil: .text
            case .communes: .communes
            case .items(let count): .items(count)
            case .halfDays, .announcedClosures, .accessibility, .offerForAll, .qualifiedStaff: .record
            }
        return ApplicationQuestion(code: code, form: form)
    }
}

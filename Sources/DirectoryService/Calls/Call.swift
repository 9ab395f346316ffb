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
    private(set) var version: Int
    private(set) var updatedAt: Date
    /// When its region last wrote what it says.
    let writtenAt: Date
    /// By the database's clock, when it was read.
    let now: Date
    /// Whether anybody has answered it, be it by a draft.
    let isAnswered: Bool
    /// Who has filed an answer, with the *sièges* above them: none of them examines the others'. Empty where the region
    /// examines.
    let candidates: Set<UUID>
    /// The steps of its whole list, taken so far.
    private(set) var steps: [TakenStep]

    init(
        id: UUID, draft: CallDraft, charter: String, procedure: LabelProcedure, opensAt: Date, closesAt: Date,
        publishedAt: Date?, resultsPublishedAt: Date?, version: Int, updatedAt: Date, writtenAt: Date, now: Date,
        isAnswered: Bool, candidates: Set<UUID>, steps: [TakenStep]
    ) {
        (self.id, self.draft, self.charter, self.procedure) = (id, draft, charter, procedure)
        (self.opensAt, self.closesAt, self.publishedAt) = (opensAt, closesAt, publishedAt)
        (self.resultsPublishedAt, self.version, self.updatedAt) = (resultsPublishedAt, version, updatedAt)
        (self.writtenAt, self.now, self.isAnswered) = (writtenAt, now, isAnswered)
        (self.candidates, self.steps) = (candidates, steps)
    }

    /// `a-venir`, `ouvert` or `clos`.
    var status: String { now < opensAt ? "a-venir" : now <= closesAt ? "ouvert" : "clos" }

    /// Whether what is decided now stays between its region and its examiner until the results are public.
    var holdsResults: Bool { draft.resultsOn != nil && resultsPublishedAt == nil }

    /// Whether somebody relies on what it says.
    var isBinding: Bool { publishedAt != nil || isAnswered }

    /// As everybody else sees it: as long as the results are held back nothing of it, not even its version, tells that
    /// its list has come further.
    var outside: Call {
        guard holdsResults else { return self }
        var call = self
        // Each step of the list made one version.
        (call.version, call.updatedAt, call.steps) = (version - steps.count, writtenAt, [])
        return call
    }

    var questions: [ApplicationQuestion] { procedure.criteria.map(\.question) }

    var clock: CallClock { CallClock(of: procedure) }

    /// By the call's own clock.
    var today: CalendarDate { clock.day(of: now) }
}

/// A step that was taken, with who took it, for whom.
struct TakenStep: Sendable {
    let number: Int
    let draft: ProcedureStepDraft
    let on: CalendarDate
    let at: Date
    let author: Author

    /// The same in a list in which it is this one.
    func numbered(_ number: Int) -> TakenStep {
        TakenStep(number: number, draft: draft, on: on, at: at, author: author)
    }

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

import Foundation
import Schema

/// What a step makes of an application: pure, so that what is shown as possible is what is done.
enum StepRules {
    /// - Throws: ``Refusal`` `conflict` where the procedure does not allow the step now, `invalid-body` where its day
    ///   cannot be.
    static func turn(
        _ draft: ProcedureStepDraft, by actor: ProcedureTable.Actor, _ author: Author, on application: Application
    ) throws(Refusal) -> Turn {
        guard let step = ProcedureStep(rawValue: draft.step) else { throw Refusal(.notFound) }
        let call = application.call
        let standing = application.standing
        if let flaw = ProcedureTable(procedure: call.procedure).flaw(of: step, by: actor, in: standing) {
            throw Refusal(.conflict, violations: [Violation(flaw, at: "/step")])
        }
        if draft.decision == ApplicationState.granted.rawValue, standing.vote == "defavorable" {
            throw Refusal(.conflict, violations: [Violation(.againstVote, at: "/decision")])
        }
        let day = try day(of: draft, after: standing.lastDay, today: call.today)
        var turn = Turn(isInForce: application.isInForce)
        turn.step = TakenStep(
            number: application.steps.count + 1, draft: draft, on: day, at: call.now, author: author)
        turn.state = ProcedureTable.state(after: step, decision: draft.decision)
        if step == .decision {
            turn.decidedOn = day
            turn.isInForce = !call.holdsResults
        }
        return turn
    }

    /// The day of a step: no step is taken tomorrow, nor before the one that it follows.
    static func day(
        of draft: ProcedureStepDraft, after last: CalendarDate?, today: CalendarDate
    ) throws(Refusal) -> CalendarDate {
        let day = draft.on ?? today
        let flaw = day > today ? inFuture : last.map { day < $0 } == true ? beforeLast : nil
        if let flaw { throw Refusal(.invalidBody, violations: [Violation(flaw, at: "/on")]) }
        return day
    }

    private static let inFuture = Flaw(
        "in-the-future", fr: "Cette date est à venir.", en: "This date is still to come.")
    private static let beforeLast = Flaw(
        "before-previous-step", fr: "Une étape déjà prise est plus récente que cette date.",
        en: "A step that was taken already is later than this date.")
}

import Foundation
import Schema

/// What becomes of an application by one write.
struct Turn: Sendable {
    /// Its new content; every member must agree to it anew.
    var draft: ApplicationDraft?
    var step: TakenStep?
    var state: ApplicationState?
    /// What its criteria were found to be: JSON.
    var findings: [UInt8]?
    var decidedOn: CalendarDate?
    /// Whether its decision is public from now on.
    var isInForce = false
}

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
        let day = try day(of: draft, after: standing.lastDay, now: call.now)
        var turn = Turn(isInForce: application.isInForce)
        turn.step = TakenStep(
            number: application.steps.count + 1, draft: draft, on: day, at: call.now, author: author)
        turn.state = ProcedureTable.state(after: step, decision: draft.decision)
        if step == .decision {
            turn.decidedOn = day
            turn.isInForce = call.tellsDecisions
        }
        return turn
    }

    /// The day of a step: no step is taken tomorrow, nor before the one that it follows.
    static func day(
        of draft: ProcedureStepDraft, after last: CalendarDate?, now: Date
    ) throws(Refusal) -> CalendarDate {
        let today = ParisClock.day(of: now)
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

/// What a step of a call's whole list makes of its applications.
enum ListRules {
    /// - Parameter applications: those that were decided.
    /// - Returns: the step, and the applications that it is taken for.
    static func step(
        _ draft: ProcedureStepDraft, _ author: Author, of call: Call, _ applications: [Application]
    ) throws(Refusal) -> (step: TakenStep, of: [Application]) {
        guard let step = ProcedureStep(rawValue: draft.step) else { throw Refusal(.notFound) }
        let table = ProcedureTable(procedure: call.procedure)
        var flaws: [Flaw] = []
        if step == .publication {
            if call.draft.resultsOn == nil { flaws.append(notHeldBack) }
            if let day = call.draft.resultsOn, ParisClock.day(of: call.now) < day { flaws.append(tooSoon(day)) }
            if call.resultsPublishedAt != nil { flaws.append(alreadyPublished) }
        }
        if call.now <= call.closesAt { flaws.append(stillOpen) }
        let concerned = applications.filter { application in
            table.flaw(of: step, by: .region, in: application.standing) == nil
        }
        switch step {
        case .prefecture where concerned.isEmpty:
            flaws.append(
                applications.compactMap { table.flaw(of: step, by: .region, in: $0.standing) }.first ?? nothingToFile)
        case .publication:
            let unready = applications.first {
                !$0.isInForce && table.flaw(of: step, by: .region, in: $0.standing) != nil
            }
            flaws += [unready.flatMap { table.flaw(of: step, by: .region, in: $0.standing) }].compactMap(\.self)
        default: break
        }
        guard flaws.isEmpty else {
            throw Refusal(.conflict, violations: flaws.map { Violation($0, at: "/step") })
        }
        let last = concerned.compactMap(\.standing.lastDay).max()
        let day = try StepRules.day(of: draft, after: last, now: call.now)
        let taken = TakenStep(number: call.steps.count + 1, draft: draft, on: day, at: call.now, author: author)
        return (taken, concerned)
    }

    private static let notHeldBack = Flaw(
        "not-held-back", fr: "Chaque décision de cet appel est publique aussitôt.",
        en: "Each decision of this call is public at once.")
    private static let alreadyPublished = Flaw(
        "step-already-taken", fr: "Cette étape a déjà eu lieu.", en: "This step was taken already.")
    private static let stillOpen = Flaw(
        "call-still-open", fr: "Les dépôts ne sont pas encore clos.", en: "Filing has not closed yet.")
    private static let nothingToFile = Flaw(
        "nothing-granted", fr: "Aucune candidature n’est accordée.", en: "No application is granted.")
    private static func tooSoon(_ day: CalendarDate) -> Flaw {
        Flaw(
            "results-too-soon", fr: "Les résultats ne sont pas publics avant le \(day.text).",
            en: "The results are not public before \(day.text).")
    }
}

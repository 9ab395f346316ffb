import Foundation
import Schema

/// What a step of a call's whole list makes of its applications.
enum ListRules {
    /// - Parameter applications: those that were decided, or are still to be.
    /// - Returns: the step, and the applications that it is taken for.
    static func step(
        _ draft: ProcedureStepDraft, _ author: Author, of call: Call, _ applications: [Application]
    ) throws(Refusal) -> (step: TakenStep, of: [Application]) {
        guard let step = ProcedureStep(rawValue: draft.step) else { throw Refusal(.notFound) }
        let table = ProcedureTable(procedure: call.procedure)
        var flaws: [Flaw] = []
        if step == .publication {
            if call.draft.resultsOn == nil { flaws.append(notHeldBack) }
            if let day = call.draft.resultsOn, call.today < day { flaws.append(tooSoon(day)) }
            if call.resultsPublishedAt != nil { flaws.append(alreadyPublished) }
            // What is decided afterwards would be public at once, and never filed.
            if applications.contains(where: \.state.isUndecided) { flaws.append(undecided) }
        }
        if call.publishedAt == nil { flaws.append(notOpened) }
        if call.now <= call.closesAt { flaws.append(stillOpen) }
        let applications = applications.filter(\.state.isDecided)
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
        let day = try StepRules.day(of: draft, after: last, today: call.today)
        let taken = TakenStep(number: call.steps.count + 1, draft: draft, on: day, at: call.now, author: author)
        return (taken, concerned)
    }

    private static let notHeldBack = Flaw(
        "not-held-back", fr: "Chaque décision de cet appel est publique aussitôt.",
        en: "Each decision of this call is public at once.")
    private static let alreadyPublished = Flaw(
        "step-already-taken", fr: "Cette étape a déjà eu lieu.", en: "This step was taken already.")
    private static let undecided = Flaw(
        "undecided-applications", fr: "Des candidatures attendent encore leur décision.",
        en: "Applications still wait for their decision.")
    private static let notOpened = Flaw(
        "call-not-published", fr: "L’appel n’est pas publié.", en: "The call is not published.")
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

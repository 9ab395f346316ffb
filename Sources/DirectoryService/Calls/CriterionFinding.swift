import Charters
import Foundation
import Schema

/// What one criterion of a call was found to be, with its figures.
struct CriterionFinding: Sendable {
    enum Verdict: String, Sendable {
        case met = "rempli"
        case unmet = "non-rempli"
        /// Declared: a person judges it.
        case declared = "a-apprecier"
    }

    let criterion: LabelProcedure.Criterion
    let verdict: Verdict
    /// What was counted, and what is asked; nil where nothing is counted.
    var found: Int?
    var needed: Int?
    /// The structure that it was found at, where a record decides.
    var structure: UUID?
    /// Why it is not met.
    var flaw: Flaw?

    func write(to json: inout JSONWriter) {
        json.object { json in
            criterion.write(to: &json)
            json.member("verdict", verdict.rawValue)
            json.member("found", found)
            json.member("needed", needed)
            json.member("structure", structure?.text)
            json.member("reason", flaw?.code)
        }
    }
}

/// Judges a call's criteria by the records and answers of a candidate.
struct CriterionJudge: Sendable {
    let procedure: LabelProcedure
    let geography: Geography
    /// The day of the judgement, since 1970.
    let day: Int

    func findings(of draft: ApplicationDraft, _ structures: [Structure]) -> [CriterionFinding] {
        procedure.criteria.map { criterion in
            switch criterion.question.form {
            case .record:
                let each = structures.map { finding(criterion, in: $0) }
                // Of a group every structure must meet it: the first that does not is told.
                return each.first { $0.verdict == .unmet } ?? each.first
                    ?? CriterionFinding(criterion: criterion, verdict: .unmet)
            case .commitment, .text, .communes, .items: return finding(criterion, in: draft.answers[criterion.code])
            }
        }
    }

    private func finding(
        _ criterion: LabelProcedure.Criterion, in answer: ApplicationAnswer?
    ) -> CriterionFinding {
        switch (criterion.question.form, answer) {
        case (.commitment, .commitment(true)?): return CriterionFinding(criterion: criterion, verdict: .met)
        case (.commitment, _): return CriterionFinding(criterion: criterion, verdict: .unmet, flaw: .noCommitment)
        case (.text, .text?):
            return CriterionFinding(criterion: criterion, verdict: criterion.check == nil ? .declared : .met)
        case (.communes, let answer):
            let count = if case .communes(let codes)? = answer { codes.count } else { 0 }
            return counted(criterion, count, atLeast: 1, .unanswered)
        case (.items(let range), let answer):
            let count = if case .items(let texts)? = answer { texts.count } else { 0 }
            var finding = counted(criterion, count, atLeast: range.lowerBound, .count(range))
            if count > range.upperBound {
                finding = CriterionFinding(
                    criterion: criterion, verdict: .unmet, found: count, needed: range.upperBound, flaw: .count(range))
            }
            return finding
        default: return CriterionFinding(criterion: criterion, verdict: .unmet, flaw: .unanswered)
        }
    }

    private func finding(_ criterion: LabelProcedure.Criterion, in structure: Structure) -> CriterionFinding {
        let draft = structure.draft
        var finding: CriterionFinding
        switch criterion.check {
        case .halfDays(let service, let least):
            let calendar = LocalCalendar(
                department: draft.address.flatMap { geography.commune($0.commune)?.department })
            let count = UsualWeek.halfDays(of: draft, service: service, in: calendar, after: day)
            finding = counted(criterion, count, atLeast: least, .tooFewHalfDays)
        case .announcedClosures(let days):
            let sudden = draft.closures.filter { closure in
                guard closure.to.daysSinceEpoch >= day else { return false }
                return closure.announcedOn.map { $0.daysSinceEpoch + days > closure.from.daysSinceEpoch } ?? true
            }
            finding = CriterionFinding(
                criterion: criterion, verdict: sudden.isEmpty ? .met : .unmet, found: sudden.count, needed: 0,
                flaw: sudden.isEmpty ? nil : .unannouncedClosure)
        case .accessibility(let codes):
            let count = Set(codes).intersection(draft.accessibility).count
            finding = counted(criterion, count, atLeast: 1, .notAccessible)
        case .offerForAll(let service):
            let count = draft.services.count { offer in
                offer.kind == service && (offer.audiences.isEmpty || offer.audiences.contains("tout-public"))
            }
            finding = counted(criterion, count, atLeast: 1, .notForAll)
        case .qualifiedStaff(let least):
            finding = counted(criterion, draft.staff?.qualified ?? 0, atLeast: least, .noQualifiedStaff)
        default: finding = CriterionFinding(criterion: criterion, verdict: .unmet, flaw: .unanswered)
        }
        finding.structure = structure.id
        return finding
    }

    private func counted(
        _ criterion: LabelProcedure.Criterion, _ count: Int, atLeast least: Int, _ flaw: Flaw
    ) -> CriterionFinding {
        let isMet = count >= least
        return CriterionFinding(
            criterion: criterion, verdict: isMet ? .met : .unmet, found: count, needed: least, flaw: isMet ? nil : flaw)
    }
}

extension Flaw {
    fileprivate static let noCommitment = Flaw(
        "commitment-missing", fr: "Cet engagement n’est pas pris.", en: "This commitment is not made.")
    fileprivate static let unanswered = Flaw(
        "answer-missing", fr: "Ce critère n’a pas de réponse.", en: "This criterion has no answer.")
    fileprivate static let tooFewHalfDays = Flaw(
        "too-few-half-days",
        fr: "Les horaires du service ne donnent pas assez de demi-journées dans une semaine ordinaire.",
        en: "The opening hours of the service do not give enough half-days in a usual week.")
    fileprivate static let unannouncedClosure = Flaw(
        "closure-not-announced", fr: "Une fermeture n’est pas annoncée assez tôt.",
        en: "A closure is not announced early enough.")
    fileprivate static let notAccessible = Flaw(
        "not-accessible", fr: "La fiche n’indique pas l’accès demandé.",
        en: "The record does not tell the access that is asked for.")
    fileprivate static let notForAll = Flaw(
        "not-offered-to-all", fr: "La fiche n’a pas cette offre pour tous les publics.",
        en: "The record does not have this offer for everybody.")
    fileprivate static let noQualifiedStaff = Flaw(
        "no-qualified-staff", fr: "La fiche n’indique pas assez de professionnels qualifiés.",
        en: "The record does not tell enough qualified professionals.")
}

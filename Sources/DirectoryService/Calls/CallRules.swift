import Charters
import Foundation
import Schema

/// What a call must be beside well formed: true to the charter, to the reference data and to what is published already.
struct CallRules: Sendable {
    let geography: Geography
    let charters: CharterSet

    /// What a draft becomes under its region's charter.
    struct Ground: Sendable {
        let charter: String
        let procedure: LabelProcedure
        let opensAt: Date
        let closesAt: Date
    }

    /// Whom a draft names as its examiner.
    struct Examiner: Sendable {
        /// Nil where there is no such structure.
        let region: String?
        /// Whether it, or an *antenne* of its, has filed an answer to the call.
        let isCandidate: Bool
    }

    /// - Parameters:
    ///   - present: what it replaces: what candidates rely on stays.
    ///   - examiner: nil where the draft names none.
    /// - Throws: ``Refusal`` `invalid-body` with every violation.
    func check(
        _ draft: CallDraft, replacing present: Call?, examiner: Examiner?
    ) throws(Refusal) -> Ground {
        var violations: [Violation] = []
        let charter = charters.charters[draft.region]
        if charter == nil { violations.append(Violation(.unknownRegion, at: "/region")) }
        let binding = present.flatMap { $0.isBinding ? $0 : nil }
        let procedure = binding?.procedure ?? charter?.label
        if let procedure, procedure.kind.rawValue != draft.kind {
            violations.append(Violation(Self.otherKind, at: "/kind"))
        } else if charter != nil, procedure == nil {
            violations.append(Violation(Self.noProcedure, at: "/kind"))
        }
        for (index, key) in draft.territories.enumerated() {
            if let territory = geography.territories[key] {
                if territory.region != draft.region {
                    violations.append(Violation(.territoryInAnotherRegion, at: "/territories/\(index)"))
                }
            } else {
                violations.append(Violation(.unknownTerritory, at: "/territories/\(index)"))
            }
        }
        if !draft.territories.isEmpty, draft.kind == LabelProcedure.Kind.labelling.rawValue {
            violations.append(Violation(.oneByOne, at: "/territories"))
        }
        let clock = procedure.map(CallClock.init)
        let zone = clock?.zone ?? ParisClock.zone
        let opensAt = Deadline.instant(of: draft.opens, in: zone)
        let closesAt = Deadline.instant(of: draft.closes, in: zone)
        for (name, instant) in [("/opens", opensAt), ("/closes", closesAt)] where instant == nil {
            violations.append(Violation(Self.skippedHour, at: name))
        }
        if let clock, let closesAt, let day = draft.resultsOn, clock.day(of: closesAt) > day {
            violations.append(Violation(Self.resultsBeforeClosing, at: "/results_on"))
        }
        if let flaw = examiner.flatMap({ Self.flaw(of: $0, in: draft.region) }) {
            violations.append(Violation(flaw, at: "/examiner_id"))
        }
        if let binding { violations += Self.changes(to: draft, from: binding) }
        guard violations.isEmpty, let procedure, let charter, let opensAt, let closesAt else {
            throw Refusal(.invalidBody, violations: violations)
        }
        return Ground(
            charter: binding?.charter ?? charter.reference, procedure: procedure, opensAt: opensAt, closesAt: closesAt
        )
    }

    /// Who prepared an answer to what was published must not find it changed; more time takes nothing from anybody.
    private static func changes(to draft: CallDraft, from call: Call) -> [Violation] {
        let present = call.draft
        var violations: [Violation] = []
        func hold(_ isSame: Bool, _ name: String) {
            if !isSame { violations.append(Violation(published, at: "/\(name)")) }
        }
        hold(draft.region == present.region, "region")
        hold(draft.kind == present.kind, "kind")
        hold(draft.territories == present.territories, "territories")
        hold(draft.opens == present.opens, "opens")
        hold(draft.isPublished || !present.isPublished, "published")
        hold((draft.resultsOn == nil) == (present.resultsOn == nil), "results_on")
        if draft.closes < present.closes { violations.append(Violation(shortened, at: "/closes")) }
        // Once the list has gone to the prefecture, or is public, nobody joins it, and no result waits any longer.
        if !call.steps.isEmpty {
            for (isSame, name) in [
                (draft.closes <= present.closes, "/closes"), (draft.resultsOn == present.resultsOn, "/results_on"),
            ] where !isSame { violations.append(Violation(listed, at: name)) }
        }
        return violations
    }

    private static func flaw(of examiner: Examiner, in region: String) -> Flaw? {
        guard let own = examiner.region else { return .unknownStructure }
        if own != region { return .structureElsewhere }
        return examiner.isCandidate ? candidateExamines : nil
    }

    private static let otherKind = Flaw(
        "kind-not-in-charter", fr: "La charte de la région prévoit un autre genre d’appel.",
        en: "The region's charter has another kind of call.")
    private static let noProcedure = Flaw(
        "no-procedure-in-charter", fr: "La charte de la région ne prévoit pas d’appel.",
        en: "The region's charter has no call.")
    private static let skippedHour = Flaw(
        "skipped-hour", fr: "Cette heure n’existe pas ce jour-là.", en: "There is no such hour on that day.")
    private static let resultsBeforeClosing = Flaw(
        "results-before-closing", fr: "Les résultats suivent la clôture.", en: "Results come after closing.")
    private static let published = Flaw(
        "published-call", fr: "L’appel est publié : cela ne change plus.",
        en: "The call is published: this changes no more.")
    private static let listed = Flaw(
        "listed-call", fr: "La liste de l’appel est déjà déposée ou publiée : cela ne change plus.",
        en: "The call's list was filed or published already: this changes no more.")
    private static let candidateExamines = Flaw(
        "examiner-is-candidate", fr: "Cette structure, ou l’une de ses antennes, a répondu à l’appel.",
        en: "This structure, or an antenne of its, has answered the call.")
    private static let shortened = Flaw(
        "earlier-closing", fr: "L’appel est publié : sa clôture ne peut qu’être repoussée.",
        en: "The call is published: its closing can only be put off.")
}

extension Flaw {
    fileprivate static let territoryInAnotherRegion = Flaw(
        "territory-in-another-region", fr: "Ce territoire est dans une autre région.",
        en: "This territory is in another region.")
}

import Charters
import Foundation
import Schema

/// What a call and an answer to it must be beside well formed: true to the charter, to the reference data and to what
/// is published already.
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

    /// - Parameter present: what it replaces: once published, what candidates rely on stays.
    /// - Throws: ``Refusal`` `invalid-body` with every violation.
    func check(_ draft: CallDraft, replacing present: Call?) throws(Refusal) -> Ground {
        var violations: [Violation] = []
        let charter = charters.charters[draft.region]
        if charter == nil { violations.append(Violation(.unknownRegion, at: "/region")) }
        let published = present?.publishedAt == nil ? nil : present
        let procedure = published?.procedure ?? charter?.label
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
            violations.append(Violation(Self.oneByOne, at: "/territories"))
        }
        let zone = procedure.map(Call.zone) ?? ParisClock.zone
        let opensAt = Deadline.instant(of: draft.opens, in: zone)
        let closesAt = Deadline.instant(of: draft.closes, in: zone)
        for (name, instant) in [("/opens", opensAt), ("/closes", closesAt)] where instant == nil {
            violations.append(Violation(Self.skippedHour, at: name))
        }
        if let closesAt, let day = draft.resultsOn, ParisClock.day(of: closesAt) > day {
            violations.append(Violation(Self.resultsBeforeClosing, at: "/results_on"))
        }
        if let published { violations += Self.changes(to: draft, from: published) }
        guard violations.isEmpty, let procedure, let charter, let opensAt, let closesAt else {
            throw Refusal(.invalidBody, violations: violations)
        }
        return Ground(
            charter: published?.charter ?? charter.reference, procedure: procedure, opensAt: opensAt, closesAt: closesAt
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
        hold(draft.isPublished, "published")
        hold((draft.resultsOn == nil) == (present.resultsOn == nil), "results_on")
        if draft.closes < present.closes { violations.append(Violation(shortened, at: "/closes")) }
        return violations
    }

    /// - Parameter structures: the regions of those that the answer names, as far as there are any.
    func violations(of draft: ApplicationDraft, to call: Call, _ regions: [UUID: String]) -> [Violation] {
        var violations: [Violation] = []
        for (place, id) in draft.structures.enumerated() {
            let pointer = place == 0 ? "/lead_id" : "/member_ids/\(place - 1)"
            switch regions[id] {
            case nil: violations.append(Violation(.unknownStructure, at: pointer))
            case call.draft.region?: break
            default: violations.append(Violation(Self.elsewhere, at: pointer))
            }
        }
        if !draft.memberIDs.isEmpty, call.procedure.kind == .labelling {
            violations.append(Violation(Self.oneByOne, at: "/member_ids"))
        }
        if call.draft.territories.isEmpty {
            if draft.territory != nil { violations.append(Violation(Self.noTerritories, at: "/territory")) }
        } else if let territory = draft.territory {
            if !call.draft.territories.contains(territory) {
                violations.append(Violation(.unknownCode(call.draft.territories), at: "/territory"))
            }
        } else {
            violations.append(Violation(.required, at: "/territory"))
        }
        for criterion in call.procedure.criteria {
            guard case .communes(let codes)? = draft.answers[criterion.code] else { continue }
            for (index, code) in codes.enumerated() where geography.commune(code)?.region != call.draft.region {
                violations.append(Violation(.unknownCommune, at: "/answers/\(criterion.code)/\(index)"))
            }
        }
        return violations
    }

    private static let otherKind = Flaw(
        "kind-not-in-charter", fr: "La charte de la région prévoit un autre genre d’appel.",
        en: "The region's charter has another kind of call.")
    private static let noProcedure = Flaw(
        "no-procedure-in-charter", fr: "La charte de la région ne prévoit pas d’appel.",
        en: "The region's charter has no call.")
    private static let oneByOne = Flaw(
        "one-by-one", fr: "À une labellisation chaque structure répond pour elle-même.",
        en: "To a labelling each structure answers for itself.")
    private static let noTerritories = Flaw(
        "no-territories", fr: "Cet appel n’est pas découpé en territoires.", en: "This call has no territories.")
    private static let skippedHour = Flaw(
        "skipped-hour", fr: "Cette heure n’existe pas ce jour-là.", en: "There is no such hour on that day.")
    private static let resultsBeforeClosing = Flaw(
        "results-before-closing", fr: "Les résultats suivent la clôture.", en: "Results come after closing.")
    private static let published = Flaw(
        "published-call", fr: "L’appel est publié : cela ne change plus.",
        en: "The call is published: this changes no more.")
    private static let shortened = Flaw(
        "earlier-closing", fr: "L’appel est publié : sa clôture ne peut qu’être repoussée.",
        en: "The call is published: its closing can only be put off.")
    private static let elsewhere = Flaw(
        "structure-in-another-region", fr: "Cette structure est dans une autre région que l’appel.",
        en: "This structure is in another region than the call.")
}

extension Flaw {
    fileprivate static let territoryInAnotherRegion = Flaw(
        "territory-in-another-region", fr: "Ce territoire est dans une autre région.",
        en: "This territory is in another region.")
}

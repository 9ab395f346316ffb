import Charters
import Foundation
import Schema

/// Whether a draft may be filed: in time, complete, agreed by all, by structures that there are.
enum FilingRules {
    /// Every reason why not. Closing is the last moment at which an application is in time.
    static func violations(of application: Application, _ findings: [CriterionFinding]) -> [Violation] {
        let call = application.call
        var violations: [Violation] = []
        if call.now < call.opensAt { violations.append(Violation(notOpenYet(call), at: "/call_id")) }
        if call.now > call.closesAt { violations.append(Violation(late(call), at: "/call_id")) }
        for (place, candidate) in application.candidates.enumerated() {
            let pointer = ApplicationRules.pointer(ofStructure: place)
            if candidate.isRemoved {
                violations.append(Violation(.unknownStructure, at: pointer))
            } else if candidate.agreedAt == nil {
                violations.append(Violation(notAgreed, at: pointer))
            }
            let structure = candidate.structure
            if ApplicationRules.examines(call, structure.id, below: structure.draft.parentID) {
                violations.append(Violation(.examinerApplies, at: pointer))
            }
        }
        for finding in findings where finding.verdict == .unmet {
            let code = finding.criterion.code
            violations.append(Violation(finding.flaw ?? .required, at: "/criteria/\(code)"))
        }
        return violations
    }

    /// - Parameter findings: all of them, so that the candidate sees every figure.
    static func refusal(_ violations: [Violation], _ findings: [CriterionFinding]) -> Refusal {
        var json = JSONWriter(reservingCapacity: 4096)
        json.array(of: findings) { $1.write(to: &$0) }
        let shown = (try? JSONValue(parsing: json.bytes)) ?? .array([])
        return Refusal(
            .conflict,
            detail: LocalizedText(
                fr: "La candidature ne peut pas être déposée : voyez chaque raison. Rien n’a changé.",
                en: "The application cannot be filed: see each reason. Nothing has changed."),
            violations: violations, members: ["criteria": shown])
    }

    private static func late(_ call: Call) -> Flaw {
        Flaw(
            "late", fr: "Les dépôts sont clos depuis \(call.draft.closes) (\(zone(call))).",
            en: "Filing closed at \(call.draft.closes) (\(zone(call))).")
    }

    private static func notOpenYet(_ call: Call) -> Flaw {
        Flaw(
            "not-open-yet", fr: "Les dépôts ouvrent le \(call.draft.opens) (\(zone(call))).",
            en: "Filing opens at \(call.draft.opens) (\(zone(call))).")
    }

    private static func zone(_ call: Call) -> String { call.clock.zone.identifier }

    private static let notAgreed = Flaw(
        "not-agreed", fr: "Cette structure n’a pas donné son accord à cette version de la réponse.",
        en: "This structure has not agreed to this version of the answer.")
}

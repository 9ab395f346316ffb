import Charters
import Foundation
import Schema

/// What an answer to a call must be beside well formed: by structures of the call's region that do not examine it, and
/// of its territories and communes.
struct ApplicationRules: Sendable {
    let geography: Geography

    /// - Parameter structures: those that the answer names, as far as there are any.
    func violations(
        of draft: ApplicationDraft, to call: Call, _ structures: [UUID: NamedCandidate]
    ) -> [Violation] {
        var violations: [Violation] = []
        for (place, id) in draft.structures.enumerated() {
            let pointer = Self.pointer(ofStructure: place)
            guard let structure = structures[id] else {
                violations.append(Violation(.unknownStructure, at: pointer))
                continue
            }
            if structure.region != call.draft.region { violations.append(Violation(.structureElsewhere, at: pointer)) }
            if Self.examines(call, id, below: structure.parentID) {
                violations.append(Violation(.examinerApplies, at: pointer))
            }
        }
        if !draft.memberIDs.isEmpty, call.procedure.kind == .labelling {
            violations.append(Violation(.oneByOne, at: "/member_ids"))
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

    /// Where the draft names the structure in this place.
    static func pointer(ofStructure place: Int) -> String { place == 0 ? "/lead_id" : "/member_ids/\(place - 1)" }

    /// Whether a structure is the call's examiner, or an *antenne* of it.
    static func examines(_ call: Call, _ structure: UUID, below parent: UUID?) -> Bool {
        guard let examiner = call.draft.examinerID else { return false }
        return structure == examiner || parent == examiner
    }

    private static let noTerritories = Flaw(
        "no-territories", fr: "Cet appel n’est pas découpé en territoires.", en: "This call has no territories.")
}

extension Flaw {
    /// Normandie: «L'instruction est déléguée»: nobody is delegated the examination of its own application.
    static let examinerApplies = Flaw(
        "examiner-applies", fr: "Qui instruit les candidatures à un appel n’y répond pas.",
        en: "Whoever examines the applications to a call does not answer it.")
    static let oneByOne = Flaw(
        "one-by-one", fr: "À une labellisation chaque structure répond pour elle-même.",
        en: "To a labelling each structure answers for itself.")
    static let structureElsewhere = Flaw(
        "structure-in-another-region", fr: "Cette structure est dans une autre région que l’appel.",
        en: "This structure is in another region than the call.")
}

import Schema

/// Who can consent for themselves, and who for others. Below sixteen the legal representative consents with the young
/// person: of the age bands that are recorded, the one that holds those under fifteen (loi Informatique et libertés,
/// art. 45). Parental authority ends at eighteen (Code civil, art. 371-1).
enum ConsentCapacity {
    static let represented: Set = ["moins-16"]

    /// - Parameters:
    ///   - place: where the request holds the consent.
    ///   - ageBand: of the person; nil where it is not known.
    static func violation(of draft: ConsentDraft, ageBand: String?, in place: String) -> Violation? {
        let isOwn = draft.granters.contains("self")
        if let ageBand, represented.contains(ageBand), !draft.granters.contains("legal-representative") {
            return Violation(needsRepresentative, at: place + "/granted_by")
        }
        for (grant, member) in [(draft.grant, ""), (draft.coGrant, "/co_grant")] {
            guard grant?.representation == "autorite-parentale" else { continue }
            // Beside the person's own word nobody speaks in their place: unless they are of age, it is taken.
            let isMinor = AgeBand.minors.contains(ageBand ?? "") || isOwn && !AgeBand.isKnown(ageBand)
            if !isMinor { return Violation(notMinor, at: place + member + "/representation") }
        }
        return nil
    }

    private static let notMinor = Flaw(
        "not-a-minor", fr: "L’autorité parentale ne vaut que pour qui est mineur d’après sa tranche d’âge.",
        en: "Parental authority is over those only who are minors by their age band.")

    private static let needsRepresentative = Flaw(
        "representative-required", fr: "Avant seize ans, le représentant légal donne l’accord avec la personne.",
        en: "Below sixteen the legal representative consents, with the person.")
}

import Schema

/// What a broken constraint of the schema means to whoever wrote the structure.
enum StructureConstraints {
    static let violations: [String: Violation] = [
        "parent_exists": Violation(
            Flaw("unknown-structure", fr: "Cette structure n’existe pas.", en: "There is no such structure."),
            at: "/parent_id"),
        "not_its_own_parent": Violation(
            Flaw(
                "own-parent", fr: "Une structure n’est pas son propre siège.", en: "A structure is not its own parent."),
            at: "/parent_id"),
        "no_parent_cycle": Violation(
            Flaw(
                "parent-cycle", fr: "Ce siège dépend lui-même de cette structure.",
                en: "This parent is itself below this structure."), at: "/parent_id"),
        "parent_in_region": Violation(
            Flaw(
                "parent-in-another-region",
                fr: "Le siège est dans une autre région : seuls un partenaire ressource et un service dématérialisé "
                    + "peuvent en avoir un ailleurs.",
                en: "The parent is in another region: only a resource partner or a remote service may have one there."),
            at: "/parent_id"),
        "antennes_in_region": Violation(
            Flaw(
                "antennes-in-another-region", fr: "Ses antennes resteraient dans une autre région.",
                en: "Its antennes would stay in another region."), at: "/region"),
        "commune_exists": Violation(.unknownCommune, at: "/address/commune"),
        "siret_taken": Violation(
            Flaw("siret-taken", fr: "Une autre structure a ce Siret.", en: "Another structure has this SIRET."),
            at: "/siret"),
        "offer_taken": Violation(offerTaken, at: "/services"),
    ]

    /// Those that another structure breaks, whatever is written: answered as a conflict.
    static let conflicts: Set<String> = ["siret_taken", "offer_taken"]

    /// The offer at this position among the structure's services.
    static func offerTaken(at position: Int) -> Violation { Violation(offerTaken, at: "/services/\(position)/id") }

    private static let offerTaken = Flaw(
        "offer-taken", fr: "Une autre structure a une offre de cet identifiant.",
        en: "Another structure has an offer with this id.")
}

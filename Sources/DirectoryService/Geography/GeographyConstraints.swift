import Schema

/// What a broken constraint of the schema means to whoever imports reference data. Imports judge their files before;
/// this is what only another import at the same time could cause.
enum GeographyConstraints {
    static let violations: [String: Violation] = [
        "territories_pkey": Violation(
            Flaw(
                "territory-taken", fr: "Un autre territoire a ce genre et ce code.",
                en: "Another territory has this kind and code."), at: "code"),
        "commune_in_one_territory_of_a_kind": Violation(
            Flaw(
                "commune-in-two-territories", fr: "Une commune est déjà dans un autre territoire de ce genre.",
                en: "A commune is already in another territory of this kind."), at: "communes"),
        "territory_communes_commune_fkey": Violation(.unknownCommune, at: "communes"),
    ]
}

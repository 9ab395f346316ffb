import Schema

/// Who can consent for themselves. Below sixteen the legal representative consents with the young person: of the age
/// bands that are recorded, the one that holds those under fifteen (loi Informatique et libertés, art. 45).
enum ConsentCapacity {
    static let represented: Set = ["moins-16"]

    static func violation(of granters: Set<String>, ageBand: String?, at pointer: String) -> Violation? {
        guard let ageBand, represented.contains(ageBand), !granters.contains("legal-representative") else {
            return nil
        }
        return Violation(needsRepresentative, at: pointer)
    }

    private static let needsRepresentative = Flaw(
        "representative-required", fr: "Avant seize ans, le représentant légal donne l’accord avec la personne.",
        en: "Below sixteen the legal representative consents, with the person.")
}

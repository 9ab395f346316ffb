import Schema

/// What a structure must be beside well formed: true to the reference data and to the charters.
struct StructureRules: Sendable {
    let geography: Geography
    let networks: NetworkRules

    /// - Returns: the region that answers for the structure.
    /// - Throws: ``Refusal`` `invalid-body` with every violation.
    func check(_ draft: StructureDraft) throws(Refusal) -> String {
        let (region, violations) = judge(draft)
        guard let region, violations.isEmpty else { throw Refusal(.invalidBody, violations: violations) }
        return region
    }

    func judge(_ draft: StructureDraft) -> (region: String?, violations: [Violation]) {
        var violations: [Violation] = []
        var region = draft.region
        if let code = draft.address?.commune {
            if let commune = geography.communes[code] {
                region = commune.region
                if let declared = draft.region, declared != commune.region {
                    violations.append(Violation(.unknownCode([commune.region]), at: "/region"))
                }
            } else {
                violations.append(Violation(Self.unknownCommune, at: "/address/commune"))
            }
        } else if let declared = draft.region, !geography.regions.contains(declared) {
            // A region that nobody administers could never take care of it.
            violations.append(Violation(.unknownCode(geography.regions.sorted()), at: "/region"))
        }
        for (index, code) in draft.networks.enumerated() where !networks.isNetwork(code) {
            violations.append(Violation(Self.unknownNetwork, at: "/networks/\(index)"))
        }
        for (index, key) in draft.participatesIn.enumerated() where geography.territories[key] == nil {
            violations.append(Violation(Self.unknownTerritory, at: "/participates_in/\(index)"))
        }
        for (index, offer) in draft.services.enumerated() {
            judge(offer, of: draft, at: "/services/\(index)", &violations)
        }
        return (region, violations)
    }

    private func judge(
        _ offer: ServiceOffer, of draft: StructureDraft, at pointer: String, _ violations: inout [Violation]
    ) {
        for (index, zone) in offer.zones.enumerated() where zone.type == "commune" {
            if geography.communes[zone.code] == nil {
                violations.append(Violation(Self.unknownCommune, at: "\(pointer)/zones/\(index)/code"))
            }
        }
        // Code du travail L6111-6: advice above the first level is for its operators.
        let isAdvice = ["cep-conseil", "cep-accompagnement"].contains(offer.kind) || (offer.cepLevel ?? 1) > 1
        if isAdvice, !draft.networks.contains(where: networks.isAdviser) {
            violations.append(Violation(Self.notAnAdviser, at: "\(pointer)/kind"))
        }
    }

    private static let unknownCommune = Flaw(
        "unknown-commune", fr: "Cette commune n’existe pas.", en: "There is no such commune.")
    private static let unknownNetwork = Flaw(
        "unknown-network", fr: "Aucune charte ne connaît ce réseau aujourd’hui.",
        en: "No charter knows this network today.")
    private static let unknownTerritory = Flaw(
        "unknown-territory", fr: "Ce territoire n’existe pas.", en: "There is no such territory.")
    private static let notAnAdviser = Flaw(
        "not-a-cep-operator",
        fr: "Le conseil en évolution professionnelle au-delà du niveau 1 revient à ses opérateurs.",
        en: "Career development advice above level 1 is for its operators.")
}

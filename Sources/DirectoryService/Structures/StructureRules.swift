import Schema

/// What a structure must be beside well formed: true to the reference data and to the charters.
struct StructureRules: Sendable {
    let geography: Geography
    let networks: NetworkRules

    /// - Returns: the structure with today's codes of its communes, and the region that answers for it.
    /// - Throws: ``Refusal`` `invalid-body` with every violation, those of the form included.
    func check(_ reading: Reading<StructureDraft>) throws(Refusal) -> (draft: StructureDraft, region: String) {
        let judged = reading.value.map { judge($0, flawed: reading.flawedMembers) }
        let draft = try reading.sound(judged?.violations ?? [])
        guard let region = judged?.region else { throw Refusal(.invalidBody) }
        return (draft.namingCommunes(geography.currentCode).leavingRegionToAddress(), region)
    }

    /// - Parameter flawed: members of which the draft has nothing because they could not be read.
    func judge(
        _ draft: StructureDraft, flawed: Set<String> = []
    ) -> (region: String?, violations: [Violation]) {
        var violations: [Violation] = []
        var region = draft.region
        let commune = draft.address.flatMap { geography.commune($0.commune) }
        if let commune {
            region = commune.region
            if let declared = draft.region, declared != commune.region {
                violations.append(Violation(.unknownCode([commune.region]), at: "/region"))
            }
            if let location = draft.location,
                location.coordinate.distance(to: commune.centroid) > Commune.reach
            {
                violations.append(Violation(Self.farFromCommune, at: "/location"))
            }
        } else {
            if draft.address != nil { violations.append(Violation(.unknownCommune, at: "/address/commune")) }
            // A region that nobody administers could never take care of it.
            if let declared = draft.region, !geography.regions.contains(declared) {
                violations.append(Violation(.unknownRegion, at: "/region"))
            }
        }
        judgeDates(of: draft, &violations)
        for (index, code) in draft.networks.enumerated() where !networks.isNetwork(code) {
            violations.append(Violation(Self.unknownNetwork, at: "/networks/\(index)"))
        }
        for (index, key) in draft.participatesIn.enumerated() where geography.territories[key] == nil {
            violations.append(Violation(.unknownTerritory, at: "/participates_in/\(index)"))
        }
        for (index, offer) in draft.services.enumerated() {
            judge(offer, at: "/services/\(index)", &violations)
            if offer.isAdvice, !flawed.contains("networks"), !draft.networks.contains(where: networks.isAdviser) {
                violations.append(Violation(Self.notAnAdviser, at: "/services/\(index)/kind"))
            }
        }
        return (region, violations)
    }

    private func judge(_ offer: ServiceOffer, at pointer: String, _ violations: inout [Violation]) {
        for (index, zone) in offer.zones.enumerated() {
            if let flaw = flaw(of: zone) { violations.append(Violation(flaw, at: "\(pointer)/zones/\(index)/code")) }
        }
    }

    /// What was done was not done tomorrow.
    private func judgeDates(of draft: StructureDraft, _ violations: inout [Violation]) {
        let today = networks.today()
        let announced = draft.closures.enumerated().map {
            ("/closures/\($0.offset)/announced_on", $0.element.announcedOn)
        }
        let dates =
            [
                ("/verified_on", draft.verifiedOn), ("/logo_displayed_on", draft.logoDisplayedOn),
                ("/label/decided_on", draft.label?.decidedOn),
            ] + announced
        for (pointer, date) in dates {
            if let date, date > today { violations.append(Violation(Self.inFuture, at: pointer)) }
        }
    }

    private func flaw(of zone: Zone) -> Flaw? {
        switch zone.type {
        case "commune": geography.commune(zone.code) == nil ? .unknownCommune : nil
        case "departement": geography.territories[zone.key] == nil ? .unknownDepartment : nil
        case "epci": geography.territories[zone.key] == nil ? .unknownTerritory : nil
        case "region": geography.regions.contains(zone.code) ? nil : .unknownRegion
        default: nil
        }
    }

    private static let farFromCommune = Flaw(
        "far-from-commune", fr: "Ce point est à plus de 30 km de la commune de l’adresse.",
        en: "This point is more than 30 km from the commune of the address.")
    static let unknownNetwork = Flaw(
        "unknown-network", fr: "Aucune charte ne connaît ce réseau aujourd’hui.",
        en: "No charter knows this network today.")
    private static let inFuture = Flaw(
        "in-the-future", fr: "Cette date est à venir.", en: "This date is still to come.")
    private static let notAnAdviser = Flaw(
        "not-a-cep-operator",
        fr: "Le conseil en évolution professionnelle au-delà du niveau 1 revient à ses opérateurs.",
        en: "Career development advice above level 1 is for its operators.")
}

extension ServiceOffer {
    /// Whether it is career development advice above the first level, which is for its operators (Code du travail
    /// L6111-6).
    fileprivate var isAdvice: Bool { ["cep-conseil", "cep-accompagnement"].contains(kind) || (cepLevel ?? 1) > 1 }
}

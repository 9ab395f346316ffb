import Schema

/// A structure is competent for a commune if a zone of one of its offers covers it, or, where its offers have no zones,
/// if it lies or takes part in a territory that contains it. Where something is asked of offers, only those that match
/// count.
extension OfferTable {
    struct Competence: Equatable {
        let isCompetent: Bool
        /// By an offer that can be had without going anywhere.
        let isFromAfar: Bool

        static let none = Competence(isCompetent: false, isFromAfar: false)
    }

    func competence(of ordinal: Int, for places: [Int32], _ test: OfferBits.Test) -> Competence {
        competence(of: ordinal, by: offers(of: ordinal), for: places, test)
    }

    /// What one offer makes of its structure.
    func competence(of ordinal: Int, byOffer offer: Int, for places: [Int32], _ test: OfferBits.Test) -> Competence {
        competence(of: ordinal, by: offer..<offer + 1, for: places, test)
    }

    private func competence(
        of ordinal: Int, by offers: Range<Int>, for places: [Int32], _ test: OfferBits.Test
    ) -> Competence {
        var (hasZones, isCovered, isCoveredFromAfar, isRemote) = (false, false, false, false)
        for offer in offers where test.matches(bits[offer]) {
            let own = Int(zoneStarts[offer])..<Int(zoneStarts[offer + 1])
            let isFromAfar = test.matchesFromAfar(bits[offer])
            if own.isEmpty {
                isRemote = isRemote || isFromAfar
                continue
            }
            hasZones = true
            if isCoveredFromAfar || (isCovered && !isFromAfar) || !contains(zones[own], places) { continue }
            isCovered = true
            isCoveredFromAfar = isFromAfar
        }
        if hasZones { return Competence(isCompetent: isCovered, isFromAfar: isCoveredFromAfar) }
        let own = Int(territoryStarts[ordinal])..<Int(territoryStarts[ordinal + 1])
        guard contains(territories[own], places) else { return .none }
        return Competence(isCompetent: true, isFromAfar: isRemote)
    }

    /// Whom a structure serves by the offers that match.
    func served(by ordinal: Int, _ test: OfferBits.Test) -> ServedPlaces {
        let counted = offers(of: ordinal).filter { test.matches(bits[$0]) }
        let own = territories[Int(territoryStarts[ordinal])..<Int(territoryStarts[ordinal + 1])]
        return ServedPlaces(
            offers: counted.map { offer in
                zones[Int(zoneStarts[offer])..<Int(zoneStarts[offer + 1])].map { keys[Int($0)] }
            }, participatesIn: own.compactMap { ZoneKey.territory(in: keys[Int($0)]) }, locatedIn: [])
    }

    private func contains(_ own: ArraySlice<Int32>, _ places: [Int32]) -> Bool {
        if own.count <= 16 { return own.contains(where: places.contains) }
        return places.contains { place in
            let found = own.firstPlace { $0 >= place }
            return found < own.endIndex && own[found] == place
        }
    }
}

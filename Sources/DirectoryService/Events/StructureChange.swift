import Schema

extension StructureChange {
    /// What is told of a structure.
    ///
    /// Its offers are verified when it is.
    /// - Parameters:
    ///   - locatedIn: keys of the territories that it lies in, in any order.
    ///   - centroid: of its commune, which stands for a confidential address.
    init(_ structure: Structure, region: String, locatedIn: [String], centroid: Coordinate?) {
        let draft = structure.draft.published(at: centroid)
        let kinds = Vocabulary.territoryKind.codes
        let places = locatedIn.sorted { left, right in
            let order = [left, right].map { key in kinds.firstIndex { key.hasPrefix($0 + ":") } ?? kinds.count }
            return (order[0], left) < (order[1], right)
        }
        self.init(
            id: structure.id, version: structure.version, region: region, locatedIn: places,
            participatesIn: draft.participatesIn, networks: draft.networks, status: draft.status,
            labelState: draft.label?.state ?? "aucun",
            offers: draft.services.map { offer in
                Offer(
                    id: offer.id, serviceKind: offer.kind, modalities: offer.modalities, zones: offer.zones,
                    verifiedOn: draft.verifiedOn,
                    halfDays: offer.openingHours.flatMap { try? OpeningHours(parsing: $0) }?.usualHalfDays())
            },
            accessibility: draft.accessibility, staff: draft.staff, logoDisplayedOn: draft.logoDisplayedOn,
            closures: draft.closures, location: draft.location?.coordinate)
    }
}

/// Whom a structure serves by some of its offers: the one rule of competence, by which the directory's search ranks,
/// and `GET /v1/coverage` and the indicator ACC1 count who is covered.
///
/// A structure serves the zones of these offers; where none of them has a zone, the territories in which it lies or
/// takes part.
package struct ServedPlaces: Sendable, Equatable {
    /// Keys `type:code` of zones.
    package let zones: Set<String>
    /// Keys `kind:code` of territories.
    package let territories: Set<String>

    package static let nowhere = ServedPlaces(zones: [], territories: [])

    /// - Parameters:
    ///   - offers: the keys of the zones of each offer that counts; where none counts, nobody is served.
    ///   - participatesIn, locatedIn: keys of territories.
    package init(offers: [[String]], participatesIn: [String], locatedIn: [String]) {
        zones = Set(offers.joined())
        territories = zones.isEmpty && !offers.isEmpty ? Set(participatesIn + locatedIn) : []
    }

    /// Those of several structures together.
    package init(zones: some Sequence<String>, territories: some Sequence<String>) {
        self.zones = Set(zones)
        self.territories = Set(territories)
    }

    /// The union of several operators.
    package init(union places: some Sequence<ServedPlaces>) {
        var (zones, territories): (Set<String>, Set<String>) = ([], [])
        for place in places {
            zones.formUnion(place.zones)
            territories.formUnion(place.territories)
        }
        self.init(zones: zones, territories: territories)
    }

    /// Whether the people of a commune are served, by itself or with a larger place in which it lies.
    ///
    /// - Parameter keys: of the territories of the commune.
    package func serves(commune: String, department: String, region: String, territories keys: [String]) -> Bool {
        let places = ["commune:\(commune)", "departement:\(department)", "region:\(region)", "pays:FR"]
        return !zones.isDisjoint(with: places + keys.filter { $0.hasPrefix("epci:") })
            || !territories.isDisjoint(with: keys + ["departement:\(department)"])
    }
}

/// How an offer is had. Coverage is of what is had face to face; what is had from afar is counted apart, or one
/// telephone number would cover a region (Normandie: «au plus près des zones de résidence et d'emploi»).
package enum DeliveryManner: String, Sendable, CaseIterable {
    case faceToFace, remote

    /// Codes of `channel`.
    package var channels: [String] {
        Vocabulary.channel.codes.filter { ($0 == "presentiel") == (self == .faceToFace) }
    }

    /// An offer that does not say how it is had is had in no manner.
    package func isOf(_ modalities: [Modality]) -> Bool { modalities.contains { channels.contains($0.channel) } }
}

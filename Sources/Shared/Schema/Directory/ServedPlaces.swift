/// Whom a structure serves: the one rule of competence, by which the directory's search ranks (where nothing is asked
/// of offers) and the reporting service counts who is covered.
///
/// A structure serves the zones of its offers; where none of them has a zone, and where it offers nothing yet, the
/// territories in which it lies or takes part.
package struct ServedPlaces: Sendable, Equatable {
    /// Keys `type:code` of zones.
    package let zones: Set<String>
    /// Keys `kind:code` of territories.
    package let territories: Set<String>

    /// - Parameters:
    ///   - offers: the zones of each offer.
    ///   - participatesIn, locatedIn: keys of territories.
    package init(offers: [[Zone]], participatesIn: [String], locatedIn: [String]) {
        zones = Set(offers.joined().map(\.key))
        territories = zones.isEmpty ? Set(participatesIn + locatedIn) : []
    }

    /// Those of several structures together.
    package init(zones: some Sequence<String>, territories: some Sequence<String>) {
        self.zones = Set(zones)
        self.territories = Set(territories)
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

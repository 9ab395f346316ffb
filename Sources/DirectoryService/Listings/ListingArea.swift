import Schema

/// A place that a reader asks about, as the entries of a list are judged by it.
struct ListingArea: Sendable {
    private let communes: Set<String>
    /// Keys of the territories, of any kind, that have a part in it.
    private let territories: Set<String>
    private let region: String

    init(_ commune: Commune, in geography: Geography) {
        communes = [commune.code]
        territories = Set(geography.territories(ofCommune: commune.code).map(\.key))
        region = commune.region
    }

    init(_ territory: Territory, in geography: Geography) {
        communes = Set(territory.communes)
        territories = Set(territory.communes.flatMap { geography.territories(ofCommune: $0).map(\.key) })
        region = territory.region
    }

    /// Whether an entry is for the people of this place: it names a territory that has a part in it, or names none and
    /// so is for its whole region; or it takes place here.
    ///
    /// - Parameter commune: where the entry takes place, in today's code.
    func concerns(_ reach: ListingReach, at commune: String?) -> Bool {
        if let commune, communes.contains(commune) { return true }
        return reach.territories.isEmpty ? reach.region == region : !territories.isDisjoint(with: reach.territories)
    }
}

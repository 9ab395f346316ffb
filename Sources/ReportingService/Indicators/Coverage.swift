/// Where the structures of a region offer something, all operators together.
struct Coverage: Sendable {
    private let zones: Set<String>
    private let territories: Set<String>

    /// - Parameters:
    ///   - zones: `type:code` of the places that offers serve.
    ///   - territories: `kind:code` of the territories that structures serve.
    init(zones: some Sequence<String>, territories: some Sequence<String>) {
        self.zones = Set(zones)
        self.territories = Set(territories)
    }

    /// Whether someone serves a commune, by itself or with a larger place in which it lies.
    ///
    /// - Parameter keys: of the territories of the commune.
    func serves(commune: String, department: String, region: String, territories keys: [String]) -> Bool {
        let places = ["commune:\(commune)", "departement:\(department)", "region:\(region)", "pays:FR"]
        return !zones.isDisjoint(with: places + keys.filter { $0.hasPrefix("epci:") })
            || !territories.isDisjoint(with: keys + ["departement:\(department)"])
    }
}

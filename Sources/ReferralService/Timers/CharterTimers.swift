import Charters

/// The delays of each region, the product's where a charter sets none or there is no charter.
struct CharterTimers: Sendable {
    private let byRegion: [String: Timers]

    init(_ charters: CharterSet) { byRegion = charters.charters.mapValues(\.timers) }

    func inRegion(_ region: String?) -> Timers { region.flatMap { byRegion[$0] } ?? .productDefaults }

    /// After how many days a demand counts as abandoned.
    var abandonedDays: [(region: String, days: Int)] {
        byRegion.sorted { $0.key < $1.key }.map { ($0.key, $0.value.demandAbandonedDays) }
    }
}

/// What it takes to make a list the territories of its kinds in its regions; nothing is touched where it already is.
struct TerritoryReplacement: Sendable {
    /// New ones, and those that differ.
    let changed: [Territory]
    /// Present ones that the list does not have.
    let removed: [Territory]

    init(of territories: [Territory], in geography: Geography) {
        let scopes = Set(territories.map(Self.scope))
        let wanted = Set(territories.map(\.key))
        changed = territories.filter { geography.territories[$0.key]?.isSame(as: $0) != true }
        removed = geography.territories.values.filter { scopes.contains(Self.scope($0)) && !wanted.contains($0.key) }
            .sorted { $0.key < $1.key }
    }

    /// The list is complete for each of these.
    private static func scope(_ territory: Territory) -> String { "\(territory.kind) \(territory.region)" }
}

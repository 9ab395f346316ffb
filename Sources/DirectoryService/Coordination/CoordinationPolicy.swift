import Schema
import Tokens

/// Who may write how a territory is coordinated: its region all of it; whoever speaks for the territory
/// (`spro_territories`, with `directory:write`) its committee and its dossier. Who coordinates it the structures tell the
/// region (Centre-Val de Loire: «désignent un coordinateur local et en informent le Conseil régional»): a coordinator
/// does not name itself.
enum CoordinationPolicy {
    static func mayWrite(_ caller: VerifiedToken, _ territory: Territory) -> Bool {
        StructurePolicy.isAdministrator(caller, of: territory.region) || speaks(caller, for: territory)
    }

    /// - Returns: what in a change is reserved to the region.
    static func reservedChanges(
        by caller: VerifiedToken, of territory: Territory, from old: CoordinationDraft, to new: CoordinationDraft
    ) -> [Violation] {
        if StructurePolicy.isAdministrator(caller, of: territory.region) { return [] }
        return old.coordinator == new.coordinator ? [] : [Violation(StructurePolicy.reserved, at: "/coordinator")]
    }

    static func author(_ caller: VerifiedToken, of territory: Territory) -> Author {
        let isRegion = StructurePolicy.isAdministrator(caller, of: territory.region)
        return Author(
            client: caller.clientID,
            actingFor: isRegion ? "region:\(territory.region)" : "territory:\(territory.key)")
    }

    /// A token of another region has no say here, whatever territories it names.
    private static func speaks(_ caller: VerifiedToken, for territory: Territory) -> Bool {
        caller.scopes.contains(.directoryWrite) && caller.territories.contains(territory.key)
            && (caller.region ?? territory.region) == territory.region
    }
}

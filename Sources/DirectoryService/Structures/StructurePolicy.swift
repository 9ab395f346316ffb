import Foundation
import Schema
import Tokens

/// Who may write a structure, and what of it: partners their own, regions theirs. A token for networks acts in its
/// region where it names one, else everywhere.
enum StructurePolicy {
    /// Whether the caller answers for the whole region.
    static func isAdministrator(_ caller: VerifiedToken, of region: String) -> Bool {
        caller.scopes.contains(.directoryAdmin) && caller.region == region
    }

    /// Whether the caller edits this structure: its own, one of its network's, or one of its region's.
    static func mayEdit(_ caller: VerifiedToken, _ id: UUID, _ draft: StructureDraft, region: String) -> Bool {
        if isAdministrator(caller, of: region) { return true }
        guard caller.scopes.contains(.directoryWrite) else { return false }
        return caller.structures.contains(id) || !networks(of: caller, in: region).isDisjoint(with: draft.networks)
    }

    /// Whether the caller may add this structure: a region its own, a network its members, a structure its antennes,
    /// which have no network, status or region that it has not itself.
    static func mayCreate(
        _ caller: VerifiedToken, _ draft: StructureDraft, region: String,
        parent: (draft: StructureDraft, region: String?)?
    ) -> Bool {
        if isAdministrator(caller, of: region) { return true }
        guard caller.scopes.contains(.directoryWrite) else { return false }
        let isOfItsNetwork = !draft.networks.isEmpty && networks(of: caller, in: region).isSuperset(of: draft.networks)
        if isOfItsNetwork { return true }
        guard let parent, draft.parentID.map(caller.structures.contains) == true else { return false }
        return Set(draft.networks).isSubset(of: parent.draft.networks) && draft.status == parent.draft.status
            && region == parent.region
    }

    /// Whether the caller may remove this structure: whoever may add it, unless it has a label, which is the region's.
    static func mayRemove(
        _ caller: VerifiedToken, _ draft: StructureDraft, region: String,
        parent: (draft: StructureDraft, region: String?)?
    ) -> Bool {
        if isAdministrator(caller, of: region) { return true }
        return (draft.label?.state ?? "aucun") == "aucun" && mayCreate(caller, draft, region: region, parent: parent)
    }

    private static func networks(of caller: VerifiedToken, in region: String) -> Set<String> {
        caller.region == nil || caller.region == region ? Set(caller.networks) : []
    }

    /// What only the region changes: an editor who is not the region's must leave these as they are.
    static func reservedChanges(from old: StructureDraft, to new: StructureDraft) -> [Violation] {
        var violations: [Violation] = []
        func reserve(_ isChanged: Bool, _ pointer: String) {
            if isChanged { violations.append(Violation(reserved, at: pointer)) }
        }
        reserve(old.status != new.status, "/status")
        reserve(Set(old.networks) != Set(new.networks), "/networks")
        reserve(old.parentID != new.parentID, "/parent_id")
        reserve(old.siret != nil && old.siret != new.siret, "/siret")
        return violations
    }

    /// Reach that only the region gives, because it puts a structure before others in places that are not its own: zones
    /// of a region, of the country or of a department that is not the structure's, and participation in territories
    /// outside its department. Other editors keep what is there, for the same kind of service.
    ///
    /// - Parameter old: nil where the structure is new.
    static func reservedReach(
        from old: StructureDraft?, to new: StructureDraft, in geography: Geography
    ) -> [Violation] {
        let department = new.address.flatMap { geography.communes[$0.commune]?.department }
        var violations: [Violation] = []
        for (index, offer) in new.services.enumerated() {
            let present = Set(old?.services.filter { $0.kind == offer.kind }.flatMap(\.zones) ?? [])
            for (place, zone) in offer.zones.enumerated() where !present.contains(zone) {
                guard ["region", "pays"].contains(zone.type) || (zone.type == "departement" && zone.code != department)
                else { continue }
                violations.append(Violation(reservedReach, at: "/services/\(index)/zones/\(place)"))
            }
        }
        let present = Set(old?.participatesIn ?? [])
        for (index, key) in new.participatesIn.enumerated() where !present.contains(key) {
            let communes = geography.territories[key]?.communes ?? []
            if !communes.contains(where: { geography.communes[$0]?.department == department }) {
                violations.append(Violation(reservedReach, at: "/participates_in/\(index)"))
            }
        }
        return violations
    }

    private static let reservedReach = Flaw(
        "reach-reserved-to-region", fr: "Seule la région étend une structure au-delà de son département.",
        en: "Only the region extends a structure beyond its department.")
    private static let reserved = Flaw(
        "reserved-to-region", fr: "Seule la région change ce champ.", en: "Only the region changes this field.")
}

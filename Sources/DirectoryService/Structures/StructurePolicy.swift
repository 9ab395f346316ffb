import Foundation
import Schema
import Tokens

/// Who may write a structure, by which of the token's claims, and what of it: partners their own, regions theirs. A
/// token for networks acts in its region where it names one, else everywhere.
enum StructurePolicy {
    /// Whether the caller answers for the whole region.
    static func isAdministrator(_ caller: VerifiedToken, of region: String) -> Bool {
        caller.scopes.contains(.directoryAdmin) && caller.region == region
    }

    static func mayEdit(_ caller: VerifiedToken, _ id: UUID, _ draft: StructureDraft, region: String) -> Bool {
        claimToEdit(id, draft, region: region, of: caller) != nil
    }

    /// By what the caller edits this structure: as its own, one of its network's, or one of its region's.
    static func claimToEdit(
        _ id: UUID, _ draft: StructureDraft, region: String, of caller: VerifiedToken
    ) -> Claim? {
        if isAdministrator(caller, of: region) { return .region(region) }
        guard caller.scopes.contains(.directoryWrite) else { return nil }
        if caller.structures.contains(id) { return .structure(id) }
        return draft.networks.first(where: networks(of: caller, in: region).contains).map(Claim.network)
    }

    /// By what the caller may add this structure: a region its own, a network its members, a structure its antennes,
    /// which have no network, status or region that it has not itself.
    static func claimToCreate(
        _ draft: StructureDraft, region: String, parent: (draft: StructureDraft, region: String?)?,
        of caller: VerifiedToken
    ) -> Claim? {
        if isAdministrator(caller, of: region) { return .region(region) }
        guard caller.scopes.contains(.directoryWrite) else { return nil }
        if let network = draft.networks.first, networks(of: caller, in: region).isSuperset(of: draft.networks) {
            return .network(network)
        }
        guard let parent, let id = draft.parentID, caller.structures.contains(id),
            Set(draft.networks).isSubset(of: parent.draft.networks), draft.status == parent.draft.status,
            region == parent.region
        else { return nil }
        return .structure(id)
    }

    /// By what the caller may remove this structure: whoever may add it, unless it has a label, which is the region's.
    static func claimToRemove(
        _ draft: StructureDraft, region: String, parent: (draft: StructureDraft, region: String?)?,
        of caller: VerifiedToken
    ) -> Claim? {
        if isAdministrator(caller, of: region) { return .region(region) }
        guard (draft.label?.state ?? "aucun") == "aucun" else { return nil }
        return claimToCreate(draft, region: region, parent: parent, of: caller)
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
    static let reserved = Flaw(
        "reserved-to-region", fr: "Seule la région change ce champ.", en: "Only the region changes this field.")
}

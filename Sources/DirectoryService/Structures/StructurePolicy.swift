import Foundation
import Schema
import Tokens

/// Who may write a structure, and what of it: partners their own, regions theirs.
enum StructurePolicy {
    /// Whether the caller answers for the whole region.
    static func isAdministrator(_ caller: VerifiedToken, of region: String) -> Bool {
        caller.scopes.contains(.directoryAdmin) && caller.region == region
    }

    /// Whether the caller edits this structure: its own, one of its network's, or one of its region's.
    static func mayEdit(_ caller: VerifiedToken, _ id: UUID, _ draft: StructureDraft, region: String) -> Bool {
        if isAdministrator(caller, of: region) { return true }
        guard caller.scopes.contains(.directoryWrite) else { return false }
        return caller.structures.contains(id) || !Set(caller.networks).isDisjoint(with: draft.networks)
    }

    /// Whether the caller may add this structure: a region its own, a network its members, a structure its antennes,
    /// which have no network, status or region that it has not itself.
    static func mayCreate(
        _ caller: VerifiedToken, _ draft: StructureDraft, region: String,
        parent: (draft: StructureDraft, region: String?)?
    ) -> Bool {
        if isAdministrator(caller, of: region) { return true }
        guard caller.scopes.contains(.directoryWrite) else { return false }
        let isOfItsNetwork = !draft.networks.isEmpty && Set(draft.networks).isSubset(of: caller.networks)
        if isOfItsNetwork { return true }
        guard let parent, draft.parentID.map(caller.structures.contains) == true else { return false }
        return Set(draft.networks).isSubset(of: parent.draft.networks) && draft.status == parent.draft.status
            && region == parent.region
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

    private static let reserved = Flaw(
        "reserved-to-region", fr: "Seule la région change ce champ.", en: "Only the region changes this field.")
}

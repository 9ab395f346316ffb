import Charters
import Schema

/// What a region's charter says of its structures' statuses. Only the region gives one
/// (``StructurePolicy/reservedChanges(from:to:)``); what a structure is already, it stays until somebody changes it.
enum StatusRules {
    /// - Parameters:
    ///   - present: nil where the structure is new.
    ///   - charter: nil of a region without one: then every status of the vocabulary is good.
    static func violations(
        of draft: StructureDraft, replacing present: StructureDraft?, under charter: Charter?
    ) -> [Violation] {
        violations(of: Membership(draft), replacing: present.map(Membership.init), under: charter)
    }

    /// In which capacity a structure is listed.
    struct Membership: Sendable {
        let status: String
        let networks: [String]

        init(status: String, networks: [String]) { (self.status, self.networks) = (status, networks) }

        init(_ draft: StructureDraft) { self.init(status: draft.status, networks: draft.networks) }
    }

    static func violations(
        of draft: Membership, replacing present: Membership?, under charter: Charter?
    ) -> [Violation] {
        guard let charter, !charter.memberStatuses.isEmpty else { return [] }
        var violations: [Violation] = []
        let status = charter.memberStatus(draft.status)
        if status == nil, let present, present.status != draft.status {
            violations.append(Violation(.unknownCode(charter.memberStatuses.map(\.code)), at: "/status"))
        }
        // Bretagne: «il est posé comme préalable … le fait qu'elle soit membre de l'un des réseaux régionaux partenaires».
        let isNew = present.map { ($0.status, Set($0.networks)) != (draft.status, Set(draft.networks)) } ?? true
        let partners = charter.networks.map(\.code)
        if status?.needsNetwork == true, isNew, Set(partners).isDisjoint(with: draft.networks) {
            violations.append(Violation(noNetwork, at: "/networks"))
        }
        return violations
    }

    private static let noNetwork = Flaw(
        "network-needed", fr: "Qui a ce statut appartient à l’un des réseaux partenaires de la région.",
        en: "Whoever has this status belongs to one of the region's partner networks.")
}

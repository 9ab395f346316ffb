import Foundation
import Schema

/// A structure as the directory holds it: what its editors wrote, with its identity and version.
struct Structure: Sendable {
    let id: UUID
    let draft: StructureDraft
    /// Grows by one with every change; the structure's entity tag is made of it.
    let version: Int
    let updatedAt: Date

    /// The same with today's codes of its communes: some may have merged since it was written.
    func naming(communesOf geography: Geography) -> Structure {
        let isUpToDate =
            draft.address.map { geography.communes[$0.commune] != nil } ?? true
            && draft.services.allSatisfy { offer in
                offer.zones.allSatisfy { $0.type != "commune" || geography.communes[$0.code] != nil }
            }
        if isUpToDate { return self }
        let draft = draft.namingCommunes(geography.currentCode)
        return Structure(id: id, draft: draft, version: version, updatedAt: updatedAt)
    }

    /// What everybody may know of it (``StructureDraft/published(at:)``).
    func published(in geography: Geography) -> Structure {
        guard let address = draft.address, address.isConfidential else { return self }
        let draft = draft.published(at: geography.commune(address.commune)?.centroid)
        return Structure(id: id, draft: draft, version: version, updatedAt: updatedAt)
    }

    /// The region that answers for it.
    func region(in geography: Geography) -> String? {
        draft.address.flatMap { geography.communes[$0.commune]?.region } ?? draft.region
    }
}

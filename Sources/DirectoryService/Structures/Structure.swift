import Foundation
import Schema

/// A structure as the directory holds it: what its editors wrote, with its identity and version.
struct Structure: Sendable {
    let id: UUID
    let draft: StructureDraft
    /// Grows by one with every change; the structure's entity tag is made of it.
    let version: Int
    let updatedAt: Date

    /// What it does for the people of one place: a zone of its offers, or a territory.
    struct Coverage: Equatable {
        /// The kinds of the offers concerned, with ``Structure/anything``.
        var kinds: UInt32 = 0
        /// Those that can be had without going anywhere.
        var remoteKinds: UInt32 = 0
        /// Of a territory: the kinds whose offers have zones. A search for one of them goes by zones alone.
        var zonedKinds: UInt32 = 0

        /// Whether it makes competent for a search for these kinds.
        func serves(_ asked: UInt32) -> Bool { kinds & asked != 0 && zonedKinds & asked == 0 }

        func servesRemotely(_ asked: UInt32) -> Bool { serves(asked) && remoteKinds & asked != 0 }
    }

    /// Bit of a service kind, and of "anything at all", in the masks of ``Coverage``.
    static func mask(ofKinds kinds: [String]) -> UInt32 {
        kinds.reduce(0) { mask, kind in
            guard let index = Vocabulary.serviceKind.codes.firstIndex(of: kind) else { return mask }
            return mask | 1 << UInt32(index)
        }
    }

    static let anything: UInt32 = 1 << 31

    /// Whom it serves, by keys of places (``Geography/zoneKeys(covering:)``).
    ///
    /// A structure is competent for a commune if a zone of one of its offers covers it, or, where its offers have no
    /// zones, if it lies or takes part in a territory that contains it. In a search for kinds of service, only its
    /// offers of these kinds count.
    func coverage(in geography: Geography) -> [String: Coverage] {
        var coverage: [String: Coverage] = [:]
        var ofTerritories = Coverage(kinds: Structure.anything)
        for offer in draft.services {
            let kinds = Structure.mask(ofKinds: [offer.kind]) | Structure.anything
            let remoteKinds = offer.isRemote ? kinds : 0
            ofTerritories.kinds |= kinds
            ofTerritories.remoteKinds |= remoteKinds
            if !offer.zones.isEmpty { ofTerritories.zonedKinds |= kinds }
            for zone in offer.zones {
                coverage[zone.key, default: Coverage()].kinds |= kinds
                coverage[zone.key, default: Coverage()].remoteKinds |= remoteKinds
            }
        }
        guard ofTerritories.kinds & ~ofTerritories.zonedKinds != 0 else { return coverage }
        let located = draft.address.map { geography.territories(ofCommune: $0.commune).map(\.key) } ?? []
        for key in draft.participatesIn + located { coverage[ZoneKey.territory(key)] = ofTerritories }
        return coverage
    }

    /// The same with today's codes of its communes: some may have merged since it was written.
    func naming(communesOf geography: Geography) -> Structure {
        let codes = [draft.address?.commune].compactMap(\.self) + draft.services.flatMap(\.communes)
        if codes.allSatisfy({ geography.communes[$0] != nil }) { return self }
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

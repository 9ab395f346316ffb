import Foundation
import Schema

/// A structure as the directory holds it: what its editors wrote, with its identity and version.
struct Structure: Sendable {
    let id: UUID
    let draft: StructureDraft
    /// Grows by one with every change; the structure's entity tag is made of it.
    let version: Int
    let updatedAt: Date

    /// Places of an offer's zones and of participation under which the index files it, with the kinds it has there.
    struct Coverage: Equatable {
        var kinds: UInt32
        /// The kinds that can be had there without going anywhere.
        var remoteKinds: UInt32
    }

    /// Bit of a service kind, and of "anything at all", in the masks of ``Coverage``.
    static func mask(ofKinds kinds: [String]) -> UInt32 {
        kinds.reduce(0) { mask, kind in
            guard let index = Vocabulary.serviceKind.codes.firstIndex(of: kind) else { return mask }
            return mask | 1 << UInt32(index)
        }
    }

    static let anything: UInt32 = 1 << 31

    /// Whom it serves, by place: the zones of each offer, and the territories in which it takes part.
    ///
    /// An offer without zones serves its structure's territories; a structure that names neither serves the
    /// territories of guidance or employment in which it lies.
    func coverage(in geography: Geography) -> [String: Coverage] {
        let participation = participationKeys(in: geography)
        var coverage: [String: Coverage] = [:]
        func add(_ key: String, _ kinds: UInt32, _ remoteKinds: UInt32) {
            var entry = coverage[key] ?? Coverage(kinds: 0, remoteKinds: 0)
            entry.kinds |= kinds | Structure.anything
            entry.remoteKinds |= remoteKinds
            coverage[key] = entry
        }
        for key in participation { add(key, 0, 0) }
        for offer in draft.services {
            let kind = Structure.mask(ofKinds: [offer.kind])
            let remote = offer.isRemote ? kind | Structure.anything : 0
            let keys = offer.zones.isEmpty ? participation : offer.zones.map(\.key)
            for key in keys { add(key, kind, remote) }
        }
        return coverage
    }

    private func participationKeys(in geography: Geography) -> [String] {
        if !draft.participatesIn.isEmpty { return draft.participatesIn.map(ZoneKey.participation) }
        guard let address = draft.address, draft.services.allSatisfy(\.zones.isEmpty) else { return [] }
        return geography.territories(ofCommune: address.commune)
            .filter { ["territoire-spro", "bassin-emploi"].contains($0.kind) }
            .map { ZoneKey.participation($0.key) }
    }

    /// The region that answers for it.
    func region(in geography: Geography) -> String? {
        draft.address.flatMap { geography.communes[$0.commune]?.region } ?? draft.region
    }
}

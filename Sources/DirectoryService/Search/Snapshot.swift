import BitCollections
import Foundation
import Schema

/// The whole directory at one moment, immutable: what every read answers from.
final class Snapshot: Sendable {
    let geography: Geography
    let base: Segment
    let overlay: Segment
    /// Places of the base that the overlay replaces.
    let hidden: BitSet
    /// Changes with every committed change, and is the same on every replica that has seen the same ones.
    let fingerprint: UInt64

    static let empty = Snapshot(geography: .empty, base: .empty, overlay: .empty)

    init(geography: Geography, base: Segment, overlay: Segment) {
        self.geography = geography
        self.base = base
        self.overlay = overlay
        let hidden = BitSet(overlay.ids.compactMap { base.ordinals[$0] })
        self.hidden = hidden
        let shown = hidden.reduce(base.fingerprint) { $0 ^ base.mark(at: $1) }
        fingerprint = geography.fingerprint ^ shown ^ overlay.fingerprint
    }

    var count: Int { base.count - hidden.count + overlay.count }

    /// Where a structure's bytes are, if the directory has it.
    func find(_ id: UUID) -> (segment: Segment, ordinal: Int)? {
        if let ordinal = overlay.ordinals[id] { return (overlay, ordinal) }
        guard let ordinal = base.ordinals[id], !hidden.contains(ordinal) else { return nil }
        return (base, ordinal)
    }

    /// One page, with one hit more when the list goes on.
    func search(_ query: SearchQuery) -> [SegmentSearch.Hit] {
        let zoneKeys = query.commune.map(geography.zoneKeys(covering:)) ?? []
        let hidden = hidden
        let stable = SegmentSearch(query, in: base) { !hidden.contains($0) }.hits(zoneKeys: zoneKeys)
        if overlay.count == 0 { return stable }
        let recent = SegmentSearch(query, in: overlay) { _ in true }.hits(zoneKeys: zoneKeys)
        return Array((stable + recent).sorted { $0.key < $1.key }.prefix(query.limit + 1))
    }
}

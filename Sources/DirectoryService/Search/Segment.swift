import BitCollections
import Foundation
import Schema

/// An immutable searchable set of structures in flat arrays. A structure's ordinal is its
/// position in all of them: located structures come first, in the order of the tree; purely remote ones follow.
///
/// The directory in memory is two of these: a large base and a small overlay of what changed since.
final class Segment: Sendable {
    /// A structure that may serve the people of a place, and with what.
    struct Served: Sendable {
        let ordinal: Int
        let coverage: Structure.Coverage
    }

    let ids: [UUID]
    let versions: [Int]
    let tree: PointTree
    let ordinals: [UUID: Int]
    /// Members of each filter's value, by ``FilterKey``.
    let sets: [String: BitSet]
    let communes: [String: [Int]]
    let zones: [String: [Served]]
    /// All marks together, whatever their order: any change of any structure changes it.
    let fingerprint: UInt64
    private let hours: [IndexedHours]
    private let bytes: [UInt8]
    private let spans: [(start: Int, services: Int, end: Int)]

    static let empty = Segment(of: [], in: .empty)

    var count: Int { ids.count }

    /// Of confidential addresses it takes what is published: what it does not hold, no search can let slip.
    /// - Parameter day: the day (since 1970) from which on searches will ask for opening hours.
    init(
        of stored: [Structure], in geography: Geography, from day: Int = ParisTime.wall(at: Date()).day
    ) {
        let structures = stored.map { $0.naming(communesOf: geography).published(in: geography) }
        let located = structures.filter { $0.draft.location != nil }
        let points = located.compactMap { $0.draft.location.map { UnitVector($0.coordinate) } }
        let (tree, order) = PointTree.build(points)
        let arranged = order.map { located[$0] } + structures.filter { $0.draft.location == nil }
        self.tree = tree
        ids = arranged.map(\.id)
        versions = arranged.map(\.version)
        ordinals = Dictionary(arranged.enumerated().map { ($0.element.id, $0.offset) }) { first, _ in first }
        var sets: [String: BitSet] = [:]
        var communes: [String: [Int]] = [:]
        var zones: [String: [Served]] = [:]
        var hours: [IndexedHours] = []
        var table = HoursTable(from: day - 1)
        var bytes: [UInt8] = []
        var spans: [(start: Int, services: Int, end: Int)] = []
        for (ordinal, structure) in arranged.enumerated() {
            for key in FilterKey.keys(of: structure, in: geography) { sets[key, default: BitSet()].insert(ordinal) }
            if let commune = structure.draft.address?.commune { communes[commune, default: []].append(ordinal) }
            for (key, coverage) in structure.coverage(in: geography) {
                zones[key, default: []].append(Served(ordinal: ordinal, coverage: coverage))
            }
            hours.append(table.hours(of: structure, in: geography))
            let json = StructureJSON(structure, in: geography)
            let start = bytes.count
            bytes += json.core
            bytes += json.services
            spans.append((start: start, services: start + json.core.count, end: bytes.count))
        }
        self.sets = sets
        self.communes = communes
        self.zones = zones
        self.hours = hours
        self.bytes = bytes
        self.spans = spans
        fingerprint = arranged.reduce(0) { $0 ^ Self.mark(of: $1.id, $1.version) }
    }

    /// The structure's stored JSON without its closing brace, with or without its services.
    func encoded(at ordinal: Int, includingServices: Bool) -> ArraySlice<UInt8> {
        let span = spans[ordinal]
        return bytes[span.start..<(includingServices ? span.end : span.services)]
    }

    /// The structure's hours, closures and calendar.
    func hours(at ordinal: Int) -> IndexedHours { hours[ordinal] }

    /// A number for one version of one structure.
    func mark(at ordinal: Int) -> UInt64 { Self.mark(of: ids[ordinal], versions[ordinal]) }

    private static func mark(of id: UUID, _ version: Int) -> UInt64 {
        let (high, low) = id.halves
        return StableHash.mix(StableHash.mix(high ^ UInt64(version)) ^ low)
    }
}

/// The keys under which a structure's filterable values are filed.
enum FilterKey {
    /// Of structures whose address is.
    static let confidential = "confidential"

    static func keys(of structure: Structure, in geography: Geography) -> Set<String> {
        let draft = structure.draft
        var keys: Set<String> = ["status:\(draft.status)"]
        for network in draft.networks { keys.insert("network:\(network)") }
        for offer in draft.services { keys.insert("service:\(offer.kind)") }
        for territory in draft.participatesIn { keys.insert("territory:\(territory)") }
        if let region = structure.region(in: geography) { keys.insert("region:\(region)") }
        if let address = draft.address {
            if address.isConfidential { keys.insert(confidential) }
            for territory in geography.territories(ofCommune: address.commune) {
                keys.insert("territory:\(territory.key)")
            }
            if let commune = geography.communes[address.commune] { keys.insert("department:\(commune.department)") }
        }
        return keys
    }
}

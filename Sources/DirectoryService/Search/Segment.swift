import Foundation
import Schema

/// An immutable searchable set of structures in flat arrays. A structure's ordinal is its
/// position in all of them: located structures come first, in the order of the tree; purely remote ones follow.
///
/// The directory in memory is a large one of these, the base, under small ones of what changed since (``Snapshot``).
final class Segment: Sendable {
    /// The day (since 1970) from which on its opening hours are reckoned.
    let day: Int
    let ids: [UUID]
    let versions: [Int]
    let tree: PointTree
    /// Where the structures of the tree lie.
    let points: [Coordinate]
    let ordinals: [UUID: Int]
    private let columns: [TraitColumn]
    let offers: OfferTable
    let words: WordIndex
    /// Ordinals of those with an address in a commune.
    let residents: [String: [UInt32]]
    let dayOrder = DayOrder()
    /// All marks together, whatever their order: any change of any structure changes it.
    let fingerprint: UInt64
    private let hours: [IndexedHours]
    /// Of the offers that keep hours of their own.
    private let offerHours: [Int: IndexedHours]
    private let encoding: EncodedStructures
    /// Ordinals of those whose address is kept to their editors.
    let confidential: Set<Int>

    static let empty = Segment(of: [], in: .empty)

    var count: Int { ids.count }

    /// Of confidential addresses it takes what is published: what it does not hold, no search can let slip.
    /// - Parameter day: the day (since 1970) from which on searches will ask for opening hours.
    convenience init(
        of stored: [Structure], in geography: Geography, from day: Int = ParisTime.wall(at: Date()).day
    ) {
        var builder = SegmentBuilder(in: geography, from: day)
        builder.append(SegmentPart(of: stored, in: geography))
        self.init(builder)
    }

    init(_ built: SegmentBuilder) {
        let located = built.locations.indices.filter { built.locations[$0] != nil }
        let points = located.compactMap { built.locations[$0] }
        let (tree, treeOrder) = PointTree.build(points.map(UnitVector.init))
        // Of each ordinal, where it stands in what was built; and the other way round.
        let order = treeOrder.map { located[$0] } + built.locations.indices.filter { built.locations[$0] == nil }
        var ordinals = order
        for (ordinal, place) in order.enumerated() { ordinals[place] = ordinal }
        day = built.day
        self.tree = tree
        self.points = treeOrder.map { points[$0] }
        ids = order.map { built.ids[$0] }
        versions = order.map { built.versions[$0] }
        self.ordinals = Dictionary(ids.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
        fingerprint = zip(built.ids, built.versions).reduce(0) { $0 ^ Self.mark(of: $1.0, $1.1) }
        columns = built.columns.map { $0.column(in: order) }
        let (offers, offerOrder) = built.offers.table(in: order)
        self.offers = offers
        words = built.words.index(in: order)
        residents = built.residents.mapValues { places in places.map { UInt32(ordinals[$0]) }.sorted() }
        hours = order.map { built.hours[$0] }
        offerHours = Dictionary(
            uniqueKeysWithValues: built.offerHours.isEmpty
                ? [] : offerOrder.enumerated().compactMap { new, old in built.offerHours[old].map { (new, $0) } })
        encoding = built.encoding.arranged(order, offers: offerOrder)
        confidential = Set(built.confidential.map { ordinals[$0] })
        // The first search of the day must not wait for it.
        _ = dayOrder.ordinals(on: day, of: ids)
    }

    func column(_ trait: Trait) -> TraitColumn { columns[trait.rawValue] }

    /// The structure's stored JSON without its closing brace, with or without its services.
    func encoded(at ordinal: Int, includingServices: Bool) -> ArraySlice<UInt8> {
        encoding.structure(ordinal, includingServices: includingServices)
    }

    /// The stored JSON of an offer, without its closing brace.
    func encodedOffer(_ offer: Int) -> ArraySlice<UInt8> { encoding.offer(offer) }

    /// The structure's name, as a JSON string.
    func encodedName(at ordinal: Int) -> ArraySlice<UInt8> { encoding.name(ordinal) }

    /// The structure's hours, closures and calendar.
    func hours(at ordinal: Int) -> IndexedHours { hours[ordinal] }

    /// The offer's own hours, else its structure's.
    func hours(at ordinal: Int, ofOffer offer: Int) -> IndexedHours { offerHours[offer] ?? hours[ordinal] }

    /// A number for one version of one structure.
    func mark(at ordinal: Int) -> UInt64 { Self.mark(of: ids[ordinal], versions[ordinal]) }

    private static func mark(of id: UUID, _ version: Int) -> UInt64 {
        let (high, low) = id.halves
        return StableHash.mix(StableHash.mix(high ^ UInt64(version)) ^ low)
    }
}

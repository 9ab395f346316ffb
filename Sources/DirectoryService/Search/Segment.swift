import Foundation
import Schema

/// An immutable searchable set of structures in flat arrays. A structure's ordinal is its
/// position in all of them: located structures come first, in the order of the tree; purely remote ones follow.
///
/// The directory in memory is two of these: a large base and a small overlay of what changed since.
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
    init(
        of stored: [Structure], in geography: Geography, from day: Int = ParisTime.wall(at: Date()).day
    ) {
        let locations = stored.map { $0.published(in: geography).draft.location?.coordinate }
        let located = locations.indices.filter { locations[$0] != nil }
        let points = located.compactMap { locations[$0] }
        let (tree, order) = PointTree.build(points.map(UnitVector.init))
        let arranged = order.map { located[$0] } + locations.indices.filter { locations[$0] == nil }
        self.day = day
        self.tree = tree
        self.points = order.map { points[$0] }
        ids = arranged.map { stored[$0].id }
        versions = arranged.map { stored[$0].version }
        ordinals = Dictionary(ids.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
        fingerprint = stored.reduce(0) { $0 ^ Self.mark(of: $1.id, $1.version) }
        var columns = Trait.allCases.map { _ in TraitColumn.Builder() }
        var offers = OfferTable()
        var words = WordIndex.Builder()
        var residents: [String: [UInt32]] = [:]
        var hours: [IndexedHours] = []
        var offerHours: [Int: IndexedHours] = [:]
        var table = HoursTable(from: day - 1)
        var encoding = EncodedStructures()
        var confidential: Set<Int> = []
        hours.reserveCapacity(arranged.count)
        // One at a time: a copy of them all would be as large as the segment itself.
        for (ordinal, place) in arranged.enumerated() {
            let structure = stored[place].naming(communesOf: geography).published(in: geography)
            if structure.draft.address?.isConfidential == true { confidential.insert(ordinal) }
            for trait in Trait.allCases { columns[trait.rawValue].append(trait.values(of: structure, in: geography)) }
            offers.append(structure, in: geography)
            words.append(structure, in: geography)
            if let commune = structure.draft.address?.commune {
                residents[commune, default: []].append(UInt32(ordinal))
            }
            hours.append(table.hours(of: structure, in: geography))
            for (offer, draft) in zip(offers.offers(of: ordinal), structure.draft.services) {
                guard let text = draft.openingHours else { continue }
                offerHours[offer] = table.hours(text, of: structure, in: geography)
            }
            encoding.append(structure, in: geography)
        }
        self.columns = columns.map(\.column)
        self.offers = offers
        self.words = words.index
        self.residents = residents
        self.hours = hours
        self.offerHours = offerHours
        self.encoding = encoding
        self.confidential = confidential
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

import Foundation
import Schema

/// Some structures as a segment shows them, with their JSON: all that can be made of them apart from the others, and so
/// on any processor.
struct SegmentPart: Sendable {
    /// As published, with today's codes of their communes.
    let structures: [Structure]
    let encoded: EncodedPart

    init(of stored: [Structure], in geography: Geography) {
        structures = stored.map { $0.naming(communesOf: geography).published(in: geography) }
        encoded = EncodedPart(of: structures, in: geography)
    }
}

/// Gathers what a segment knows of its structures, part by part in any order. Nothing but the segment itself has to be
/// held for it: where a structure's place is is only known at the end, so everything is arranged then.
struct SegmentBuilder {
    let geography: Geography
    /// The day (since 1970) from which on searches will ask for opening hours.
    let day: Int
    private(set) var ids: [UUID] = []
    private(set) var versions: [Int] = []
    private(set) var locations: [Coordinate?] = []
    private(set) var columns = Trait.allCases.map { _ in TraitColumn.Builder() }
    private(set) var offers = OfferTable.Builder()
    private(set) var words = WordIndex.Builder()
    private(set) var residents: [String: [Int]] = [:]
    private(set) var hours: [IndexedHours] = []
    private(set) var offerHours: [Int: IndexedHours] = [:]
    private(set) var encoding = EncodedStructures()
    private(set) var confidential: [Int] = []
    private var table: HoursTable

    /// - Parameter day: the day (since 1970) from which on searches will ask for opening hours.
    init(in geography: Geography, from day: Int = ParisTime.wall(at: Date()).day) {
        self.geography = geography
        self.day = day
        table = HoursTable(from: day - 1)
    }

    mutating func append(_ part: SegmentPart) {
        for structure in part.structures { append(structure) }
        encoding.append(part.encoded)
    }

    private mutating func append(_ structure: Structure) {
        let (place, draft) = (ids.count, structure.draft)
        ids.append(structure.id)
        versions.append(structure.version)
        locations.append(draft.location?.coordinate)
        if draft.address?.isConfidential == true { confidential.append(place) }
        for trait in Trait.allCases { columns[trait.rawValue].append(trait.values(of: structure, in: geography)) }
        let own = offers.append(structure, in: geography)
        words.append(structure, in: geography)
        if let commune = draft.address?.commune { residents[commune, default: []].append(place) }
        hours.append(table.hours(of: structure, in: geography))
        for (offer, draft) in zip(own, draft.services) {
            guard let text = draft.openingHours else { continue }
            offerHours[offer] = table.hours(text, of: structure, in: geography)
        }
    }
}

import Foundation
import Schema

/// Reads the parameters of one list, and keeps in one spelling what was given: what cursors and links belong to.
struct ListingParameters {
    let reader: QueryReader
    let geography: Geography
    let networks: NetworkRules
    let now: Date
    private(set) var given: [(String, String)] = []

    init(_ reader: QueryReader, geography: Geography, networks: NetworkRules, now: Date) {
        self.reader = reader
        self.geography = geography
        self.networks = networks
        self.now = now
    }

    /// Values of which any matches; nil where there are none.
    mutating func values(_ name: String, _ rule: TextRule<String>) -> Set<String>? {
        values(name, rule.map { [$0] })
    }

    /// Where one text may stand for several.
    mutating func values(_ name: String, _ rule: TextRule<[String]>) -> Set<String>? {
        let values = Set(reader.list(name, rule).joined())
        given += values.sorted().map { (name, $0) }
        return values.isEmpty ? nil : values
    }

    mutating func value<Value>(_ name: String, _ rule: TextRule<Value>, _ spell: (Value) -> String) -> Value? {
        guard let value = reader.optional(name, rule) else { return nil }
        given.append((name, spell(value)))
        return value
    }

    mutating func day(_ name: String) -> CalendarDate? { value(name, .date, \.text) }
}

/// Which entries of a list a query lets through.
struct ListingFilter<Draft: ServedListing> {
    private let geography: Geography
    private let kinds: Set<String>?
    private let audiences: Set<String>?
    private let regions: Set<String>?
    private let commune: ListingArea?
    private let territories: [ListingArea]?
    private let own: @Sendable (Draft) -> Bool

    /// Reads the parameters of all lists, and those of this one.
    init(_ query: inout ListingParameters) {
        let geography = query.geography
        self.geography = geography
        kinds = query.values(Draft.kindParameter, .code(Draft.kinds.codes))
        regions = query.values("region", geography.knownRegion)
        guard Draft.isForPlaces else {
            (audiences, commune, territories) = (nil, nil, nil)
            own = Draft.filter(&query)
            return
        }
        // What is for everybody is for them, too.
        audiences = query.values("audience", .code(Vocabulary.audience.codes))?.union(["tout-public"])
        commune = query.value("commune", geography.communeOfAnyYear) { $0.commune?.code ?? "" }?.commune
            .map { ListingArea($0, in: geography) }
        territories = query.values("territory", geography.knownTerritory)?
            .compactMap { geography.territories[$0] }.map { ListingArea($0, in: geography) }
        own = Draft.filter(&query)
    }

    func matches(_ draft: Draft) -> Bool {
        let reach = draft.reach
        if let kinds, !kinds.contains(draft.kind) { return false }
        if let audiences, !reach.audiences.isEmpty, audiences.isDisjoint(with: reach.audiences) { return false }
        if let regions, !regions.contains(reach.region) { return false }
        let place = draft.commune.map(geography.currentCode)
        if let commune, !commune.concerns(reach, at: place) { return false }
        if let territories, !territories.contains(where: { $0.concerns(reach, at: place) }) { return false }
        return own(draft)
    }
}

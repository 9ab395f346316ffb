import BitCollections
import Foundation
import Schema

/// A query's conditions, made ready for one segment: each set is looked up once, not at every candidate.
struct Matcher {
    let segment: Segment
    let query: SearchQuery
    let test: OfferBits.Test
    let place: Place?
    private let hidden: BitSet
    private let filters: [Filter]
    private let words: [Word]

    /// Where help is looked for.
    struct Place {
        let center: UnitVector
        /// The radius as a squared chord.
        let limit: Double
        /// Numbers of the commune's places (``OfferTable/places(_:)``); nil where no commune was given.
        let numbers: [Int32]?
        /// Those with an address in the commune.
        let residents: Members
    }

    struct Filter {
        let trait: Trait
        let sets: [Members]
        let excludes: Bool

        func passes(_ ordinal: Int) -> Bool { sets.contains { $0.contains(ordinal) } != excludes }
    }

    private struct Word {
        /// Those that begin so (``WordIndex``).
        let range: Range<UInt32>
        /// Mask of the kinds of service that have the word.
        let kinds: UInt32
    }

    /// - Parameters:
    ///   - hidden: ordinals that do not count.
    ///   - zoneKeys: those of the query's commune.
    init(_ query: SearchQuery, in segment: Segment, hidden: BitSet, zoneKeys: [String]) {
        self.segment = segment
        self.query = query
        self.hidden = hidden
        test = OfferBits.Test(query.offer)
        filters = query.filters.map { filter in
            let column = segment.column(filter.trait)
            return Filter(
                trait: filter.trait, sets: filter.values.map { column.members(of: $0) }, excludes: filter.excludes)
        }
        words = query.words.map {
            Word(range: segment.words.words(beginning: $0), kinds: KindWords.mask(beginning: $0))
        }
        place = query.center.map { center in
            Place(
                center: UnitVector(center), limit: query.squaredChordLimit,
                numbers: query.commune == nil ? nil : segment.offers.places(zoneKeys),
                residents: .few(query.commune.flatMap { segment.residents[$0.code] } ?? []))
        }
    }

    // MARK: Candidates

    /// The smallest of the sets to which all that match belong, where it is so small that looking at all of it costs
    /// less than going through the rest until a page is full; its ordinals may come more than once.
    ///
    /// - Parameter facets: filters that must not choose the candidates, because others are counted, too.
    func scarce(except facets: [Facet] = []) -> [UInt32]? {
        let exempt = Set(facets.compactMap(\.trait))
        let named = filters.filter { !$0.excludes && !exempt.contains($0.trait) }
            .map { (size: $0.sets.reduce(0) { $0 + $1.count }, sets: $0.sets) }
            .min { $0.size < $1.size }
        let word = words.filter { $0.kinds == 0 }.map { (size: segment.words.count(of: $0.range), range: $0.range) }
            .min { $0.size < $1.size }
        if let word, isSmall(word.size), word.size <= named?.size ?? .max {
            return Array(segment.words.ordinals(with: word.range))
        }
        guard let named, isSmall(named.size) else { return nil }
        return named.sets.flatMap(\.ordinals)
    }

    /// Of n structures f n match: a page is found after looking at about limit / f, which is more than f n where
    /// f² n < limit.
    func isSmall(_ size: Int) -> Bool { size * size < 64 * max(segment.count, 64) }

    /// Squared chord from the place asked about; infinite where there is no such distance.
    func squaredChord(to ordinal: Int) -> Double {
        guard let place, ordinal < segment.tree.points.count else { return .infinity }
        return segment.tree.points[ordinal].squaredChord(to: place.center)
    }

    // MARK: Conditions

    /// Whether all conditions hold but those of place, of a structure as such or of its offers as a whole.
    func passes(_ ordinal: Int) -> Bool {
        guard isShown(ordinal), filters.allSatisfy({ $0.passes(ordinal) }), isInBox(ordinal),
            segment.offers.matches(ordinal, test)
        else { return false }
        return query.subject == .services || (isNamed(ordinal) && isOpen(ordinal))
    }

    /// In a search of offers, whether this one passes; its structure does.
    func passes(_ ordinal: Int, offer: Int) -> Bool {
        let bits = segment.offers.bits[offer]
        guard test.matches(bits),
            words.allSatisfy({ $0.kinds & bits.kind != 0 || segment.words.has(ordinal, $0.range) })
        else { return false }
        return query.openAt.map { segment.hours(at: ordinal, ofOffer: offer).state(at: $0) == .open } ?? true
    }

    func isShown(_ ordinal: Int) -> Bool { !hidden.contains(ordinal) }

    /// The filters that a structure does not pass, two at most.
    func failures(of ordinal: Int) -> [Trait] {
        var failures: [Trait] = []
        for filter in filters where !filter.passes(ordinal) {
            failures.append(filter.trait)
            if failures.count == 2 { break }
        }
        return failures
    }

    func isInBox(_ ordinal: Int) -> Bool {
        guard let box = query.box else { return true }
        return ordinal < segment.points.count && box.contains(segment.points[ordinal])
    }

    func isNamed(_ ordinal: Int) -> Bool {
        words.allSatisfy { word in
            segment.words.has(ordinal, word.range)
                || word.kinds != 0
                    && segment.offers.offers(of: ordinal).contains { segment.offers.bits[$0].kind & word.kinds != 0 }
        }
    }

    func isOpen(_ ordinal: Int) -> Bool {
        query.openAt.map { segment.hours(at: ordinal).state(at: $0) == .open } ?? true
    }

    /// Whether it is found where help is looked for: near, or in the commune itself, or by an offer for its people
    /// that can be had from afar.
    func competence(
        of ordinal: Int, offer: Int? = nil, _ squaredChord: Double, _ test: OfferBits.Test
    ) -> OfferTable.Competence? {
        guard let place else { return OfferTable.Competence.none }
        let isNear = squaredChord <= place.limit
        guard let numbers = place.numbers else { return isNear ? OfferTable.Competence.none : nil }
        let offers = segment.offers
        let competence =
            offer.map { offers.competence(of: ordinal, byOffer: $0, for: numbers, test) }
            ?? offers.competence(of: ordinal, for: numbers, test)
        return isNear || competence.isFromAfar || place.residents.contains(ordinal) ? competence : nil
    }
}

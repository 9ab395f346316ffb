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
    let filters: [Filter]
    let words: [Word]

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

    struct Word {
        /// Those that begin so (``WordIndex``), each in one range at most.
        let ranges: [Range<UInt32>]
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
        words = query.words.map { word in
            let meanings = FoldedWords.meanings(ofTyped: word)
            return Word(
                ranges: meanings.map(segment.words.words(beginning:)),
                kinds: meanings.reduce(0) { $0 | KindWords.mask(beginning: $1) })
        }
        place = query.center.map { center in
            Place(
                center: UnitVector(center), limit: query.squaredChordLimit,
                numbers: query.commune == nil ? nil : segment.offers.places(zoneKeys),
                residents: .few(query.commune.flatMap { segment.residents[$0.code] } ?? []))
        }
    }

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
            words.allSatisfy({ $0.kinds & bits.kind != 0 || has(ordinal, $0) })
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
            has(ordinal, word)
                || word.kinds != 0
                    && segment.offers.offers(of: ordinal).contains { segment.offers.bits[$0].kind & word.kinds != 0 }
        }
    }

    private func has(_ ordinal: Int, _ word: Word) -> Bool {
        word.ranges.contains { segment.words.has(ordinal, $0) }
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

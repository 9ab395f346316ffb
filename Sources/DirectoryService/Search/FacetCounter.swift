import BitCollections
import Foundation
import Schema

/// Counts, over all that a query matches in one segment, how many structures the search would find with each value of
/// a facet in place of the facet's own filter: what a choice leads to, before it is made.
///
/// A structure that passes all conditions counts for all its values; one that fails a single filter still counts for
/// the values of that one. What is asked of offers is asked anew with each code, because one and the same offer must
/// be all of it.
struct FacetCounter {
    private let matcher: Matcher
    private let segment: Segment
    private let query: SearchQuery
    private let traits: [Trait]
    /// A code of a question in place of what was asked.
    private let variants: [(facet: Facet, code: String, test: OfferBits.Test)]
    /// By trait, then by place of the value.
    private var traitCounts: [[Int]]
    private var variantCounts: [Int]
    private var seen = BitSet()

    private init(_ query: SearchQuery, in segment: Segment, hidden: BitSet, zoneKeys: [String]) {
        matcher = Matcher(query, in: segment, hidden: hidden, zoneKeys: zoneKeys)
        self.segment = segment
        self.query = query
        traits = query.facets.compactMap(\.trait)
        variants = query.facets.flatMap { facet in
            facet.question.map { question in
                OfferFilter.vocabulary(of: question).codes.map { code in
                    (facet: facet, code: code, test: OfferBits.Test(query.offer.asking(code, for: question)))
                }
            } ?? []
        }
        variantCounts = Array(repeating: 0, count: variants.count)
        traitCounts = Trait.allCases.map { Array(repeating: 0, count: segment.column($0).codes.count) }
    }

    static func counts(
        _ query: SearchQuery, in segment: Segment, hidden: BitSet = [], zoneKeys: [String]
    ) -> FacetCounts {
        var counter = FacetCounter(query, in: segment, hidden: hidden, zoneKeys: zoneKeys)
        counter.countAll()
        return counter.counts
    }

    private mutating func countAll() {
        let matcher = matcher
        matcher.forEach(of: matcher.candidates(except: query.facets)) { count($0) }
    }

    private mutating func count(_ ordinal: Int) {
        guard matcher.isShown(ordinal), matcher.isInBox(ordinal) else { return }
        let failures = matcher.failures(of: ordinal)
        guard failures.count < 2, failures.allSatisfy(traits.contains), matcher.isNamed(ordinal),
            seen.insert(ordinal).inserted, matcher.isOpen(ordinal)
        else { return }
        let squaredChord = matcher.squaredChord(to: ordinal)
        func isFound(_ test: OfferBits.Test) -> Bool {
            segment.offers.matches(ordinal, test) && matcher.competence(of: ordinal, squaredChord, test) != nil
        }
        if isFound(matcher.test) {
            for trait in failures.isEmpty ? traits : failures {
                for value in segment.column(trait).values(at: ordinal) {
                    traitCounts[trait.rawValue][Int(value)] += 1
                }
            }
        }
        guard failures.isEmpty else { return }
        for (place, variant) in variants.enumerated() where isFound(variant.test) { variantCounts[place] += 1 }
    }

    private var counts: FacetCounts {
        var counts: FacetCounts = [:]
        for facet in query.facets {
            counts[facet] = [:]
            guard let trait = facet.trait else { continue }
            for (code, count) in zip(segment.column(trait).codes, traitCounts[trait.rawValue]) where count > 0 {
                counts[facet]?[code] = count
            }
        }
        for (variant, count) in zip(variants, variantCounts) where count > 0 {
            counts[variant.facet]?[variant.code] = count
        }
        return counts
    }
}

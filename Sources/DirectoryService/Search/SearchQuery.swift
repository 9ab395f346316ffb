import Foundation
import Schema

/// One search, its parameters read and resolved.
struct SearchQuery: Sendable {
    enum Subject: String, Sendable { case structures, services }

    enum Order: String, Sendable, CaseIterable {
        /// Competent ones first, then the nearest.
        case relevance
        /// The nearest first, whoever is competent.
        case distance
    }

    /// What is looked for: structures, or their offers one by one.
    var subject = Subject.structures
    var order = Order.relevance
    /// The commune asked about: it ranks the structures competent for it first.
    var commune: Commune?
    /// Where distances are measured from: `near`, else the commune's centroid.
    var center: Coordinate?
    var radiusKilometres = Self.defaultRadius
    var box: BoundingBox?
    /// All must hold; of each, one value must.
    var filters: [Filter] = []
    /// What one and the same offer must be; competence is that of the offers that are.
    var offer = OfferFilter()
    /// Folded (``FoldedWords``): each must begin a word of what is found.
    var words: [String] = []
    /// When it must surely be open, by the clocks of Paris.
    var openAt: ParisTime.Wall?
    var facets: [Facet] = []
    /// Where the page begins: after this key.
    var after: SortKey?
    var limit = 20
    /// The day (since 1970) whose hash breaks ties.
    var day: Int

    static let defaultRadius = 30

    struct Filter: Sendable, Hashable {
        let trait: Trait
        let values: [String]
        /// Those with one of the values are left out instead.
        var excludes = false
    }

    /// The radius as a squared chord of the unit sphere.
    var squaredChordLimit: Double { Self.squaredChordLimit(kilometres: radiusKilometres) }

    static func squaredChordLimit(kilometres: Int) -> Double {
        let angle = Double(kilometres) * 1000 / Coordinate.earthRadius
        let half = angle >= .pi ? 1 : sin(angle / 2)
        return 4 * half * half
    }
}

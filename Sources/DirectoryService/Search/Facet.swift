/// A filter whose values can be counted: how many a search would find with each of them in place of its own.
enum Facet: String, Sendable, CaseIterable {
    case network, status, service, audience, channel, access, language, accessibility, label, region, department

    /// What it counts of: a trait of structures…
    var trait: Trait? { Trait(name: rawValue) }

    /// …or something that is asked of offers.
    var question: OfferFilter.Question? { OfferFilter.Question(rawValue: rawValue) }
}

/// Counts by facet and code; a code that nobody has is not there.
typealias FacetCounts = [Facet: [String: Int]]

import Schema

/// How many structures one demand should pass through at most.
package struct HopRule: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// Counted only.
        case objective
        /// Going past it needs the person's explicit choice.
        case limit
    }

    package let maxStructures: Int
    package let kind: Kind
    /// Whether a telephone platform counts as a structure; nil: not said.
    package let telephonePlatformsCount: Bool?
    package let quote: String

    init?(_ object: ObjectReader) {
        let maxStructures = object.required("max_structures", .int(1...20))
        let kind = object.required("kind", ValueRule<Kind>.choice())
        telephonePlatformsCount = object.nullable("telephone_platforms_count", .bool)
        let quote = object.quote()
        guard let maxStructures, let kind, let quote else { return nil }
        (self.maxStructures, self.kind, self.quote) = (maxStructures, kind, quote)
    }
}

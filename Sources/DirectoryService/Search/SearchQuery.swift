import Foundation
import Schema

/// One search, its parameters read and resolved.
struct SearchQuery: Sendable {
    /// The commune asked about: it ranks the structures competent for it first.
    var commune: Commune?
    /// Where distances are measured from: `near`, else the commune's centroid.
    var center: Coordinate?
    var radiusKilometres = Self.defaultRadius
    /// All must hold; of each, one value must.
    var filters: [Filter] = []
    /// Mask of the service kinds asked for (``Structure/mask(ofKinds:)``): competence is that of their offers.
    var kinds: UInt32 = Structure.anything
    /// When a structure must surely be open, by the clocks of Paris.
    var openAt: ParisTime.Wall?
    /// Where the page begins: after this key.
    var after: SortKey?
    var limit = 20
    /// The day (since 1970) whose hash breaks ties.
    var day: Int

    static let defaultRadius = 30

    struct Filter: Sendable, Hashable {
        let name: String
        let values: [String]

        var keys: [String] { values.map { "\(name):\($0)" } }
    }

    /// The radius as a squared chord of the unit sphere.
    var squaredChordLimit: Double {
        let angle = Double(radiusKilometres) * 1000 / Coordinate.earthRadius
        let half = angle >= .pi ? 1 : sin(angle / 2)
        return 4 * half * half
    }
}

import Schema

/// One table of an indicator's plan: what it is broken down by, for periods of which length. What is in no table of
/// the plan is never published, because the protection of the others could not account for it.
struct TableShape: Sendable, Hashable {
    let length: Period.Length
    let dimensions: Set<Dimension>

    init(_ length: Period.Length, _ dimensions: Dimension...) {
        self.length = length
        self.dimensions = Set(dimensions)
    }

    init(_ length: Period.Length, by dimensions: Set<Dimension>) {
        self.length = length
        self.dimensions = dimensions
    }

    /// The cells in which something counts: several where it has several codes of a dimension.
    func keys(at coordinates: Coordinates, in period: Period) -> [CellKey] {
        var places = [Coordinates()]
        for dimension in Dimension.allCases where dimensions.contains(dimension) {
            let codes =
                dimension.isManifold ? coordinates.codes(of: dimension) : [coordinates[dimension]].compactMap(\.self)
            places = places.flatMap { place in
                (codes.isEmpty ? [CellKey.unknown] : codes).map { code in
                    var place = place
                    place[dimension] = code
                    return place
                }
            }
        }
        return places.map { CellKey(period: period.within(length), place: $0) }
    }
}

/// One cell of a plan; nil stands for all of a dimension together.
struct CellKey: Sendable, Hashable, Comparable {
    let period: Period
    /// Without a period.
    let place: Coordinates

    /// Stands for a coordinate that is not known.
    fileprivate static let unknown = "?"

    /// Whether all its coordinates are known. Another is in no table, but whoever takes the known ones from their total
    /// has it: it is protected as if it were.
    var isPublished: Bool { !Dimension.allCases.contains { place[$0] == Self.unknown } }

    static func < (left: CellKey, right: CellKey) -> Bool { left.order.lexicographicallyPrecedes(right.order) }

    private var order: [String] {
        // Periods of one table have one length, and their texts sort as they do.
        Dimension.allCases.map { place[$0] ?? "" } + [period.text]
    }
}

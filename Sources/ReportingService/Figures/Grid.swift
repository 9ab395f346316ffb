import Schema

/// The cells of a plan as they come up, and the leaves of which each of them is the sum: whatever differs in none of
/// its coordinates is one leaf.
struct Grid {
    private let shapes: [TableShape]
    /// By cell.
    private(set) var keys: [CellKey] = []
    /// The place of its table in the plan, by cell.
    private(set) var ranks: [Int] = []
    /// In ascending order, by cell.
    private(set) var leaves: [[Int]] = []
    /// By leaf.
    private(set) var coordinates: [Coordinates] = []
    private var cellsByLeaf: [[Int]] = []
    private var leafNumbers: [Coordinates: Int] = [:]
    private var cellNumbers: [CellKey: Int] = [:]

    /// What the plan breaks down by: whatever else is known of an observation does not part leaves.
    let dimensions: Set<Dimension>
    private let shortest: Period.Length

    init(shapes: [TableShape]) {
        self.shapes = shapes
        dimensions = shapes.reduce(into: []) { $0.formUnion($1.dimensions) }
        shortest = shapes.map(\.length).min { $0.rawValue < $1.rawValue } ?? .year
    }

    /// The leaf of an observation; nil of one that is in no period.
    func coordinates(of observation: Observation, _ attributes: [Attribute]) -> Coordinates? {
        guard let period = observation.period else { return nil }
        var place = Coordinates(period: period.length.rawValue < shortest.rawValue ? period.within(shortest) : period)
        for attribute in attributes {
            guard let dimension = attribute.dimension, dimensions.contains(dimension) else { continue }
            switch observation.values[attribute.place] {
            case .code(let code): place[dimension] = code
            case .codes(let codes): place[dimension] = codes.joined(separator: " ")
            case .none, .flag, .number: break
            }
        }
        return place
    }

    /// The cells in which something with these coordinates counts; new ones are numbered in the order of their coming.
    mutating func cells(at place: Coordinates, in period: Period) -> [Int] {
        if let leaf = leafNumbers[place] { return cellsByLeaf[leaf] }
        let leaf = coordinates.count
        leafNumbers[place] = leaf
        coordinates.append(place)
        var cells: [Int] = []
        for (rank, shape) in shapes.enumerated() {
            for key in shape.keys(at: place, in: period) {
                let cell = cellNumbers[key] ?? keys.count
                if cell == keys.count {
                    cellNumbers[key] = cell
                    keys.append(key)
                    ranks.append(rank)
                    leaves.append([])
                }
                leaves[cell].append(leaf)
                cells.append(cell)
            }
        }
        cellsByLeaf.append(cells)
        return cells
    }
}

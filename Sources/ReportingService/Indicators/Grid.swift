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

    init(shapes: [TableShape]) { self.shapes = shapes }

    /// The cells in which something with these coordinates counts; new ones are numbered in the order of their coming.
    mutating func cells(at place: Coordinates, in period: Period) -> [Int] {
        if let leaf = leafNumbers[place] { return cellsByLeaf[leaf] }
        let leaf = coordinates.count
        leafNumbers[place] = leaf
        coordinates.append(place)
        var cells: [Int] = []
        for (rank, shape) in shapes.enumerated() {
            let key = shape.key(at: place, in: period)
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
        cellsByLeaf.append(cells)
        return cells
    }
}

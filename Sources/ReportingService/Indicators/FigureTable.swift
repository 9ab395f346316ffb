import Schema

/// All the cells of an indicator's plan for one calendar year (or, of a state, for one moment), with what must not be
/// shown of them. One mask for every table and every way of asking.
struct FigureTable: Sendable {
    private let definition: IndicatorDefinition
    private let cells: [CellKey: Cell]

    private struct Cell {
        var tally = Tally()
        var suppressed: Set<Measure.Family> = []
        /// Groups of persons too small to be shown, also where the cell is shown.
        var smallGroups: Set<Measure.Group> = []
    }

    /// - Parameters:
    ///   - moment: the period at whose end a state is read; nil for what happens in time.
    ///   - threshold: nobody is shown among fewer persons than this.
    init(
        _ definition: IndicatorDefinition, _ observations: [Observation], at moment: Period? = nil, threshold: Int
    ) {
        self.definition = definition
        let shapes = definition.plan.filter { moment == nil || $0.length == moment?.length }
        let words = Tally.Words(definition.measures)
        var cells: [CellKey: Cell] = [:]
        var places: Set<Coordinates> = []
        for observation in observations {
            guard let period = moment ?? observation.coordinates.month else { continue }
            places.insert(observation.coordinates)
            for shape in shapes {
                guard let key = shape.key(at: observation.coordinates, in: period) else { continue }
                cells[key, default: Cell()].tally.add(observation, to: words)
            }
        }
        if definition.isAboutPersons {
            for (key, cell) in cells {
                cells[key]?.smallGroups = Set(
                    cell.tally.crowds.filter { (1..<threshold).contains($0.value.size) }.keys)
            }
            for family in Measure.Family.allCases {
                let measures = definition.measures.filter { $0.family == family && !$0.sums.isEmpty }
                for key in Self.suppressed(cells, shapes, measures, places) {
                    cells[key]?.suppressed.insert(family)
                }
            }
        }
        self.cells = cells
    }

    /// The figures of one table of the plan, in order; of a table without a breakdown also where nothing happened.
    func figures(of shape: TableShape, in periods: [Period]) -> [Figure] {
        let wanted = Set(periods)
        var keys = cells.keys.filter { wanted.contains($0.period) && $0.place.dimensions == shape.dimensions }
        if shape.dimensions.isEmpty { keys = periods.map { CellKey(period: $0, place: Coordinates()) } }
        return keys.sorted().flatMap { key in definition.measures.map { figure($0, key) } }
    }

    private func figure(_ measure: Measure, _ key: CellKey) -> Figure {
        let cell = cells[key] ?? Cell()
        let isHidden =
            cell.suppressed.contains(measure.family) || measure.groups.contains { cell.smallGroups.contains($0) }
        if isHidden { return Figure(key: key, measure: measure, content: .suppressed) }
        var parts: (Int?, Int?) = (nil, nil)
        if case .ratio(let numerator, let denominator) = measure.formula {
            parts = (cell.tally.sums[numerator] ?? 0, cell.tally.sums[denominator] ?? 0)
        }
        return Figure(
            key: key, measure: measure,
            content: .shown(cell.tally.value(of: measure.formula), numerator: parts.0, denominator: parts.1))
    }

    /// The cells whose sums of these measures must not be shown.
    private static func suppressed(
        _ cells: [CellKey: Cell], _ shapes: [TableShape], _ measures: [Measure], _ places: Set<Coordinates>
    ) -> Set<CellKey> {
        let rank = Dictionary(uniqueKeysWithValues: shapes.enumerated().map { ($0.element, $0.offset) })
        func place(_ key: CellKey) -> Int {
            rank[TableShape(key.period.length, by: key.place.dimensions)] ?? shapes.count
        }
        let ordered = cells.map { (key: $0.key, cell: $0.value, rank: place($0.key)) }.sorted {
            ($0.rank, -$0.cell.tally.weight, $0.key) < ($1.rank, -$1.cell.tally.weight, $1.key)
        }
        // The leaves of all sums: what differs in none of its coordinates.
        var leaves: [CellKey: [(leaf: Int, coordinates: Coordinates)]] = [:]
        for (leaf, coordinates) in places.enumerated() {
            guard let month = coordinates.month else { continue }
            for shape in shapes {
                guard let key = shape.key(at: coordinates, in: month) else { continue }
                leaves[key, default: []].append((leaf, coordinates))
            }
        }
        let sums = Set(measures.flatMap(\.sums))
        let planned = ordered.map { entry in
            let members = leaves[entry.key] ?? []
            let groups = Set(measures.flatMap(\.groups)).intersection(entry.cell.smallGroups)
            return Disclosure.Cell(
                published: Set(sums.map { sum in members.filter { sum.canHold(at: $0.coordinates) }.map(\.leaf) }),
                secret: Set(groups.map { group in members.filter { group.canContain($0.coordinates) }.map(\.leaf) }))
        }
        return Set(Disclosure.suppressed(planned, leaves: places.count).map { ordered[$0].key })
    }
}

/// One number of one cell, as it may be shown.
struct Figure: Sendable {
    enum Content: Sendable {
        /// The value is nil where the denominator is 0.
        case shown(Hundredths?, numerator: Int?, denominator: Int?)
        /// Status `c`, whatever the reason: telling which would help to undo it.
        case suppressed
    }

    let key: CellKey
    let measure: Measure
    let content: Content
}

extension Coordinates {
    var dimensions: Set<Dimension> { Set(Dimension.allCases.filter { self[$0] != nil }) }
}

import Schema

/// All the cells of one part of an indicator, by its plan, for one calendar year (or, of a state, for some moments),
/// with what must not be shown of them. One mask for every table and every way of asking.
struct FigureTable: Sendable {
    private let part: IndicatorDefinition.Part
    private let counting: Counting
    private let cells: [CellKey: Cell]
    /// 1 of what is about nobody.
    private let threshold: Int

    private struct Cell {
        var tally: Tally
        /// Groups of persons too small to be shown, also where the cell is shown.
        var smallGroups: Set<Measure.Group> = []
        var suppressed: Set<Measure.Family> = []
    }

    /// - Parameters:
    ///   - length: of the periods at whose ends a state is read; nil for what happens in time.
    ///   - threshold: nobody is shown among fewer persons than this.
    init(
        _ part: IndicatorDefinition.Part, plan: [TableShape], _ observations: [Observation],
        each length: Period.Length? = nil, threshold: Int
    ) {
        let isAboutPersons = part.population.isAboutPersons
        let attributes = part.population.allAttributes
        let remainders: [Measure.Family: [Measure.Group]] = Dictionary(
            uniqueKeysWithValues: (isAboutPersons ? Measure.Family.allCases : []).map { family in
                (family, Remainders.groups(of: part.measures.filter { $0.family == family }, in: observations))
            })
        let counting = Counting(
            part.measures, remainders: remainders.values.flatMap(\.self),
            structure: isAboutPersons ? attributes.first { $0.name == "structure" } : nil)
        var grid = Grid(shapes: plan.filter { (length == nil || $0.length == length) && part.has($0) })
        var tallies: [Tally] = []
        /// Where there are persons: what is about nobody (inhabitants) is known to everyone, and hides no one.
        var inhabited: Set<Coordinates> = []
        for observation in observations {
            guard let place = grid.coordinates(of: observation, attributes), let period = place.period else { continue }
            if observation.person != .nobody { inhabited.insert(place) }
            let hits = counting.hits(observation)
            for cell in grid.cells(at: place, in: period) {
                if cell == tallies.count { tallies.append(Tally(counting)) }
                tallies[cell].add(observation, hits, counting, threshold: threshold)
            }
        }
        var cells = tallies.map { Cell(tally: $0) }
        if isAboutPersons {
            for index in cells.indices {
                let tally = cells[index].tally
                cells[index].smallGroups = counting.smallGroups(of: tally, threshold: threshold)
                for measure in part.measures where counting.isOfFewStructures(measure, tally, threshold: threshold) {
                    cells[index].smallGroups.formUnion(measure.groups)
                }
            }
            for family in Measure.Family.allCases {
                let measures = part.measures.filter { $0.family == family && !$0.sums.isEmpty }
                for index in Self.suppressed(cells, grid, inhabited, measures, remainders[family] ?? []) {
                    cells[index].suppressed.insert(family)
                }
            }
        }
        (self.part, self.counting, self.threshold) = (part, counting, isAboutPersons ? threshold : 1)
        self.cells = Dictionary(uniqueKeysWithValues: zip(grid.keys, cells))
    }

    /// The figures of one table of the plan, in order; of a table without a breakdown also where nothing happened. None
    /// of a table that the part's population does not have.
    func figures(of shape: TableShape, in periods: [Period]) -> [Figure] {
        guard part.has(shape) else { return [] }
        let wanted = Set(periods)
        var keys = cells.keys.filter {
            wanted.contains($0.period) && $0.place.dimensions == shape.dimensions && $0.isPublished
        }
        if shape.dimensions.isEmpty { keys = periods.map { CellKey(period: $0, place: Coordinates()) } }
        return keys.sorted().flatMap { key in part.measures.map { figure($0, key) } }
    }

    private func figure(_ measure: Measure, _ key: CellKey) -> Figure {
        let cell = cells[key] ?? Cell(tally: Tally(counting))
        let isWhole = key.place.dimensions.isEmpty
        let whole = isWhole ? nil : cells[CellKey(period: key.period, place: Coordinates())] ?? cell
        var isHidden = hides(measure, cell)
        if case .relative = measure.formula, let whole { isHidden = isHidden || hides(measure, whole) }
        if isHidden { return Figure(key: key, measure: measure, content: .suppressed) }
        var parts: (Int?, Int?) = (nil, nil)
        if case .ratio(let numerator, let denominator) = measure.formula {
            parts = (counting.value(of: numerator, cell.tally), counting.value(of: denominator, cell.tally))
        }
        return Figure(
            key: key, measure: measure,
            content: .shown(
                counting.value(of: measure, cell.tally, whole: whole?.tally), numerator: parts.0,
                denominator: parts.1))
    }

    private func hides(_ measure: Measure, _ cell: Cell) -> Bool {
        cell.suppressed.contains(measure.family) || measure.groups.contains { cell.smallGroups.contains($0) }
            || counting.isOutlying(measure, cell.tally, threshold: threshold)
    }

    /// The cells whose sums of these measures must not be shown.
    private static func suppressed(
        _ cells: [Cell], _ grid: Grid, _ inhabited: Set<Coordinates>, _ measures: [Measure],
        _ remainders: [Measure.Group]
    ) -> [Int] {
        let order = cells.indices.sorted { left, right in
            (grid.ranks[left], -cells[left].tally.weight, grid.keys[left])
                < (grid.ranks[right], -cells[right].tally.weight, grid.keys[right])
        }
        let sums = Set(measures.flatMap(\.sums))
        let groups = Set(measures.flatMap(\.groups) + remainders)
        func mayHold(_ condition: Condition, at leaf: Int) -> Bool {
            condition.holds(at: grid.coordinates[leaf], telling: grid.dimensions) ?? true
        }
        let planned = order.map { index in
            let leaves = grid.leaves[index].filter { inhabited.contains(grid.coordinates[$0]) }
            return Disclosure.Cell(
                published: grid.keys[index].isPublished
                    ? Set(sums.map { sum in leaves.filter { mayHold(sum, at: $0) } }) : [],
                secret: Set(
                    groups.intersection(cells[index].smallGroups).map { group in
                        leaves.filter { mayHold(group.condition, at: $0) }
                    }))
        }
        return Disclosure.suppressed(planned, leaves: grid.coordinates.count).map { order[$0] }
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

extension IndicatorDefinition.Part {
    /// Whether its population can be broken down so.
    fileprivate func has(_ shape: TableShape) -> Bool { shape.dimensions.isSubset(of: population.dimensions) }
}

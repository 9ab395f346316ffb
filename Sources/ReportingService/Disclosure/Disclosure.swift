/// Chooses which cells of linked additive tables to leave out, so that no secret sum can be had from those that are
/// shown: neither read nor computed exactly by adding and subtracting (Langsrud's suppression by Gaussian elimination).
///
/// A sum is known by the leaves that it adds up. What it does not do yet: keep bounds apart (two neighbours whose sum
/// is shown bound each other), account for what a contributor knows of its own cells, nor compare two readings of
/// figures that still move.
enum Disclosure {
    struct Cell: Sendable {
        /// The sums that showing the cell gives away; leaves in ascending order.
        let published: Set<[Int]>
        /// Sums in it that are of too few persons; a cell that has any is never shown.
        let secret: Set<[Int]>
    }

    /// - Parameters:
    ///   - cells: the ones that should rather be shown first.
    ///   - leaves: how many there are in all cells.
    /// - Returns: the places of the cells to be left out.
    static func suppressed(_ cells: [Cell], leaves: Int) -> Set<Int> {
        var suppressed = Set(cells.indices.filter { !cells[$0].secret.isEmpty })
        let secrets = Set(suppressed.flatMap { cells[$0].secret }).filter { !$0.isEmpty }
        guard !secrets.isEmpty else { return suppressed }
        var span = PublishedSpan(secrets: secrets.sorted { $0.lexicographicallyPrecedes($1) }, leaves: leaves)
        for (index, cell) in cells.enumerated() where !suppressed.contains(index) {
            let sums = cell.published.filter { !$0.isEmpty }.sorted { $0.lexicographicallyPrecedes($1) }
            if !span.publish(sums) { suppressed.insert(index) }
        }
        return suppressed
    }
}

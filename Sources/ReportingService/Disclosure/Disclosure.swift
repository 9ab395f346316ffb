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
        let secrets = Set(suppressed.flatMap { cells[$0].secret }.filter { !$0.isEmpty })
        guard !secrets.isEmpty else { return suppressed }
        let candidates = cells.indices.filter { !suppressed.contains($0) }
        let sums = Set(candidates.flatMap { cells[$0].published }.filter { !$0.isEmpty })
        let all = Array(sums.union(secrets))
        let vectors = Dictionary(
            uniqueKeysWithValues: zip(all, SumVectors.of(all, leaves: leaves, dependingOn: sums.count)))
        var span = PublishedSpan(secrets: secrets.compactMap { vectors[$0] })
        for index in candidates where !span.publish(cells[index].published.compactMap { vectors[$0] }) {
            suppressed.insert(index)
        }
        return suppressed
    }
}

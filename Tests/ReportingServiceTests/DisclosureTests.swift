import Support
import Testing

@testable import ReportingService

/// What an attacker can compute is decided apart from the code: by ranks of whole matrices, modulo another prime.
@Suite("Suppression")
struct DisclosureTests {
    /// Leaves in a grid of territories by networks, with the tables that a region's plan has.
    private struct Grid {
        let rows: Int
        let columns: Int
        /// Leaves that exist.
        let present: [(row: Int, column: Int)]
        let cells: [Disclosure.Cell]

        /// - Parameter hasDetail: whether there is a table of the leaves themselves. Without it there may be many more
        ///   of them than sums.
        init(rows: Int, columns: Int, hasDetail: Bool, _ random: inout SeededGenerator) {
            self.rows = rows
            self.columns = columns
            var present: [(row: Int, column: Int)] = []
            for row in 0..<rows {
                for column in 0..<columns where !random.oneIn(4) { present.append((row, column)) }
            }
            self.present = present
            func leaves(_ isIn: ((row: Int, column: Int)) -> Bool) -> [Int] {
                present.indices.filter { isIn(present[$0]) }
            }
            var sums = [leaves { _ in true }]
            sums += (0..<(rows / 2)).map { half in leaves { $0.row / 2 == half } }
            sums += (0..<rows).map { row in leaves { $0.row == row } }
            sums += (0..<columns).map { column in leaves { $0.column == column } }
            if hasDetail { sums += present.indices.map { [$0] } }
            cells = sums.map { sum in
                let isSecret = sum.count < present.count && random.oneIn(sum.count == 1 ? 4 : 9)
                return Disclosure.Cell(published: [sum], secret: isSecret && !sum.isEmpty ? [sum] : [])
            }
        }
    }

    @Test("leaves no secret sum computable, and hides no cell that could be shown")
    func random() {
        var random = SeededGenerator(seed: 7)
        var secondary = 0
        for run in 0..<100 {
            let grid = Grid(
                rows: random.int(2...5), columns: random.int(1...(run % 2 == 0 ? 4 : 9)), hasDetail: run % 2 == 0,
                &random)
            let suppressed = Disclosure.suppressed(grid.cells, leaves: grid.present.count)
            let primary = Set(grid.cells.indices.filter { !grid.cells[$0].secret.isEmpty })
            #expect(suppressed.isSuperset(of: primary))
            let shown = grid.cells.indices.filter { !suppressed.contains($0) }.flatMap { grid.cells[$0].published }
            let secrets = primary.flatMap { grid.cells[$0].secret }
            #expect(!Span(shown, grid.present.count).reachesAny(of: secrets))
            // None of the others could be shown beside those before it.
            for index in suppressed.subtracting(primary) {
                let before = grid.cells.indices.filter { $0 <= index && (!suppressed.contains($0) || $0 == index) }
                let sums = before.flatMap { grid.cells[$0].published }
                #expect(Span(sums, grid.present.count).reachesAny(of: secrets), "cell \(index) was hidden needlessly")
                secondary += 1
            }
        }
        #expect(secondary > 50)
    }

    @Test("hides the second smallest of a line, and the total where the secret is all of it")
    func lines() {
        // A region of three departments, of which one is secret.
        let region = [0, 1, 2]
        let line = [region, [0], [1], [2]].enumerated().map { place, sum in
            Disclosure.Cell(published: [sum], secret: place == 3 ? [sum] : [])
        }
        #expect(Disclosure.suppressed(line, leaves: 3) == [3, 2])
        // A territory that is the whole of its department.
        let twin = [Disclosure.Cell(published: [[0]], secret: []), Disclosure.Cell(published: [[0]], secret: [[0]])]
        #expect(Disclosure.suppressed(twin, leaves: 1) == [0, 1])
        // A cell shown for two sums goes as a whole: here their difference would be the secret.
        let both = [
            Disclosure.Cell(published: [[0, 1], [0]], secret: []), Disclosure.Cell(published: [[1]], secret: [[1]]),
        ]
        #expect(Disclosure.suppressed(both, leaves: 2) == [0, 1])
        #expect(Disclosure.suppressed([], leaves: 0).isEmpty)
        #expect(Disclosure.suppressed([Disclosure.Cell(published: [[]], secret: [])], leaves: 0).isEmpty)
    }
}

/// What can be computed from sums, by Gaussian elimination of whole matrices modulo 1,000,003.
struct Span {
    private let rows: [[Int]]
    private let leaves: Int

    init(_ sums: [[Int]], _ leaves: Int) {
        self.leaves = leaves
        rows = sums.map { sum in (0..<leaves).map { sum.contains($0) ? 1 : 0 } }
    }

    func reachesAny(of secrets: [[Int]]) -> Bool {
        let basis = Self.echelon(rows)
        return secrets.contains { secret in
            Self.echelon(basis + [(0..<leaves).map { secret.contains($0) ? 1 : 0 }]).count == basis.count
        }
    }

    /// Independent rows that span the same.
    private static func echelon(_ matrix: [[Int]]) -> [[Int]] {
        let prime = 1_000_003
        var matrix = matrix
        var rank = 0
        for column in 0..<(matrix.first?.count ?? 0) {
            guard let row = (rank..<matrix.count).first(where: { matrix[$0][column] != 0 }) else { continue }
            matrix.swapAt(rank, row)
            for other in (rank + 1)..<max(matrix.count, rank + 1) where matrix[other][column] != 0 {
                let (a, b) = (matrix[rank][column], matrix[other][column])
                for place in column..<matrix[other].count {
                    let difference = (matrix[other][place] * a - matrix[rank][place] * b) % prime
                    matrix[other][place] = difference < 0 ? difference + prime : difference
                }
            }
            rank += 1
        }
        return Array(matrix.prefix(rank))
    }
}

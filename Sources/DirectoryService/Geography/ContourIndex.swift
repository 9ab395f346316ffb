import Schema

/// Contours by the squares of a tenth of a degree that they touch, so that a point is tested against few.
struct ContourIndex: Sendable {
    let contours: [(code: String, contour: Contour)]
    let codes: Set<String>
    /// Differs where any of them does.
    let fingerprint: UInt64
    /// Indices of ``contours``, by square.
    private let squares: [Square: [Int]]

    private struct Square: Hashable {
        let column: Int
        let row: Int

        init(column: Int, row: Int) {
            self.column = column
            self.row = row
        }

        init(of point: Contour.Point) {
            func part(_ number: Int32) -> Int { Int((Double(number) / Square.side).rounded(.down)) }
            (column, row) = (part(point.x), part(point.y))
        }

        static let side = Contour.scale / 10
    }

    /// - Parameter contours: by code of the commune, today's or a former one.
    init(_ contours: [String: Contour]) {
        self.contours = contours.sorted { $0.key < $1.key }.map { (code: $0.key, contour: $0.value) }
        codes = Set(contours.keys)
        var squares: [Square: [Int]] = [:]
        for (index, entry) in self.contours.enumerated() {
            let (low, high) = (Square(of: entry.contour.low), Square(of: entry.contour.high))
            for column in low.column...high.column {
                for row in low.row...high.row { squares[Square(column: column, row: row), default: []].append(index) }
            }
        }
        self.squares = squares
        fingerprint = contours.reduce(0) { $0 ^ StableHash.mix(StableHash.of($1.key) ^ Self.mark(of: $1.value)) }
    }

    /// Over the numbers themselves: there are millions.
    private static func mark(of contour: Contour) -> UInt64 {
        var mark: UInt64 = 0
        for ring in contour.rings { mark = (mark ^ UInt64(ring.range.count * 2 + (ring.isOuter ? 1 : 0))) &* prime }
        for point in contour.points {
            let place = UInt64(UInt32(bitPattern: point.x)) << 32 | UInt64(UInt32(bitPattern: point.y))
            mark = StableHash.mix(mark ^ place)
        }
        return mark
    }

    private static let prime: UInt64 = 0x100_0000_01B3

    /// Codes of the contours that the point is in, in their order; where it is in none, of those on whose border it
    /// lies. On a border between two, it is on both, and the first stands for all.
    func codes(at coordinate: Coordinate) -> [String] {
        let point = Contour.Point(coordinate)
        var (inside, border): ([String], [String]) = ([], [])
        for index in squares[Square(of: point)] ?? [] {
            switch contours[index].contour.position(of: point) {
            case .inside: inside.append(contours[index].code)
            case .border: border.append(contours[index].code)
            case .outside: break
            }
        }
        return inside.isEmpty ? border : inside
    }

    /// The contour nearest to a point that is in none, within `limit` metres (less than a square).
    func nearest(to coordinate: Coordinate, within limit: Double) -> (code: String, metres: Double)? {
        let point = Contour.Point(coordinate)
        let square = Square(of: point)
        var candidates: Set<Int> = []
        for column in square.column - 1...square.column + 1 {
            for row in square.row - 1...square.row + 1 {
                candidates.formUnion(squares[Square(column: column, row: row)] ?? [])
            }
        }
        let nearest = candidates.sorted().map { ($0, contours[$0].contour.distance(to: point)) }.min { $0.1 < $1.1 }
        guard let (index, metres) = nearest, metres <= limit else { return nil }
        return (contours[index].code, metres)
    }
}

import HeapModule
import Schema

/// A point of the unit sphere.
struct UnitVector: Sendable {
    let x: Double
    let y: Double
    let z: Double

    init(_ coordinate: Coordinate) { (x, y, z) = coordinate.unitVector }

    subscript(axis: Int) -> Double { axis == 0 ? x : axis == 1 ? y : z }

    func squaredChord(to other: UnitVector) -> Double {
        let (dx, dy, dz) = (x - other.x, y - other.y, z - other.z)
        return dx * dx + dy * dy + dz * dz
    }
}

/// A balanced k-d tree without nodes: the points stand in an array so that the middle of every range splits it.
struct PointTree: Sendable {
    /// The points in tree order; a structure's ordinal in its segment is that of its point here.
    private(set) var points: [UnitVector]
    static let leafSize = 16

    /// - Returns: the tree, and for each ordinal in it the index of the point in `unordered`.
    static func build(_ unordered: [UnitVector]) -> (tree: PointTree, order: [Int]) {
        var order = Array(unordered.indices)
        arrange(&order, 0, order.count, axis: 0, unordered)
        return (PointTree(points: order.map { unordered[$0] }), order)
    }

    private static func arrange(_ order: inout [Int], _ low: Int, _ high: Int, axis: Int, _ points: [UnitVector]) {
        guard high - low > leafSize else { return }
        let middle = (low + high) / 2
        split(&order, low, high, at: middle) { points[$0][axis] }
        arrange(&order, low, middle, axis: (axis + 1) % 3, points)
        arrange(&order, middle + 1, high, axis: (axis + 1) % 3, points)
    }

    /// Puts nothing greater before the middle, and nothing less behind it (Hoare's selection, «Find», 1961): sorting
    /// would take several times as long.
    private static func split(
        _ order: inout [Int], _ low: Int, _ high: Int, at middle: Int, by key: (Int) -> Double
    ) {
        var (left, right) = (low, high - 1)
        while left < right {
            let pivot = key(order[middle])
            var (up, down) = (left, right)
            repeat {
                while key(order[up]) < pivot { up += 1 }
                while pivot < key(order[down]) { down -= 1 }
                if up <= down {
                    order.swapAt(up, down)
                    up += 1
                    down -= 1
                }
            } while up <= down
            if down < middle { left = up }
            if middle < up { right = down }
        }
    }

    /// Every ordinal within `limit` (a squared chord) of `center`, in no order: for those who want them all.
    func forEach(within limit: Double, of center: UnitVector, _ body: (_ ordinal: Int, _ squaredChord: Double) -> Void)
    {
        visit(0, points.count, axis: 0, limit, limit.squareRoot(), center, body)
    }

    private func visit(
        _ low: Int, _ high: Int, axis: Int, _ limit: Double, _ reach: Double, _ center: UnitVector,
        _ body: (Int, Double) -> Void
    ) {
        func look(at ordinal: Int) {
            let squaredChord = points[ordinal].squaredChord(to: center)
            if squaredChord <= limit { body(ordinal, squaredChord) }
        }
        guard high - low > Self.leafSize else {
            for ordinal in low..<high { look(at: ordinal) }
            return
        }
        let middle = (low + high) / 2
        look(at: middle)
        let difference = center[axis] - points[middle][axis]
        let next = (axis + 1) % 3
        // Equal coordinates stand on both sides of the middle.
        if difference <= reach { visit(low, middle, axis: next, limit, reach, center, body) }
        if difference >= -reach { visit(middle + 1, high, axis: next, limit, reach, center, body) }
    }

    /// The ordinals of the points within `limit` (a squared chord) of `center` that pass `filter`, nearest first.
    func nearest(to center: UnitVector, within limit: Double) -> NearestFirst {
        NearestFirst(tree: self, center: center, limit: limit)
    }
}

/// Walks a tree outwards from a point: its cost grows with what is taken, not with the size of the tree.
struct NearestFirst {
    private struct Candidate: Comparable {
        /// A lower bound of the squared chord of the range; for a single point, the squared chord itself.
        let squaredChord: Double
        let low: Int
        /// Equal to `low` for a single point.
        let high: Int
        let axis: Int
        /// Distance from the center to the range along each axis (Arya and Mount 1993).
        let offset: (x: Double, y: Double, z: Double)

        static func < (left: Candidate, right: Candidate) -> Bool { left.squaredChord < right.squaredChord }
        static func == (left: Candidate, right: Candidate) -> Bool {
            left.squaredChord == right.squaredChord && left.low == right.low
        }
    }

    private let points: [UnitVector]
    private let center: UnitVector
    private let limit: Double
    private var queue = Heap<Candidate>()

    init(tree: PointTree, center: UnitVector, limit: Double) {
        points = tree.points
        self.center = center
        self.limit = limit
        if !points.isEmpty {
            queue.insert(Candidate(squaredChord: 0, low: 0, high: points.count, axis: 0, offset: (0, 0, 0)))
        }
    }

    /// Whether everything was walked through.
    var isAtEnd: Bool { queue.isEmpty }

    /// The next ordinal and its squared chord; ordinals that do not pass `filter` are never returned.
    ///
    /// - Parameter isTired: looked at now and then: where it holds, nil is returned before the end.
    mutating func next(
        where filter: (Int) -> Bool, until isTired: () -> Bool = { false }
    ) -> (ordinal: Int, squaredChord: Double)? {
        while !isTired(), let candidate = queue.popMin() {
            if candidate.low == candidate.high { return (candidate.low, candidate.squaredChord) }
            if candidate.high - candidate.low <= PointTree.leafSize {
                for ordinal in candidate.low..<candidate.high { offer(ordinal, filter) }
            } else {
                split(candidate, filter)
            }
        }
        return nil
    }

    private mutating func offer(_ ordinal: Int, _ filter: (Int) -> Bool) {
        let squaredChord = points[ordinal].squaredChord(to: center)
        guard squaredChord <= limit, filter(ordinal) else { return }
        queue.insert(Candidate(squaredChord: squaredChord, low: ordinal, high: ordinal, axis: 0, offset: (0, 0, 0)))
    }

    private mutating func split(_ range: Candidate, _ filter: (Int) -> Bool) {
        let middle = (range.low + range.high) / 2
        offer(middle, filter)
        let difference = center[range.axis] - points[middle][range.axis]
        let (near, far) = ((range.low, middle), (middle + 1, range.high))
        let (inside, outside) = difference < 0 ? (near, far) : (far, near)
        let axis = (range.axis + 1) % 3
        push(inside, range.squaredChord, axis, range.offset)
        var offset = range.offset
        switch range.axis {
        case 0: offset.x = difference
        case 1: offset.y = difference
        default: offset.z = difference
        }
        push(outside, offset.x * offset.x + offset.y * offset.y + offset.z * offset.z, axis, offset)
    }

    private mutating func push(
        _ range: (low: Int, high: Int), _ squaredChord: Double, _ axis: Int, _ offset: (x: Double, y: Double, z: Double)
    ) {
        guard range.low < range.high, squaredChord <= limit else { return }
        queue.insert(
            Candidate(squaredChord: squaredChord, low: range.low, high: range.high, axis: axis, offset: offset))
    }
}

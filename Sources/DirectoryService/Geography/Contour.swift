import Schema

/// The outline of a commune: the rings of its polygons, holes included, in millionths of a degree (a tenth of a metre),
/// so that every test of a point is exact.
struct Contour: Sendable, Equatable {
    struct Point: Sendable, Hashable {
        /// Longitude.
        let x: Int32
        /// Latitude.
        let y: Int32

        init(x: Int32, y: Int32) {
            self.x = x
            self.y = y
        }

        init(_ coordinate: Coordinate) {
            x = Int32((coordinate.longitude * Contour.scale).rounded())
            y = Int32((coordinate.latitude * Contour.scale).rounded())
        }

        var coordinate: Coordinate? {
            Coordinate(latitude: Double(y) / Contour.scale, longitude: Double(x) / Contour.scale)
        }
    }

    static let scale = 1_000_000.0

    /// A closed line; its last point is not its first again.
    struct Ring: Sendable, Equatable {
        /// Whether it is the outer edge of a polygon; the holes that follow are in it.
        let isOuter: Bool
        /// Its points among the contour's.
        let range: Range<Int>
    }

    let rings: [Ring]
    let points: [Point]
    let low: Point
    let high: Point

    /// Nil where there is no ring, or one of fewer than three points.
    init?(rings: [Ring], points: [Point]) {
        guard let first = points.first, !rings.isEmpty, rings.allSatisfy({ $0.range.count >= 3 }) else { return nil }
        self.rings = rings
        self.points = points
        var (west, east, south, north) = (first.x, first.x, first.y, first.y)
        for point in points {
            (west, east) = (min(west, point.x), max(east, point.x))
            (south, north) = (min(south, point.y), max(north, point.y))
        }
        (low, high) = (Point(x: west, y: south), Point(x: east, y: north))
    }

    /// Whether its rings surround nothing.
    var isFlat: Bool {
        rings.allSatisfy { ring in
            let first = points[ring.range.lowerBound]
            // Twice the area, in triangles that share the first point (no product exceeds 2^58).
            let doubled = ring.range.dropLast().reduce(into: 0.0) { sum, index in
                sum += Double(Self.side(of: first, points[index], points[index + 1]))
            }
            return doubled == 0
        }
    }

    /// Whether the rectangle around it comes within so many metres of a place.
    func isWithin(_ metres: Double, of place: Coordinate) -> Bool {
        let point = Point(place)
        let nearest = Point(x: min(max(point.x, low.x), high.x), y: min(max(point.y, low.y), high.y))
        return nearest.coordinate.map { $0.distance(to: place) <= metres } ?? false
    }

    enum Position { case inside, border, outside }

    /// Even-odd: a point is inside if a ray to the east crosses the rings an odd number of times, whichever polygons
    /// and holes they are of.
    func position(of point: Point) -> Position {
        guard (low.x...high.x).contains(point.x), (low.y...high.y).contains(point.y) else { return .outside }
        var isInside = false
        for ring in rings {
            var before = points[ring.range.upperBound - 1]
            for index in ring.range {
                let here = points[index]
                // Twice the area of the triangle: which side of the edge, exactly (no product exceeds 2^58).
                let side = Self.side(of: point, before, here)
                if side == 0, Self.spans(point, before, here) { return .border }
                // Half open, so that a ray through a corner crosses once.
                if (before.y > point.y) != (here.y > point.y), (side > 0) == (here.y > before.y) { isInside.toggle() }
                before = here
            }
        }
        return isInside ? .inside : .outside
    }

    /// Metres from the point to the nearest edge, on the plane that touches the earth there: for short distances.
    func distance(to point: Point) -> Double {
        guard let coordinate = point.coordinate else { return .infinity }
        let metresPerUnit = Coordinate.earthRadius * .pi / 180 / Self.scale
        let shrink = coordinate.unitVector.z.magnitude
        let eastward = metresPerUnit * max(0, 1 - shrink * shrink).squareRoot()
        func plane(_ other: Point) -> (x: Double, y: Double) {
            (Double(Int(other.x) - Int(point.x)) * eastward, Double(Int(other.y) - Int(point.y)) * metresPerUnit)
        }
        var nearest = Double.infinity
        for ring in rings {
            var before = plane(points[ring.range.upperBound - 1])
            for index in ring.range {
                let here = plane(points[index])
                nearest = min(nearest, Self.distanceFromOrigin(before, here))
                before = here
            }
        }
        return nearest
    }

    private static func distanceFromOrigin(_ a: (x: Double, y: Double), _ b: (x: Double, y: Double)) -> Double {
        let (dx, dy) = (b.x - a.x, b.y - a.y)
        let length = dx * dx + dy * dy
        let share = length == 0 ? 0 : min(1, max(0, -(a.x * dx + a.y * dy) / length))
        let (x, y) = (a.x + share * dx, a.y + share * dy)
        return (x * x + y * y).squareRoot()
    }

    /// Positive where the point lies to the left of the way from `a` to `b`.
    private static func side(of point: Point, _ a: Point, _ b: Point) -> Int {
        (Int(b.x) - Int(a.x)) * (Int(point.y) - Int(a.y)) - (Int(point.x) - Int(a.x)) * (Int(b.y) - Int(a.y))
    }

    private static func spans(_ point: Point, _ a: Point, _ b: Point) -> Bool {
        (min(a.x, b.x)...max(a.x, b.x)).contains(point.x) && (min(a.y, b.y)...max(a.y, b.y)).contains(point.y)
    }
}

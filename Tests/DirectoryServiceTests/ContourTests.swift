import Schema
import Support
import Testing

@testable import DirectoryService

@Suite("Outlines")
struct ContourTests {
    /// Rings in degrees, longitude before latitude, not closed; the first of each polygon is its outer one.
    static func contour(_ polygons: [[[(Double, Double)]]]) -> Contour? {
        var (rings, points): ([Contour.Ring], [Contour.Point]) = ([], [])
        for polygon in polygons {
            for (index, ring) in polygon.enumerated() {
                let start = points.count
                points += ring.map { Contour.Point(Coordinate(latitude: $0.1, longitude: $0.0)!) }
                rings.append(Contour.Ring(isOuter: index == 0, range: start..<points.count))
            }
        }
        return Contour(rings: rings, points: points)
    }

    static func square(_ west: Double, _ south: Double, _ side: Double) -> [(Double, Double)] {
        [(west, south), (west + side, south), (west + side, south + side), (west, south + side)]
    }

    private func position(_ contour: Contour, _ longitude: Double, _ latitude: Double) -> Contour.Position {
        contour.position(of: Contour.Point(Coordinate(latitude: latitude, longitude: longitude)!))
    }

    @Test("have an inside, holes, islands in holes, and several parts")
    func parts() throws {
        let contour = try #require(
            Self.contour([
                [Self.square(0, 0, 9), Self.square(3, 3, 3)], [Self.square(4, 4, 1)], [Self.square(20, 0, 1)],
            ]))
        #expect(position(contour, 1, 1) == .inside && position(contour, 8.999999, 8.999999) == .inside)
        #expect(position(contour, 3.5, 3.5) == .outside, "in the hole")
        #expect(position(contour, 4.5, 4.5) == .inside, "on the island in the hole")
        #expect(position(contour, 20.5, 0.5) == .inside && position(contour, 15, 0.5) == .outside)
        #expect(position(contour, -0.000001, 4) == .outside && position(contour, 4, 9.000001) == .outside)
    }

    @Test("have borders: edges, corners and the edges of holes")
    func borders() throws {
        let contour = try #require(Self.contour([[Self.square(0, 0, 9), Self.square(3, 3, 3)]]))
        for (longitude, latitude) in [(0.0, 0.0), (9, 9), (0, 4), (4, 0), (9, 4.5), (3, 3), (3, 4), (6, 6), (4.5, 3)] {
            #expect(position(contour, longitude, latitude) == .border, "\(longitude) \(latitude)")
        }
        let slope = try #require(Self.contour([[[(0, 0), (3, 1), (0, 2)]]]))
        #expect(position(slope, 1.5, 0.5) == .border)
        #expect(position(slope, 1.5, 0.500001) == .inside && position(slope, 1.5, 0.499999) == .outside)
    }

    /// A ray through a corner, or along an edge, must not be counted twice or not at all.
    @Test("are judged alike along rays through their corners")
    func rays() throws {
        let star = try #require(
            Self.contour([[[(0, 0), (2, 1), (4, 0), (3, 2), (4, 4), (2, 3), (0, 4), (1, 2)]]]))
        #expect(position(star, 2, 2) == .inside && position(star, 1.5, 2) == .inside)
        #expect(position(star, 0.5, 2) == .outside && position(star, 3.5, 2) == .outside)
        #expect(position(star, 0.25, 1) == .outside && position(star, 0.75, 1) == .inside)
        #expect(position(star, -1, 0) == .outside && position(star, -1, 4) == .outside)
        #expect(position(star, 2, 0) == .outside && position(star, 2, 4) == .outside)
    }

    @Test("share their borders without gaps or overlaps, whatever the way they are drawn")
    func partition() throws {
        var random = SeededGenerator(seed: 24)
        // Two neighbours along a ragged line, drawn in opposite directions.
        let line = (0...40).map { (Double.random(in: 4...6, using: &random), Double($0) / 4) }
        let west = try #require(Self.contour([[[(0, 0)] + line + [(0, 10)]]]))
        let east = try #require(Self.contour([[[(10, 10)] + line.reversed() + [(10, 0)]]]))
        for _ in 0..<4000 {
            let (x, y) = (Double.random(in: 4...6, using: &random), Double.random(in: 0.001...9.999, using: &random))
            let (left, right) = (position(west, x, y), position(east, x, y))
            #expect(
                (left == .border) == (right == .border) && (left == .inside) != (right == .inside) || left == .border)
        }
        for (x, y) in line.dropFirst().dropLast() {
            #expect(position(west, x, y) == .border && position(east, x, y) == .border)
        }
    }

    @Test("are kept to the bit, and nothing else is taken for one")
    func bytes() throws {
        let contour = try #require(
            Self.contour([[Self.square(-2.5, 47, 0.3), Self.square(-2.4, 47.1, 0.1)], [Self.square(-1, -46, 0.1)]]))
        #expect(Contour(bytes: contour.bytes) == contour)
        for length in 0..<contour.bytes.count { #expect(Contour(bytes: Array(contour.bytes.prefix(length))) == nil) }
        #expect(Contour(bytes: contour.bytes + [0, 0, 0, 0]) == nil)
        #expect(Contour(bytes: [0xFF, 0xFF, 0xFF, 0xFF]) == nil)
        #expect(Contour(bytes: [0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF]) == nil)
        #expect(Self.contour([[[(0, 0), (1, 1)]]]) == nil && Self.contour([]) == nil)
    }

    @Test("are a known number of metres away")
    func distance() throws {
        let contour = try #require(Self.contour([[Self.square(-2, 47, 0.1)]]))
        func metres(_ longitude: Double, _ latitude: Double) -> Double {
            contour.distance(to: Contour.Point(Coordinate(latitude: latitude, longitude: longitude)!))
        }
        // A thousandth of a degree: 111.2 m of latitude, and 75.8 m of longitude at 47° north.
        #expect(abs(metres(-1.95, 47.101) - 111.2) < 0.1 && abs(metres(-2.001, 47.05) - 75.8) < 0.2)
        #expect(abs(metres(-2.001, 46.999) - (111.2 * 111.2 + 75.8 * 75.8).squareRoot()) < 0.3)
    }

    @Test("are found by their squares as by looking at all")
    func index() throws {
        var random = SeededGenerator(seed: 53)
        var contours: [String: Contour] = [:]
        for number in 0..<300 {
            let corner = (Double.random(in: -3...3, using: &random), Double.random(in: -3...3, using: &random))
            let side = Double.random(in: 0.01...0.7, using: &random)
            contours[String(10_000 + number)] = Self.contour([[Self.square(corner.0, corner.1, side)]])
        }
        let index = ContourIndex(contours)
        for _ in 0..<3000 {
            let point = Coordinate(
                latitude: Double.random(in: -3.5...3.5, using: &random),
                longitude: Double.random(in: -3.5...3.5, using: &random))!
            let expected = contours.filter { $0.value.position(of: Contour.Point(point)) == .inside }.keys.sorted()
            #expect(index.codes(at: point) == expected)
            let nearest = contours.values.map { $0.distance(to: Contour.Point(point)) }.min()!
            if expected.isEmpty, nearest < 500 {
                #expect(index.nearest(to: point, within: 500)?.metres == nearest)
            }
        }
    }
}

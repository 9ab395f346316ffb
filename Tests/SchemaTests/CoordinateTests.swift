import Foundation
import Schema
import Support
import Testing

@Suite("Coordinates")
struct CoordinateTests {
    private func point(_ latitude: Double, _ longitude: Double) throws -> Coordinate {
        try #require(Coordinate(latitude: latitude, longitude: longitude))
    }

    @Test("agrees with published distances")
    func published() throws {
        // Nashville to Los Angeles, 2,886.444 km on a sphere of 6,371.0 km (Rosetta Code, haversine formula).
        let flight = try point(36.12, -86.67).distance(to: try point(33.94, -118.40))
        #expect(abs(flight - 2_886_444.443 * 6_371.0088 / 6_371.0) < 1)
        // Land's End to John o' Groats, 968.9 km (Movable Type Scripts).
        let island = try point(50.066389, -5.714722).distance(to: try point(58.643889, -3.07))
        #expect(abs(island - 968_900) < 100)
        // A quarter and a half of the circumference.
        let quarter = Double.pi / 2 * 6_371_008.8
        #expect(abs(try point(0, 0).distance(to: try point(0, 90)) - quarter) < 0.01)
        #expect(abs(try point(0, 0).distance(to: try point(90, 137)) - quarter) < 0.01)
        #expect(abs(try point(90, 0).distance(to: try point(-90, 0)) - 2 * quarter) < 0.01)
        #expect(abs(try point(10, 20).distance(to: try point(-10, -160)) - 2 * quarter) < 0.5)
        // A minute of latitude is about a nautical mile; the antimeridian is no border.
        #expect(abs(try point(47, 2).distance(to: try point(47 + 1.0 / 60, 2)) - 1853.25) < 0.1)
        #expect(try point(0, 180).distance(to: try point(0, -180)) < 0.001)
    }

    @Test("agrees with the haversine formula, is symmetric, and its chord keeps the order")
    func haversine() throws {
        var generator = SeededGenerator(seed: 1984)
        func random() throws -> Coordinate {
            try point(
                .random(in: -90...90, using: &generator), .random(in: -180...180, using: &generator))
        }
        func formula(_ a: Coordinate, _ b: Coordinate) -> Double {
            let radians = Double.pi / 180
            let half = { (x: Double) in sin(x / 2) * sin(x / 2) }
            let h =
                half((b.latitude - a.latitude) * radians)
                + cos(a.latitude * radians) * cos(b.latitude * radians) * half((b.longitude - a.longitude) * radians)
            return 2 * 6_371_008.8 * asin(min(1, h.squareRoot()))
        }
        for _ in 0..<runs(2_000) {
            let (a, b, c) = (try random(), try random(), try random())
            #expect(abs(a.distance(to: b) - formula(a, b)) < 0.5)
            #expect(a.distance(to: b) == b.distance(to: a))
            #expect(a.distance(to: a) == 0)
            #expect((a.distance(to: b) < a.distance(to: c)) == (a.squaredChord(to: b) < a.squaredChord(to: c)))
            let near = try point(
                min(90, a.latitude + 0.0001), a.longitude)
            #expect(abs(a.distance(to: near) - formula(a, near)) < 0.001)
        }
    }

    @Test("takes no point off the globe")
    func bounds() {
        for (latitude, longitude) in [
            (90.000001, 0), (-90.000001, 0), (0, 180.000001), (0, -180.000001), (.nan, 0), (0, .nan), (.infinity, 0),
            (0, -.infinity),
        ] {
            #expect(Coordinate(latitude: latitude, longitude: longitude) == nil)
        }
        #expect(Coordinate(latitude: -90, longitude: 180) != nil)
    }
}

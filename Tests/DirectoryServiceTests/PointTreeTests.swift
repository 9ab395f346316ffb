import Foundation
import Schema
import Support
import Testing

@testable import DirectoryService

@Suite("The tree of points")
struct PointTreeTests {
    /// The walk must give every point within the limit that passes, nearest first; whoever ties may come in any order.
    private func walk(_ coordinates: [Coordinate], from center: Coordinate, within limit: Double, modulus: Int) {
        let (tree, order) = PointTree.build(coordinates.map(UnitVector.init))
        #expect(order.sorted() == Array(coordinates.indices))
        var walk = tree.nearest(to: UnitVector(center), within: limit)
        var found: [(index: Int, chord: Double)] = []
        while let (ordinal, chord) = walk.next(where: { order[$0] % modulus == 0 }) {
            found.append((order[ordinal], chord))
        }
        let expected = coordinates.enumerated().map { (index: $0.offset, chord: center.squaredChord(to: $0.element)) }
            .filter { $0.index % modulus == 0 && $0.chord <= limit }
            .sorted { ($0.chord, $0.index) < ($1.chord, $1.index) }
        #expect(found.map(\.chord) == expected.map(\.chord))
        #expect(found.sorted { ($0.chord, $0.index) < ($1.chord, $1.index) }.map(\.index) == expected.map(\.index))
    }

    @Test("walks outwards as brute force does: random, crowded, equal points", arguments: 0..<8)
    func random(round: Int) throws {
        var random = SeededGenerator(seed: UInt64(round))
        for turn in 0..<260 {
            let count = Int.random(in: 0...(turn % 10 == 0 ? 400 : 70), using: &random)
            let spread = random.pick([0.0, 0.001, 1, 90])
            let middle = random.pick([(47.2, -1.5), (0, 180), (89.9, 10), (-90, 0), (0, 0)])
            func point() throws -> Coordinate {
                var longitude = middle.1 + Double.random(in: -2 * spread...2 * spread, using: &random)
                if longitude > 180 { longitude -= 360 }
                if longitude < -180 { longitude += 360 }
                let latitude = middle.0 + Double.random(in: -spread...spread, using: &random)
                return try #require(Coordinate(latitude: min(90, max(-90, latitude)), longitude: longitude))
            }
            var points = try (0..<count).map { _ in try point() }
            if count > 3, random.oneIn(2) { points += random.some(count / 2, of: points) }
            let limit = random.pick([0, 1e-9, 1e-6, 0.001, 0.5, 4])
            let center = random.oneIn(3) && count > 0 ? random.pick(points) : try point()
            walk(points, from: center, within: limit, modulus: random.pick([1, 1, 2, 7]))
        }
    }

    @Test("takes both sides of the antimeridian and every meridian at a pole for neighbours")
    func seams() throws {
        func nearest(_ center: (Double, Double), _ others: [(Double, Double)]) throws -> [Int] {
            let points = try others.map { try #require(Coordinate(latitude: $0.0, longitude: $0.1)) }
            let (tree, order) = PointTree.build(points.map(UnitVector.init))
            let center = try #require(Coordinate(latitude: center.0, longitude: center.1))
            var walk = tree.nearest(to: UnitVector(center), within: 4)
            var found: [Int] = []
            while let (ordinal, _) = walk.next(where: { _ in true }) { found.append(order[ordinal]) }
            return found
        }
        #expect(try nearest((0, 179.9), [(0, 178), (0, -179.9), (0, 0)]) == [1, 0, 2])
        #expect(try nearest((89.9, 0), [(89, 0), (89.9, 180), (80, 0)]) == [1, 0, 2])
    }

    @Test("looks at few points where few are taken")
    func cost() throws {
        var random = SeededGenerator(seed: 3)
        let points = (0..<20_000).map { _ in
            Coordinate(
                latitude: Double.random(in: 42...51, using: &random),
                longitude: Double.random(in: -5...8, using: &random))!
        }
        let (tree, _) = PointTree.build(points.map(UnitVector.init))
        var walk = tree.nearest(to: UnitVector(points[0]), within: 4)
        var looks = 0
        for _ in 0..<20 {
            #expect(
                walk.next { _ in
                    looks += 1; return true
                } != nil)
        }
        #expect(looks < 400)
    }

    @Test("measures distances as spherical trigonometry does")
    func distance() throws {
        let nantes = try #require(Coordinate(latitude: 47.21725, longitude: -1.55336))
        let marseille = try #require(Coordinate(latitude: 43.29695, longitude: 5.38107))
        var random = SeededGenerator(seed: 4)
        for _ in 0..<2000 {
            let other = try #require(
                Coordinate(
                    latitude: Double.random(in: -90...90, using: &random),
                    longitude: Double.random(in: -180...180, using: &random)))
            #expect(abs(nantes.distance(to: other) - vincenty(nantes, other)) < 0.01)
        }
        #expect(abs(nantes.distance(to: marseille) - 695_900) < 500)
    }

    /// On a sphere, sound at every angle.
    private func vincenty(_ from: Coordinate, _ to: Coordinate) -> Double {
        func radians(_ degrees: Double) -> Double { degrees * .pi / 180 }
        let (a, b) = (radians(from.latitude), radians(to.latitude))
        let delta = radians(to.longitude - from.longitude)
        let across = hypot(cos(b) * sin(delta), cos(a) * sin(b) - sin(a) * cos(b) * cos(delta))
        return 6_371_008.8 * atan2(across, sin(a) * sin(b) + cos(a) * cos(b) * cos(delta))
    }
}

import Foundation

/// A point on the WGS 84 ellipsoid, in degrees.
package struct Coordinate: Sendable, Hashable {
    package let latitude: Double
    package let longitude: Double

    /// Nil outside ±90 and ±180 degrees, and for anything that is not a number.
    package init?(latitude: Double, longitude: Double) {
        guard (-90...90).contains(latitude), (-180...180).contains(longitude) else { return nil }
        self.latitude = latitude
        self.longitude = longitude
    }

    /// Great-circle distance in metres on the sphere of IUGG mean radius 6,371,008.8 m (haversine; within 0.5 % of
    /// the ellipsoid).
    package func distance(to other: Coordinate) -> Double {
        2 * Self.earthRadius * asin(min(1, squaredChord(to: other).squareRoot() / 2))
    }

    /// Squared straight-line distance of the two points on the unit sphere: grows with ``distance(to:)`` and is
    /// cheaper.
    package func squaredChord(to other: Coordinate) -> Double {
        let (a, b) = (unitVector, other.unitVector)
        let (x, y, z) = (a.x - b.x, a.y - b.y, a.z - b.z)
        return x * x + y * y + z * z
    }

    package var unitVector: (x: Double, y: Double, z: Double) {
        let (phi, lambda) = (latitude * .pi / 180, longitude * .pi / 180)
        return (cos(phi) * cos(lambda), cos(phi) * sin(lambda), sin(phi))
    }

    package static let earthRadius = 6_371_008.8
}

import Foundation
import Schema

/// A rectangle of degrees, as a map shows one: its edges belong to it.
struct BoundingBox: Sendable, Equatable {
    let west: Double
    let south: Double
    let east: Double
    let north: Double

    func contains(_ point: Coordinate) -> Bool {
        point.latitude >= south && point.latitude <= north && point.longitude >= west && point.longitude <= east
    }

    var center: Coordinate? { Coordinate(latitude: (south + north) / 2, longitude: (west + east) / 2) }

    /// A squared chord around the center within which all of it lies: where it is at most half of the way around, none
    /// of its points is farther than its corners.
    var squaredChordLimit: Double {
        guard let center, east - west <= 180 else { return 4 }
        let corners = [south, north].compactMap { Coordinate(latitude: $0, longitude: west)?.squaredChord(to: center) }
        return (corners.max() ?? 4) * 1.000_001
    }

    /// `west,south,east,north`, as GeoJSON's `bbox` has them (RFC 7946 §5), of some width and height. None crosses the
    /// meridian of 180 degrees.
    static let rule = TextRule { text throws(Flaw) in
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4 else { throw shape }
        let longitudes = TextRule<Double>.number(-180...180)
        let latitudes = TextRule<Double>.number(-90...90)
        let box = BoundingBox(
            west: try longitudes.read(parts[0]), south: try latitudes.read(parts[1]),
            east: try longitudes.read(parts[2]), north: try latitudes.read(parts[3]))
        guard box.west < box.east, box.south < box.north else { throw empty }
        return box
    }

    /// A box near our communes once its latitudes and longitudes change places, and only then.
    func isSwapped(in geography: Geography) -> Bool {
        center.map(geography.isSwapped) ?? false
    }

    private static let shape = Flaw.format(
        "ouest,sud,est,nord en degrés", "west,south,east,north in degrees")
    private static let empty = Flaw(
        "empty-box", fr: "Un rectangle va de l’ouest vers l’est et du sud vers le nord : ouest,sud,est,nord.",
        en: "A box goes from west to east and from south to north: west,south,east,north.")
}

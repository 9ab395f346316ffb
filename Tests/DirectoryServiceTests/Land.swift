import Foundation
import Schema
import Support

@testable import DirectoryService

/// Communes and territories in the plainest form.
struct Land: Sendable {
    struct Place: Sendable {
        let code: String
        let name: String
        let department: String
        let region: String
        let point: Sketch.Point
        let population: Int
    }

    struct Area: Sendable {
        let kind: String
        let code: String
        let name: String
        let region: String
        let communes: [String]
    }

    var places: [Place]
    var areas: [Area]

    /// As production holds it.
    var geography: Geography {
        Geography(
            communes: places.map { place in
                Commune(
                    code: place.code, name: place.name, department: place.department, region: place.region,
                    centroid: Coordinate(latitude: place.point.latitude, longitude: place.point.longitude)!,
                    population: place.population)
            },
            territories: areas.map {
                Territory(kind: $0.kind, code: $0.code, name: $0.name, region: $0.region, communes: $0.communes)
            })
    }

    /// Invented communes of three regions. 53 is a region and, in region 52, a department. Some communes lie in no
    /// territory; a third of the departments is crowded, so that distances often tie or nearly do.
    static func random(communes count: Int, _ random: inout SeededGenerator) -> Land {
        let departments = [
            ("44", "52"), ("49", "52"), ("53", "52"), ("22", "53"), ("35", "53"), ("14", "28"), ("50", "28"),
        ]
        let names = ["Saint-Étienne", "Commune", "L’Haÿ-les-Roses", "Ste-Luce", "Œuilly"]
        let places = (0..<count).map { index in
            let (department, region) = departments[index % departments.count]
            let corner = Double(index % departments.count)
            let spread = index % 3 == 0 ? 0.05 : 1.2
            return Place(
                code: department + String(String(1000 + index).suffix(3)),
                name: "\(names[index % names.count]) \(index)",
                department: department, region: region,
                point: .random(
                    around: Sketch.Point(latitude: 46.5 + corner * 0.4, longitude: -1.5 + corner * 0.35),
                    within: spread, &random),
                population: Int.random(in: 10...90_000, using: &random))
        }
        var areas: [Area] = []
        for (kind, prefix, number) in [
            ("territoire-spro", "", 4), ("bassin-emploi", "b", 3), ("bassin-vie", "v", 5), ("epci", "2440000", 6),
        ] {
            for region in ["28", "52", "53"] {
                let own = places.filter { $0.region == region }.map(\.code).shuffled(using: &random)
                for index in 0..<number {
                    let members = own.enumerated().filter { $0.offset % (number + 1) == index }.map(\.element)
                    let code = kind == "epci" ? "2\(region)00000\(index)" : "\(region)-\(prefix)\(index)"
                    areas.append(
                        Area(kind: kind, code: code, name: "Aire \(code)", region: region, communes: members))
                }
            }
        }
        return Land(places: places, areas: areas)
    }

    /// `insee_code,name,department,region,latitude,longitude,population`, no field quoted.
    static func places(csv: String) -> [Place] {
        csv.split(whereSeparator: \.isNewline).dropFirst().map { line in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            return Place(
                code: fields[0], name: fields[1], department: fields[2], region: fields[3],
                point: Sketch.Point(latitude: Double(fields[4])!, longitude: Double(fields[5])!),
                population: Int(fields[6])!)
        }
    }

    /// `code,name,region,kind,communes`, no field quoted.
    static func areas(csv: String) -> [Area] {
        csv.split(whereSeparator: \.isNewline).dropFirst().map { line in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            return Area(
                kind: fields[3], code: fields[0], name: fields[1], region: fields[2],
                communes: fields[4].split(separator: " ").map(String.init))
        }
    }
}

extension Sketch.Point {
    /// A point in a square of so many degrees' half side, to the fifth decimal (about a metre).
    static func random(around center: Self, within degrees: Double, _ random: inout SeededGenerator) -> Self {
        func round(_ number: Double) -> Double { (number * 100_000).rounded() / 100_000 }
        return Self(
            latitude: round(center.latitude + Double.random(in: -degrees...degrees, using: &random)),
            longitude: round(center.longitude + Double.random(in: -degrees...degrees, using: &random)))
    }
}

import Foundation
import NIOHTTP1
import Schema
import Support
import Testing

@testable import DirectoryService

@Suite("The outline of a territory")
struct TerritoryFeatureTests {
    private static let features = [("Accept", "application/geo+json")]

    @Test("is that of its communes, as far as it is known, and follows an import")
    func outlines() async throws {
        try await withDirectory { directory in
            let path = "/v1/territories/territoire-spro:52-02"
            let plain = try await directory.get(path)
            let document = try plain.json
            let communes = document["communes"]?.array?.compactMap { $0["insee_code"]?.string } ?? []
            try #require(communes.contains("44184") && communes.contains("44132"))
            let empty = try await directory.get(path, Self.features)
            #expect(empty.status == 200 && empty.headers["content-type"] == ["application/geo+json"])
            let nothing = try empty.json
            #expect(nothing.object?.members.map(\.name) == ["type", "id", "geometry", "properties"])
            #expect(nothing["type"] == "Feature" && nothing["id"] == "territoire-spro:52-02")
            #expect(nothing["geometry"] == JSONValue.null)
            #expect(nothing["properties"]?["name"] == document["name"])
            #expect(nothing["properties"]?["communes_without_outline"]?.array?.compactMap(\.string) == communes)

            // Clockwise, and with a hole drawn counterclockwise: GeoJSON wants them the other way round.
            let ring = Array(ContourTests.square(-2.3, 47.2, 0.1).reversed())
            let contours = LocateTests.collection([
                ("44184", [ring, ContourTests.square(-2.26, 47.24, 0.02)]),
                ("49007", [ContourTests.square(-0.6, 47.4, 0.1)]),
            ])
            try await load(.contours, Array(contours.utf8), into: directory.database)
            try await eventually { try await directory.get(path, Self.features).json["geometry"] != JSONValue.null }
            let drawn = try await directory.get(path, Self.features)
            let geometry = try drawn.json["geometry"]
            #expect(geometry?["type"] == "MultiPolygon")
            let polygons = try #require(geometry?["coordinates"]?.array)
            try #require(polygons.count == 1 && polygons[0].array?.count == 2)
            let rings = try #require(polygons[0].array).map { ring in
                (ring.array ?? []).map { [$0[0]?.double ?? 0, $0[1]?.double ?? 0] }
            }
            #expect(rings.allSatisfy { $0.count == 5 && $0.first == $0.last })
            #expect(Set(rings[0]) == [[-2.3, 47.2], [-2.2, 47.2], [-2.2, 47.3], [-2.3, 47.3]])
            #expect(area(rings[0]) > 0 && area(rings[1]) < 0)
            let missing = try drawn.json["properties"]?["communes_without_outline"]?.array?.compactMap(\.string)
            #expect(missing == communes.filter { $0 != "44184" })

            let tags = [plain, empty, drawn].compactMap { $0.headers["etag"].first }
            #expect(Set(tags).count == 3)
            let again = try await directory.get(path, Self.features + [("If-None-Match", tags[2])])
            #expect(again.status == 304 && again.headers["vary"] == ["Accept"])
            #expect(try await directory.get(path, [("If-None-Match", tags[2])]).status == 200)
            try expectProblem(try await directory.get(path, [("Accept", "text/csv")]), 406, "not-acceptable")
        }
    }

    @Test("has each part of Marseille once")
    func arrondissements() throws {
        let marseille = Commune(
            code: "13055", name: "Marseille", department: "13", region: "93",
            centroid: Coordinate(latitude: 43.29239, longitude: 5.42189)!, population: 886_040)
        func outline(_ side: Double) throws -> Contour {
            try #require(ContourTests.contour([[ContourTests.square(5.3, 43.2, side)]]))
        }
        let (whole, part) = (try outline(0.2), try outline(0.1))
        func outlines(_ contours: [String: Contour]) throws -> [Contour] {
            let geography = Geography(communes: [marseille], territories: [], contours: contours)
            return geography.outlines(of: try #require(geography.territories["departement:13"]))
        }
        #expect(try outlines(["13055": whole, "13201": part]) == [whole])
        #expect(try outlines(["13201": part]) == [part])
        #expect(try outlines(["44184": part]) == [])
    }

    /// Positive where the ring goes counterclockwise.
    private func area(_ ring: [[Double]]) -> Double {
        zip(ring, ring.dropFirst()).reduce(0) { $0 + $1.0[0] * $1.1[1] - $1.1[0] * $1.0[1] }
    }
}

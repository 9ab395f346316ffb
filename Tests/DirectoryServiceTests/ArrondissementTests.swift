import Schema
import Testing

@testable import DirectoryService

/// The 1st arrondissement of Marseille has its centroid at 43.2999, 5.3823.
@Suite("Municipal arrondissements")
struct ArrondissementTests {
    @Test("are told by their outline, else by the nearest centroid")
    func arrondissements() throws {
        let marseille = Commune(
            code: "13055", name: "Marseille", department: "13", region: "93",
            centroid: Coordinate(latitude: 43.29239, longitude: 5.42189)!, population: 886_040)
        func outline(_ west: Double, _ south: Double, _ side: Double) throws -> Contour {
            try #require(ContourTests.contour([[ContourTests.square(west, south, side)]]))
        }
        func part(_ contours: [String: Contour], _ latitude: Double, _ longitude: Double) -> String? {
            let geography = Geography(communes: [marseille], territories: [], contours: contours)
            let found = geography.whereabouts(of: Coordinate(latitude: latitude, longitude: longitude)!)
            guard found.commune == marseille else { return nil }
            return found.arrondissement.map { "\($0.arrondissement.code) \($0.method.rawValue)" } ?? "none"
        }
        let whole = try outline(5.2, 43.1, 0.4)
        #expect(part([:], 43.2985, 5.3780) == "13201 nearest-centroid")
        #expect(part(["13055": whole], 43.2985, 5.3780) == "13201 nearest-centroid")
        #expect(part(["13055": whole], 43.0990, 5.3780) == "13208 nearest-centroid", "off the shore")
        #expect(part(["13055": whole], 43.05, 5.3780) == nil, "in the sea")
        #expect(part(["13055": whole, "13201": try outline(5.37, 43.29, 0.02)], 43.2985, 5.3780) == "13201 contour")
        let elsewhere = try outline(5.30, 43.29, 0.02)
        #expect(part(["13055": whole, "13201": elsewhere], 43.2999, 5.3823) == "13203 nearest-centroid")
        let all = Dictionary(
            uniqueKeysWithValues: try MunicipalArrondissement.all.map { ($0.code, try outline(5.3, 43.2, 0.01)) })
        #expect(part(all.merging(["13055": whole]) { first, _ in first }, 43.2985, 5.3780) == "none")
        #expect(MunicipalArrondissement.byCommune.mapValues(\.count) == ["75056": 20, "69123": 9, "13055": 16])
    }

    @Test("an outline whose commune no file has brought is nowhere")
    func unknownCommune() throws {
        let nazaire = Commune(
            code: "44184", name: "Saint-Nazaire", department: "44", region: "52",
            centroid: Coordinate(latitude: 47.28, longitude: -2.25)!, population: 72_057)
        let text = LocateTests.collection([
            ("44184", [ContourTests.square(-2.3, 47.2, 0.1)]), ("44999", [ContourTests.square(-2.2, 47.2, 0.1)]),
        ])
        let geography = Geography(communes: [nazaire], territories: [])
        var report = ImportReport(subject: "contours")
        let contours = ContourImport.read(Array(text.utf8), in: geography, &report)
        #expect(
            report.text(isDryRun: false).contains(
                "warning: feature 2: commune 44999 is not among the imported communes: the outline is kept, and points "
                    + "in it are nowhere until `import communes` brings 44999"))
        let drawn = Geography(communes: [nazaire], territories: [], contours: contours)
        #expect(drawn.whereabouts(of: Coordinate(latitude: 47.25, longitude: -2.15)!) == .nowhere)
        #expect(drawn.whereabouts(of: Coordinate(latitude: 47.25, longitude: -2.199)!) == .nowhere, "near the border")
        #expect(drawn.whereabouts(of: Coordinate(latitude: 47.25, longitude: -2.25)!).commune == nazaire)
    }

    @Test("an outline far from its commune, as with exchanged axes, is refused")
    func elsewhere() throws {
        let nazaire = Commune(
            code: "44184", name: "Saint-Nazaire", department: "44", region: "52",
            centroid: Coordinate(latitude: 47.28, longitude: -2.25)!, population: 72_057)
        let geography = Geography(communes: [nazaire], territories: [])
        // The second's nearest corner is 0.4° of longitude away: 30.2 km.
        for (west, south, isFar) in [(-1.86, 47.28, false), (-1.85, 47.28, true), (47.28, -2.25, true)] {
            let text = LocateTests.collection([("44184", [ContourTests.square(west, south, 0.1)])])
            var report = ImportReport(subject: "contours")
            _ = ContourImport.read(Array(text.utf8), in: geography, &report)
            #expect(report.complaints.map(\.code) == (isFar ? ["contour-elsewhere"] : []), "\(west)")
        }
    }
}

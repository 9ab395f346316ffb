import Foundation
import Postgres
import Schema
import Support
import Testing

@testable import DirectoryService

private let folder = ProcessInfo.processInfo.environment["SPRO_REFERENCE_DATA"]

/// The communes, outlines and history of five regions, where a folder with them is named by `SPRO_REFERENCE_DATA`.
@Suite(
    "The reference data of five regions",
    .enabled(if: folder != nil, "SPRO_REFERENCE_DATA names no folder"))
struct ReferenceDataTests {
    private static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: folder ?? "").appending(path: name)))
    }

    /// Two communes have changed their codes since the outlines of which the file of communes was made, and so are
    /// missing there (INSEE: Aurseulles 14011 is 14581 since 2024, Orée d'Anjou 49069 is 49126 since 2025).
    private static let missing = """
        insee_code,name,department,region,latitude,longitude,population
        14581,Aurseulles,14,28,49.11,-0.68,1900
        49126,Orée d'Anjou,49,52,47.32,-1.3,16600
        """

    @Test("loads, attaches every outline to a commune of today, and knows where a point lies")
    func loading() async throws {
        try await withDatabase(service: "directory", migrations: DirectoryMigrations.all) { database in
            #expect(try await load(.communes, try Self.bytes("communes.csv"), into: database).changed == 7769)
            let history = try await load(.communeChanges, try Self.bytes("commune-changes.csv"), into: database)
            #expect(history.read == 4749)
            let regions = ["24": 1776, "28": 2709, "52": 1272, "53": 1232, "93": 947]
            var warnings: [String] = []
            for (region, count) in regions.sorted(by: { $0.key < $1.key }) {
                let report = try await load(.contours, try Self.bytes("contours-\(region).geojson"), into: database)
                #expect(report.read == count && report.changed == count)
                warnings += report.warnings
            }
            // Told to the operator, and mended by the communes that are missing.
            #expect(warnings.count == 2)
            for (warning, codes) in zip(warnings, [("14011", "14581"), ("49069", "49126")]) {
                #expect(warning.contains("\(codes.0), which is commune \(codes.1) today, is not among the imported"))
            }
            let before = try await database.pool(for: .runtime).withTransaction {
                try await GeographyRepository().read(in: $0).geography()
            }
            // Aurseulles: not in a neighbour of which the centroid or the border is near.
            #expect(before.whereabouts(of: Coordinate(latitude: 49.11, longitude: -0.68)!) == .nowhere)
            try await load(.communes, Array(Self.missing.utf8), into: database)
            let pool = database.pool(for: .runtime)
            let records = try await pool.withTransaction { try await GeographyRepository().read(in: $0) }
            let started = ContinuousClock.now
            let geography = try records.geography()
            let elapsed = ContinuousClock.now - started
            #expect(elapsed < .seconds(20), "decoded in \(elapsed), in a debug build")
            #expect(geography.contours.contours.count == 7936)
            #expect(geography.contours.contours.filter { geography.commune($0.code) == nil }.map(\.code) == [])
            #expect(geography.outlined == Set(geography.communes.keys))

            try points(in: geography)
            try centroids(in: geography)
            try arrondissements(in: geography)
        }
    }

    private func points(in geography: Geography) throws {
        let expected: [(latitude: Double, longitude: Double, code: String?)] = [
            (47.2735, -2.2138, "44184"),  // Saint-Nazaire, town hall
            (47.2023, -1.0045, "49023"),  // La Poitevinière, part of Beaupréau-en-Mauges since 2015
            (43.2976, 5.3811, "13055"),  // La Canebière, in Marseille's 1st arrondissement
            (47.0, -3.5, nil), (42.9, 5.2, nil),  // the Atlantic, the Mediterranean
            (48.8566, 2.3522, nil),  // Paris, which is not among them
            (48.1113, -1.68, "35238"),  // Rennes
            (49.11, -0.68, "14581"),  // Aurseulles
        ]
        for (latitude, longitude, code) in expected {
            let found = geography.whereabouts(of: Coordinate(latitude: latitude, longitude: longitude)!)
            #expect(found.commune?.code == code, "\(latitude) \(longitude): \(found)")
            #expect(found.method == (code == nil ? .nowhere : .contour), "\(latitude) \(longitude)")
        }
        // The outlines leave the arrondissements out. Belsunce, la Canebière, Bonneveine, l'Estaque, les Cinq-Avenues, la
        // Valentine.
        for (latitude, longitude, code) in [
            (43.2985, 5.3780, "13201"), (43.2976, 5.3811, "13201"), (43.2480, 5.3850, "13208"),
            (43.3620, 5.3140, "13216"), (43.3040, 5.3960, "13204"), (43.2920, 5.4860, "13211"),
        ] {
            let found = geography.whereabouts(of: Coordinate(latitude: latitude, longitude: longitude)!)
            #expect(found.commune?.code == "13055" && found.method == .contour)
            #expect(found.arrondissement?.arrondissement.code == code, "\(latitude) \(longitude): \(found)")
            #expect(found.arrondissement?.method == .nearestCentroid && found.arrondissement?.distance != nil)
        }
        #expect(geography.commune("13201")?.code == "13055")
        #expect(geography.commune("49243")?.code == "49023", "La Poitevinière")
        #expect(geography.commune("13055")?.name == "Marseille", "got arrondissements, and did not end")
    }

    /// A centroid lies in its commune but for a few winding ones.
    private func centroids(in geography: Geography) throws {
        let strays = geography.communes.values.filter { commune in
            geography.whereabouts(of: commune.centroid).commune?.code != commune.code
        }
        #expect(strays.count < 60, "\(strays.map(\.name).sorted())")
    }

    private func arrondissements(in geography: Geography) throws {
        let lines = String(decoding: try Self.bytes("municipal-arrondissements.csv"), as: UTF8.self)
            .split(whereSeparator: \.isNewline).dropFirst()
        #expect(lines.count == 16)
        for line in lines {
            let fields = line.split(separator: ",").map(String.init)
            let known = try #require(MunicipalArrondissement.byCode[fields[0]])
            #expect(known.name == fields[1] && known.commune == fields[2])
            #expect(geography.whereabouts(of: known.centroid).commune?.code == "13055", "\(known.name)")
        }
    }
}

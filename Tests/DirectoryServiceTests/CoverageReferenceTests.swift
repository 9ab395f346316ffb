import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing

@testable import DirectoryService

private let folder = ProcessInfo.processInfo.environment["SPRO_REFERENCE_DATA"]

/// On the real communes and populations of five regions, where a folder with them is named by `SPRO_REFERENCE_DATA`.
@Suite("Coverage of five regions", .enabled(if: folder != nil, "SPRO_REFERENCE_DATA names no folder"))
struct CoverageReferenceTests {
    @Test("is what plain loops find over all their communes, by zone and within a distance")
    func regions() async throws {
        let file = URL(filePath: folder ?? "").appending(path: "communes.csv")
        let bytes = Array(try Data(contentsOf: file))
        let demo = try DemoData()
        var land = Land(places: Land.places(csv: String(decoding: bytes, as: UTF8.self)), areas: demo.land.areas)
        // Populations of another year: what counts is the file.
        #expect(land.places.count > 7000)
        land.areas = demo.land.areas
        let oracle = CoverageOracle(land: land, sketches: demo.sketches, labelling: ["28"])
        try await withDatabase(service: "directory", migrations: DirectoryMigrations.all) { database in
            try await load(.communes, bytes, into: database)
            try await load(.territories, try DemoData.bytes("territories.csv"), into: database)
            try await load(.structures, try DemoData.bytes("structures.ndjson"), into: database)
            try await withService(.directory, on: database, settings: DirectoryFixture.settings) { service in
                let directory = DirectoryFixture(service: service, database: database)
                var populations: [Int] = []
                for region in ["24", "28", "52", "53", "93"] {
                    for limit in [nil, 20] as [Int?] {
                        let query = limit.map { "&max_km=\($0)" } ?? ""
                        try await CoverageTests.expect(
                            directory, "/v1/coverage?region=\(region)\(query)",
                            oracle.answer(region, maxKilometres: limit))
                    }
                    let json = try await directory.get("/v1/coverage?region=\(region)").json
                    #expect(json["refused_communes"]?.array == [])
                    populations.append(try #require(json["population"]?.int))
                }
                // Each has between two and a half and five and a half million inhabitants.
                #expect(populations.allSatisfy { (2_400_000...5_500_000).contains($0) }, "\(populations)")
            }
        }
    }
}

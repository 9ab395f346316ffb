import Foundation
import Postgres
import Schema
import Support
import Testing

@testable import DirectoryService

/// The oracle again, now against the whole way from an import through PostgreSQL and HTTP.
@Suite("Search through HTTP, beside brute force")
struct SearchServiceTests {
    @Test("over the demo data")
    func demo() async throws {
        let demo = try DemoData()
        let lines = try DemoData.bytes("structures.ndjson")
        try await withDirectoryDatabase { database in
            let report = try await load(.structures, lines, into: database)
            #expect(report.read == demo.sketches.count && report.changed == demo.sketches.count)
            try await Self.compare(demo.sketches, demo.land, on: database, questions: 60)
        }
    }

    /// The public facts lie beside a developer's checkout and not in it: without them this test is skipped.
    private static let communes = Repository.path("../shared/data/communes.csv")

    @Test(
        "over every commune of five regions",
        .enabled(if: FileManager.default.fileExists(atPath: communes), "needs ../shared/data/communes.csv"))
    func regions() async throws {
        let data = try Data(contentsOf: URL(filePath: Self.communes))
        var land = Land(places: Land.places(csv: String(decoding: data, as: UTF8.self)), areas: [])
        land.areas = try DemoData().land.areas
        let facts = land
        var random = SeededGenerator(seed: 44184)
        var maker = SketchMaker(land: facts)
        maker.kinds = ["accueil-information", "accueil-personnalise", "conseil-vae", "ressources-en-ligne"]
        // Two thirds around the three towns that are asked about.
        let towns = ["44184", "44109", "13055"]
        let sketches = maker.sketches(2000, &random).map { sketch -> Sketch in
            guard let commune = sketch.commune, !random.oneIn(3),
                let town = facts.places.first(where: { $0.code == random.pick(towns) })
            else { return sketch }
            var moved = sketch
            moved.precision = "commune"
            moved.commune = commune
            guard sketch.point != nil else { return moved }
            // A point lies near the commune of its address, or the import refuses it.
            let around = town.point
            if random.oneIn(4) {
                moved.commune = town.code
                moved.point = .random(around: around, within: 0.1, &random)
            } else {
                let point = Sketch.Point.random(around: around, within: 0.2, &random)
                moved.point = point
                moved.commune = facts.places.min { $0.point.metres(to: point) < $1.point.metres(to: point) }?.code
            }
            return moved
        }
        let lines = Array(sketches.map(\.line).joined(separator: "\n").utf8)
        try await withDatabase(service: "directory", migrations: DirectoryMigrations.all) { database in
            let report = try await load(.communes, Array(data), into: database)
            #expect(report.read == 7769 && report.changed == 7769)
            #expect(try await load(.communes, Array(data), into: database).changed == 0)
            try await load(.territories, try DemoData.bytes("territories.csv"), into: database)
            #expect(try await load(.structures, lines, into: database).changed == sketches.count)
            try await Self.compare(sketches, facts, on: database, questions: 90, asking: towns)
        }
    }

    private static func compare(
        _ sketches: [Sketch], _ land: Land, on database: Database, questions: Int, asking towns: [String] = ["44184"]
    ) async throws {
        try await withService(.directory, on: database, settings: DirectoryFixture.settings) { service in
            let directory = DirectoryFixture(service: service, database: database)
            let oracle = SearchOracle(sketches, land: land)
            var random = SeededGenerator(seed: 5)
            var maker = SketchMaker(land: land)
            maker.networks = Set(sketches.flatMap(\.networks)).sorted()
            maker.kinds = Set(sketches.flatMap(\.offers).map(\.kind)).sorted()
            for turn in 0..<questions {
                var question = Question.random(of: maker, &random)
                if question.commune != nil { question.commune = towns[turn % towns.count] }
                if turn < towns.count { question = Question(commune: towns[turn]) }
                // Asked again if midnight fell in between, which turns the order of equals.
                var day: Int
                var items: [Agreement.Item]
                repeat {
                    day = ParisClock.today.daysSinceEpoch
                    items = try await pages(question, limit: turn % 2 == 0 ? 100 : 17, of: directory)
                } while day != ParisClock.today.daysSinceEpoch
                Agreement(oracle.answer(question, day: day)).check(items, question.path)
            }
        }
    }

    private static func pages(
        _ question: Question, limit: Int, of directory: DirectoryFixture
    ) async throws -> [Agreement.Item] {
        var items: [Agreement.Item] = []
        var cursor: String?
        let path = question.path + (question.parameters.isEmpty ? "" : "&") + "limit=\(limit)"
        repeat {
            let answer = try await directory.get(path + (cursor.map { "&cursor=\($0)" } ?? ""))
            try #require(answer.status == 200, "\(path): \(answer.text.prefix(500))")
            let json = try answer.json
            items += try #require(json["items"]?.array).map { item in
                Agreement.Item(
                    id: try #require(UUID(text: item["id"]?.string ?? "")), isCompetent: item["competent"]?.bool,
                    metres: item["distance_m"]?.int)
            }
            cursor = json["next_cursor"]?.string
        } while cursor != nil
        return items
    }
}

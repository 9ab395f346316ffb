import BitCollections
import Charters
import Foundation
import NIOHTTP1
import Schema
import Support
import Testing

@testable import DirectoryService

@Suite("Coverage")
struct CoverageTests {
    @Test("is what plain loops find, on lands at random, with a base that an overlay covers", arguments: 0..<12)
    func random(_ seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed) + 900)
        let land = Land.random(communes: 120, &random)
        let maker = SketchMaker(land: land)
        let (old, recent) = (maker.sketches(150, &random), maker.sketches(25, &random))
        let charters = try CharterSet.load(from: Repository.path("charters"))
        let base = Segment(of: try old.map { try $0.structure() }, in: land.geography)
        // The last of the base have changed since: they say something else now.
        let changed = recent.enumerated().map { place, sketch in
            place < 10 ? Self.copy(sketch, as: old[place].id) : sketch
        }
        let snapshot = Snapshot(
            geography: land.geography, base: base,
            overlay: Segment(of: try changed.map { try $0.structure(version: 2) }, in: land.geography))
        let oracle = CoverageOracle(land: land, sketches: Array(old.dropFirst(10)) + changed, labelling: ["28"])
        var differences: Set<Int> = []
        for region in ["28", "52", "53"] {
            for services in [[], ["accueil-information"], ["cep-conseil", "conseil-vae"]] as [[String]] {
                for limit in [nil, 1, 15, 60] as [Int?] {
                    let question = RegionCoverage.Question(
                        region: region, services: services, maxKilometres: limit)
                    let found = RegionCoverage(question, in: snapshot, charters: charters).places
                    let expected = oracle.answer(region, services: services, maxKilometres: limit)
                    #expect(found.map(\.commune.code) == expected.map(\.code))
                    for (one, other) in zip(found, expected) {
                        let place = "\(region) \(services) \(limit ?? 0) \(other.code)"
                        #expect(one.isCovered == other.isCovered, "\(place)")
                        #expect(one.isCoveredFromAfar == other.isRemote, "\(place)")
                        #expect((one.nearest == nil) == (other.nearest == nil), "\(place)")
                        #expect(abs(Double(one.nearest ?? 0) - (other.nearest ?? 0)) <= 1, "\(place)")
                    }
                    differences.insert(expected.count { $0.isCovered })
                }
            }
        }
        #expect(differences.count > 10, "the questions tell nothing apart")
    }

    @Test("of the demo’s regions is the same over HTTP, in each form, by territory and department")
    func demo() async throws {
        let data = try DemoData()
        let oracle = CoverageOracle(land: data.land, sketches: data.sketches, labelling: ["28"])
        try await withDemoDirectory { directory in
            for region in ["24", "28", "52", "53", "93"] {
                for (query, services, limit) in [
                    ("", [], nil), ("&service=cep-conseil", ["cep-conseil"], nil), ("&max_km=8", [], 8),
                    (
                        "&service=conseil-vae,orientation-scolaire&max_km=20", ["conseil-vae", "orientation-scolaire"],
                        20
                    ),
                ] as [(String, [String], Int?)] {
                    let expected = oracle.answer(region, services: services, maxKilometres: limit)
                    try await Self.expect(directory, "/v1/coverage?region=\(region)\(query)", expected)
                }
            }
            // Normandie's union of operators is to cover all of it, and the demo's labelled ones do not yet.
            let answer = try await directory.get("/v1/coverage?region=28").json
            #expect(answer["territory_kind"] == "bassin-emploi")
            let territories = try #require(answer["territories"]?.array)
            #expect(territories.reduce(0) { $0 + ($1["population"]?.int ?? 0) } == answer["population"]?.int)
            #expect(
                territories.reduce(0) { $0 + ($1["covered_population"]?.int ?? 0) }
                    == answer["covered_population"]?.int)
        }
    }

    /// Holds an answer in its three forms to what loops have found.
    static func expect(
        _ directory: DirectoryFixture, _ path: String, _ expected: [CoverageOracle.Found],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let answer = try await directory.get(path)
        try #require(answer.status == 200, "\(path): \(answer.text.prefix(300))")
        let json = try answer.json
        let missing = expected.filter { !$0.isCovered }.map(\.code)
        let sums = (
            expected.reduce(0) { $0 + $1.population },
            expected.reduce(0) { $0 + ($1.isCovered ? $1.population : 0) },
            expected.reduce(0) { $0 + ($1.isRemote ? $1.population : 0) }
        )
        #expect(json["population"]?.int == sums.0, "\(path)", sourceLocation: sourceLocation)
        #expect(json["covered_population"]?.int == sums.1, "\(path)", sourceLocation: sourceLocation)
        #expect(json["remote"]?["covered_population"]?.int == sums.2, "\(path)", sourceLocation: sourceLocation)
        if case .number(let share)? = json["covered_percent"] {
            let exact = 100 * Double(sums.1) / Double(sums.0)
            #expect(abs((share.double ?? -1) - exact) <= 0.00501, "\(path)", sourceLocation: sourceLocation)
        } else {
            Issue.record("\(path): no percentage", sourceLocation: sourceLocation)
        }
        let uncovered = json["uncovered"]?.array ?? []
        #expect(
            uncovered.compactMap { $0["insee_code"]?.string } == missing, "\(path)", sourceLocation: sourceLocation)
        // Half of the people are no farther away than the median says, and more than half are within a metre of it.
        let lived = expected.compactMap { one in one.nearest.map { ($0, one.population) } }
        if let median = json["distance"]?["median_m"]?.int {
            let all = lived.reduce(0) { $0 + $1.1 }
            let within = lived.filter { $0.0 <= Double(median) + 1 }.reduce(0) { $0 + $1.1 }
            let below = lived.filter { $0.0 < Double(median) - 1 }.reduce(0) { $0 + $1.1 }
            #expect(within * 2 >= all && below * 2 < all, "\(path)", sourceLocation: sourceLocation)
        } else {
            #expect(lived.isEmpty, "\(path)", sourceLocation: sourceLocation)
        }
        let features = try await directory.get(path, [("Accept", "application/geo+json")])
        #expect(features.headers["content-type"] == ["application/geo+json"], sourceLocation: sourceLocation)
        let all = try #require(try features.json["features"]?.array, sourceLocation: sourceLocation)
        let shown = Dictionary(grouping: all) { $0["properties"]?.object?["feature"]?.string ?? "" }
        let ids = (shown["uncovered-commune"] ?? []).compactMap { $0["id"]?.string }
        #expect(ids == missing, "\(path)", sourceLocation: sourceLocation)
        let told = (json["territories"]?.array ?? []).filter { $0["key"]?.string != nil }
        let drawn = (shown["territory"] ?? []).map { $0["properties"]?.object?.members.dropFirst() ?? [] }
        #expect(
            drawn.map { JSONObject(members: Array($0)) } == told.map { $0.object }, "\(path)",
            sourceLocation: sourceLocation)
        #expect(all.count == ids.count + drawn.count, "\(path)", sourceLocation: sourceLocation)
        let table = try await directory.get(path, [("Accept", "text/csv")])
        var reader = CSVReader(Array(table.body))
        var codes: [String] = []
        while let record = try reader.next() { codes.append(record.fields[0]) }
        #expect(codes == ["insee_code"] + missing, "\(path)", sourceLocation: sourceLocation)
        let tags = [answer, features, table].compactMap { $0.headers["etag"].first }
        #expect(Set(tags).count == 3, sourceLocation: sourceLocation)
        for (tag, type) in zip(tags, CoverageFormat.mediaTypes) {
            let again = try await directory.get(path, [("Accept", type), ("If-None-Match", tag)])
            #expect(again.status == 304, "\(path) \(type)", sourceLocation: sourceLocation)
        }
    }

    @Test("as a map has the outlines of its territories, where they are known, and follows their import")
    func outlines() async throws {
        try await withDirectory(Example.all) { directory in
            let (path, key) = ("/v1/coverage?region=52", "territoire-spro:52-02")
            let map = [("Accept", "application/geo+json")]
            func geometry(_ answer: RunningService.Answer) throws -> JSONValue? {
                try answer.json["features"]?.array?.first { $0["id"]?.string == key }?["geometry"]
            }
            let before = try await directory.get(path, map)
            #expect(try geometry(before) == JSONValue.null)
            let contours = LocateTests.collection([("44184", [ContourTests.square(-2.3, 47.2, 0.1)])])
            try await load(.contours, Array(contours.utf8), into: directory.database)
            try await eventually { try await geometry(directory.get(path, map)) != JSONValue.null }
            let after = try await directory.get(path, map)
            let territory = try await directory.get("/v1/territories/\(key)", map).json
            #expect(try geometry(after) == territory["geometry"])
            let tags = [before, after].compactMap { $0.headers["etag"].first }
            #expect(Set(tags).count == 2)
            #expect(try await directory.get(path, map + [("If-None-Match", tags[1])]).status == 304)
            // Another outline of the same commune.
            let moved = LocateTests.collection([("44184", [ContourTests.square(-2.3, 47.2, 0.11)])])
            try await load(.contours, Array(moved.utf8), into: directory.database)
            try await eventually {
                try await directory.get(path, map + [("If-None-Match", tags[1])]).status == 200
            }
        }
    }

    @Test("a commune without inhabitants does not count, and is told, until it is corrected")
    func withoutPopulation() async throws {
        try await withDirectory(Example.all) { directory in
            let before = try await directory.get("/v1/coverage?region=52").json
            #expect(before["refused_communes"]?.array == [])
            let header = "insee_code,name,department,region,latitude,longitude,population\n"
            func commune(_ population: Int) -> [UInt8] {
                Array((header + "44184,Saint-Nazaire,44,52,47.2805,-2.2543,\(population)\n").utf8)
            }
            try await load(.communes, commune(0), into: directory.database)
            try await eventually {
                try await directory.get("/v1/coverage?region=52").json["refused_communes"]?.array?.count == 1
            }
            let told = try await directory.get("/v1/coverage?region=52").json
            #expect(told["refused_communes"]?[0]?["insee_code"] == "44184")
            #expect(told["refused_communes"]?[0]?["reason"] == "population-unknown")
            #expect(try #require(told["population"]?.int) < (try #require(before["population"]?.int)))
            // Of those that remain nobody is served face to face: the mission locale's zone is that commune.
            #expect(told["covered_population"] == 0 && told["covered_percent"] == 0)
            #expect(told["remote"]?["covered_population"] == told["population"])
            try await load(.communes, commune(73_111), into: directory.database)
            try await eventually {
                try await directory.get("/v1/coverage?region=52").json["covered_population"] == 73_111
            }
            #expect(try await directory.get("/v1/coverage?region=52").json["refused_communes"]?.array == [])
        }
    }

    @Test("refuses what it does not know, all at once")
    func refusals() async throws {
        try await withDirectory(Example.all) { directory in
            try expectProblem(
                try await directory.get("/v1/coverage"), 400, "invalid-parameters", at: ["region"])
            try expectProblem(
                try await directory.get("/v1/coverage?region=99&service=x&max_km=0&colour=1"), 400,
                "invalid-parameters", at: ["region", "service", "max_km", "colour"])
            try expectProblem(
                try await directory.get("/v1/coverage?region=52", [("Accept", "text/html")]), 406, "not-acceptable")
        }
    }

    /// The same with another id.
    private static func copy(_ sketch: Sketch, as id: UUID) -> Sketch {
        var copy = Sketch(id: id, name: sketch.name)
        (copy.status, copy.networks, copy.commune, copy.point) = (
            sketch.status, sketch.networks, sketch.commune, sketch.point
        )
        (copy.region, copy.participatesIn, copy.offers, copy.label) = (
            sketch.region, sketch.participatesIn, sketch.offers, sketch.label
        )
        copy.precision = sketch.precision
        return copy
    }
}

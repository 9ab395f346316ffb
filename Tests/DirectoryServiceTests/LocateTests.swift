import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

/// The demo data's communes and territories, with invented outlines and mergers.
@Suite("Places")
struct LocateTests {
    /// Saint-Nazaire's outline of today, a part of it that merged in 2016 as it was before, and an arrondissement.
    private static let contours = collection([
        ("44184", [ContourTests.square(-2.3, 47.2, 0.1)]), ("44999", [ContourTests.square(-2.2, 47.2, 0.1)]),
        ("13201", [ContourTests.square(5.37, 43.29, 0.01)]), ("13055", [ContourTests.square(5.3, 43.2, 0.2)]),
    ])
    private static let changes = """
        event,effective_date,type_before,code_before,name_before,type_after,code_after,name_after
        32,2016-01-01,COM,44999,Ancienne,COM,44184,Saint-Nazaire
        32,2016-01-01,COM,44184,Saint-Nazaire,COM,44184,Saint-Nazaire
        32,2016-01-01,COM,44999,Ancienne,COMD,44999,Ancienne
        20,1946-10-18,COM,13055,Marseille,ARM,13201,Marseille 1er Arrondissement
        """

    static func collection(_ features: [(code: String, rings: [[(Double, Double)]])]) -> String {
        let texts = features.map { code, rings in
            let coordinates = rings.map { ring in
                "[" + (ring + [ring[0]]).map { "[\($0.0),\($0.1)]" }.joined(separator: ",") + "]"
            }
            return
                #"{"type":"Feature","geometry":{"type":"Polygon","coordinates":[\#(coordinates.joined(separator: ","))]},"#
                + #""properties":{"code":"\#(code)"}}"#
        }
        return #"{"type":"FeatureCollection","features":[\#(texts.joined(separator: ","))]}"#
    }

    private func withPlaces(_ body: @Sendable @escaping (DirectoryFixture) async throws -> Void) async throws {
        try await withDirectoryDatabase(Example.all) { database in
            try await load(.communeChanges, Array(Self.changes.utf8), into: database)
            let report = try await load(.contours, Array(Self.contours.utf8), into: database)
            #expect(report.read == 4 && report.changed == 4 && report.warnings == [])
            #expect(try await load(.contours, Array(Self.contours.utf8), into: database).changed == 0)
            #expect(try await load(.communeChanges, Array(Self.changes.utf8), into: database).changed == 0)
            try await withService(.directory, on: database, settings: DirectoryFixture.settings) { service in
                try await body(DirectoryFixture(service: service, database: database))
            }
        }
    }

    @Test("are found by outline, by former code and arrondissement, near the shore, and by centroid elsewhere")
    func locate() async throws {
        try await withPlaces { directory in
            func locate(_ query: String) async throws -> JSONValue {
                let answer = try await directory.get("/v1/territories/locate?\(query)")
                try #require(answer.status == 200, "\(query): \(answer.text)")
                return try answer.json
            }
            let expected: [(query: String, method: String, commune: String?, arrondissement: String?)] = [
                ("near=47.25,-2.25", "contour", "44184", nil), ("near=47.25,-2.15", "contour", "44184", nil),
                ("near=47.25,-2.2", "contour", "44184", nil), ("near=43.295,5.375", "contour", "13055", "13201"),
                ("near=43.35,5.35", "contour", "13055", "13215"), ("near=47.25,-2.303", "near-contour", "44184", nil),
                // Outside the outline of the nearest commune; in a country without communes here; without an outline.
                ("near=47.306,-2.25", "nowhere", nil, nil), ("near=45.76,4.84", "nowhere", nil, nil),
                ("near=47.22,-1.55", "nearest-centroid", "44109", nil),
                ("commune=44184", "code", "44184", nil), ("commune=44999", "code", "44184", nil),
                ("commune=13216", "code", "13055", "13216"), ("commune=13055", "code", "13055", nil),
            ]
            for (query, method, commune, arrondissement) in expected {
                let found = try await locate(query)
                #expect(found["method"]?.string == method, "\(query)")
                #expect(found["commune"]?["insee_code"]?.string == commune, "\(query)")
                #expect(found["municipal_arrondissement"]?["insee_code"]?.string == arrondissement, "\(query)")
                let hasDistance = ["near-contour", "nearest-centroid"].contains(method)
                #expect((found["distance_m"]?.int != nil) == hasDistance, "\(query)")
                let territories = found["territories"]?.array?.compactMap { $0["key"]?.string }
                #expect(territories?.isEmpty == (commune == nil), "\(query)")
            }
            // The 1st arrondissement has an outline of its own, the rest of Marseille only the commune's.
            let parts: [(query: String, method: String, hasDistance: Bool)] = [
                ("near=43.295,5.375", "contour", false), ("near=43.35,5.35", "nearest-centroid", true),
                ("near=43.301,5.3795", "nearest-centroid", true), ("commune=13216", "code", false),
            ]
            for (query, method, hasDistance) in parts {
                let part = try await locate(query)["municipal_arrondissement"]
                #expect(part?["method"]?.string == method, "\(query)")
                #expect((part?["distance_m"]?.int != nil) == hasDistance, "\(query)")
            }
            // Its centroid would be the nearest, but the point is outside its outline.
            let outside = try await locate("near=43.301,5.3795")
            #expect(outside["municipal_arrondissement"]?["insee_code"]?.string != "13201")
            let nazaire = try await locate("near=47.25,-2.15")
            #expect(
                nazaire["territories"]?.array?.compactMap { $0["key"]?.string } == [
                    "territoire-spro:52-02", "departement:44",
                ])
            for (query, code) in [
                ("", "one-of-two"), ("near=47.25,-2.15&commune=44184", "one-of-two"),
                ("commune=44998", "unknown-commune"),
                ("near=-2.25,47.25", "swapped-coordinates"), ("near=47", "wrong-format"),
            ] {
                let answer = try await directory.get("/v1/territories/locate?\(query)")
                #expect(answer.status == 400)
                #expect(try answer.json["errors"]?.array?.map { $0["code"]?.string } == [code], "\(query)")
            }
        }
    }

    @Test("by former codes and arrondissements are today’s communes in searches, structures and territories")
    func formerCodes() async throws {
        try await withPlaces { directory in
            let region = try await DirectoryFixture.region()
            let today = try await directory.get("/v1/structures?commune=44184")
            #expect(try await directory.get("/v1/structures?commune=44999").headers["etag"] == today.headers["etag"])
            #expect(try await directory.get("/v1/structures?commune=13201").status == 200)
            var sketch = Sketch(id: UUID(), name: "S", commune: "44999")
            sketch.offers = [
                Sketch.Offer(
                    id: UUID.v7(), kind: "conseil-vae", channels: [],
                    zones: ["44999", "44109", "44184"].map { Sketch.Zone(type: "commune", code: $0) })
            ]
            let created = try await directory.create(sketch.body, token: region)
            let location = try #require(created.headers["location"].first, "\(created.text)")
            let shown = try await directory.get(location).json
            #expect(shown["address"]?["commune"] == "44184" && shown["address"]?["commune_name"] == "Saint-Nazaire")
            #expect(
                shown["services"]?[0]?["zones"] == [
                    ["type": "commune", "code": "44184"], ["type": "commune", "code": "44109"],
                ])
            sketch.commune = "44998"
            let refused = try await directory.create(sketch.body, token: region)
            try expectProblem(refused, 422, "invalid-body", at: ["/address/commune"])
            let line = Sketch(id: UUID.v7(), name: "T", commune: "44999").line
            try await load(.structures, Array(line.utf8), into: directory.database)
            let territories = "code,name,region,kind,communes\n52-91,A,52,bassin-vie,44999 44184 44109\n"
            try await load(.territories, Array(territories.utf8), into: directory.database)
            try await eventually {
                let territory = try await directory.get("/v1/territories/bassin-vie:52-91")
                return try territory.status == 200
                    && territory.json["communes"]?.array?.map { $0["insee_code"]?.string } == ["44109", "44184"]
            }
        }
    }

    /// The reference data may say that a commune has ended after structures and territories have named it.
    @Test("that merge take their structures and territories with them")
    func merger() async throws {
        try await withDirectory(Example.all) { directory in
            let merger = """
                event,effective_date,type_before,code_before,name_before,type_after,code_after,name_after
                32,2026-01-01,COM,44184,Saint-Nazaire,COM,44132,Pornichet
                32,2026-01-01,COM,44132,Pornichet,COM,44132,Pornichet
                """
            let before = try await directory.get("/v1/territories/territoire-spro:52-02").json
            try #require(before["communes"]?.array?.contains { $0["insee_code"] == "44132" } == true)
            try await load(.communeChanges, Array(merger.utf8), into: directory.database)
            try await eventually {
                try await directory.get("/v1/territories/locate?commune=44184").json["commune"]?["insee_code"]
                    == "44132"
            }
            let shown = try await directory.get("/v1/structures/\(Example.mission.id.text)").json
            #expect(shown["address"]?["commune"] == "44132")
            #expect(shown["services"]?[0]?["zones"] == [["type": "commune", "code": "44132"]])
            let found = try await directory.get("/v1/structures?commune=44132").json
            #expect(found["items"]?[0]?["id"]?.string == Example.mission.id.text)
            #expect(found["items"]?[0]?["competent"] == true)
            let after = try await directory.get("/v1/territories/territoire-spro:52-02").json
            #expect(try after["commune_count"]?.int == #require(before["commune_count"]?.int) - 1)
            // Its editor writes it by the old code or the new; what it shows has changed, and so has its version.
            let partner = try await DirectoryFixture.partner(Example.mission.id)
            let written = try await directory.update(
                Example.mission.id, Example.mission.body, token: partner, ifMatch: "\"v2\"")
            #expect(written.status == 204, "\(written.text)")
        }
    }

    @Test("are proposed by today’s code, a former one or an arrondissement’s")
    func codes() async throws {
        try await withPlaces { directory in
            func communes(_ query: String) async throws -> [String] {
                let answer = try await directory.get("/v1/communes?\(query)")
                return try answer.json["items"]?.array?.compactMap { $0["insee_code"]?.string } ?? []
            }
            for (query, code) in [("q=44184", "44184"), ("q=44999", "44184"), ("q=13201", "13055")] {
                #expect(try await communes(query) == [code], "\(query)")
            }
            #expect(try await communes("q=44999&department=44") == ["44184"])
            #expect(try await communes("q=44999&department=49").isEmpty)
            let marseille = try await directory.get("/v1/communes?q=marseille").json["items"]?[0]
            #expect(marseille?["municipal_arrondissements"]?.array?.count == 16)
        }
    }

    @Test("are not drawn by what is no GeoJSON of communes")
    func wrongContours() async throws {
        func report(_ text: String) -> [String] {
            var report = ImportReport(subject: "contours")
            _ = ContourImport.read(Array(text.utf8), in: .empty, &report)
            return report.complaints.map { "\($0.line) \($0.pointer) \($0.code)" }
        }
        #expect(report("{") == ["0  wrong-format"] && report("[]") == ["0  not-geojson"])
        #expect(report(#"{"type":"FeatureCollection"}"#) == ["0  not-geojson"])
        let good =
            #"{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]},"properties":{"code":"44184"}}"#
        func collection(_ features: [String]) -> String {
            #"{"type":"FeatureCollection","features":[\#(features.joined(separator: ","))]}"#
        }
        let wrong = [
            good, good.replacing("44184", with: "4418"), good.replacing("Polygon", with: "Point"),
            good.replacing("[0,0]]]", with: "[0,1]]]"), good.replacing("[1,1],", with: ""),
            good.replacing("[1,0]", with: "[1,91]"), good.replacing("[1,0]", with: "[\"1\",0]"), good,
            good.replacing("44184", with: "44109").replacing("[1,1]", with: "[40,1]"), "null",
            good.replacing("44184", with: "44109").replacing("[1,1]", with: "[2,0]"),
        ]
        #expect(
            report(collection(wrong)) == [
                "2 /properties/code wrong-format", "3 /geometry not-geojson",
                "4 /geometry/coordinates ring-not-closed", "5 /geometry/coordinates ring-not-closed",
                "6 /geometry/coordinates wrong-format", "7 /geometry/coordinates wrong-format",
                "8 /properties/code duplicate-item", "9 /geometry/coordinates contour-too-wide",
                "10 /geometry not-geojson", "11 /geometry/coordinates contour-without-area",
            ])
    }
}

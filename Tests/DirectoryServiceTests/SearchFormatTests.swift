import Foundation
import NIOHTTP1
import Schema
import Support
import Testing

@testable import DirectoryService

@Suite("Forms of a search")
struct SearchFormatTests {
    private static let features = [("Accept", "application/geo+json")]
    private static let table = [("Accept", "text/csv")]

    private func rows(_ answer: RunningService.Answer) throws -> [[String: String]] {
        var reader = CSVReader(answer.body)
        let header = try #require(try reader.next()).fields
        var rows: [[String: String]] = []
        while let record = try reader.next() {
            try #require(record.fields.count == header.count)
            rows.append(Dictionary(uniqueKeysWithValues: zip(header, record.fields)))
        }
        return rows
    }

    @Test(
        "are chosen by Accept, JSON where nothing is said",
        arguments: [
            (nil, "application/json"), ("*/*", "application/json"), ("application/*", "application/json"),
            ("application/geo+json", "application/geo+json"), ("text/csv", "text/csv; charset=utf-8"),
            ("text/*", "text/csv; charset=utf-8"), ("application/json;q=0.5, text/csv", "text/csv; charset=utf-8"),
            ("text/csv;q=0.1, application/geo+json;q=0.2", "application/geo+json"),
            ("text/html, */*;q=0.1", "application/json"),
        ] as [(String?, String)])
    func negotiation(_ accept: String?, _ type: String) async throws {
        try await withDirectory(Example.all) { directory in
            let answer = try await directory.get("/v1/structures", accept.map { [("Accept", $0)] } ?? [])
            #expect(answer.status == 200 && answer.headers["content-type"] == [type])
            #expect(answer.headers["vary"] == ["Accept"])
        }
    }

    @Test("are refused where none is taken, or where one has no place for what is asked")
    func refusals() async throws {
        try await withDirectory(Example.all) { directory in
            for accept in ["text/html", "application/xml", "application/geo+json;q=0"] {
                let answer = try await directory.get("/v1/structures", [("Accept", accept)])
                try expectProblem(answer, 406, "not-acceptable")
            }
            let services = try await directory.get("/v1/structures?include=services&limit=0", Self.table)
            try expectProblem(services, 400, "invalid-parameters", at: ["include", "limit"])
            #expect(try services.json["errors"]?.array?.contains { $0["code"] == "not-in-csv" } == true)
        }
    }

    @Test("have tags of their own")
    func tags() async throws {
        try await withDirectory(Example.all) { directory in
            try await leaveTimeInThisMinute()
            var tags: Set<String> = []
            for accept in SearchFormat.mediaTypes {
                let answer = try await directory.get("/v1/structures", [("Accept", accept)])
                let tag = try #require(answer.headers["etag"].first)
                for other in SearchFormat.mediaTypes {
                    let again = try await directory.get(
                        "/v1/structures", [("Accept", other), ("If-None-Match", tag)])
                    #expect(again.status == (other == accept ? 304 : 200), "\(accept) \(other)")
                    #expect(again.headers["vary"] == ["Accept"])
                }
                tags.insert(tag)
            }
            #expect(tags.count == 3)
        }
    }

    @Test("as features have a point or nothing, and the same members as JSON")
    func geoJSON() async throws {
        try await withDirectory(Example.all) { directory in
            let query = "/v1/structures?commune=44184&include=services"
            let plain = try await directory.get(query).json
            let drawn = try await directory.get(query, Self.features).json
            #expect(drawn.object?.members.map(\.name) == ["type", "features", "next_cursor"])
            #expect(drawn["type"] == "FeatureCollection" && drawn["next_cursor"] == JSONValue.null)
            let features = try #require(drawn["features"]?.array)
            #expect(features.map { $0["properties"] } == plain["items"]?.array)
            #expect(features.allSatisfy { $0["type"] == "Feature" && $0["id"] == $0["properties"]?["id"] })
            #expect(features[0].object?.members.map(\.name) == ["type", "id", "geometry", "properties"])
            let place: JSONValue = [
                .number(JSONNumber(text: "-2.25144")), .number(JSONNumber(text: "47.28148")),
            ]
            #expect(features[0]["geometry"] == ["type": "Point", "coordinates": place])
            #expect(features[1]["properties"]?["name"] == "Plateforme régionale")
            #expect(features[1]["geometry"] == JSONValue.null)
        }
    }

    @Test("as a table have a line each, in which nothing is a formula")
    func csv() async throws {
        var villain = Example.mission
        villain.name = "=HYPERLINK(\"http://x\";\"cliquez, là\")"
        villain.openingHours = "Mo-Fr 09:00-12:00; PH off"
        villain.closure = ("2026-12-24", "2027-01-03")
        try await withDirectory([villain, Example.platform]) { [villain] directory in
            let answer = try await directory.get("/v1/structures?commune=44184", Self.table)
            #expect(answer.text.hasPrefix("id,name,status,networks,") && answer.text.hasSuffix("\r\n"))
            #expect(!answer.body.starts(with: [0xEF, 0xBB, 0xBF]))
            let rows = try rows(answer)
            let json = try await directory.get("/v1/structures?commune=44184").json
            try #require(rows.count == 2 && json["items"]?.array?.count == 2)
            let row = rows[0]
            #expect(row["id"] == villain.id.text && row["name"] == "'" + villain.name)
            #expect(row["latitude"] == "47.28148" && row["longitude"] == "-2.25144" && row["precision"] == "rue")
            #expect(row["distance_m"] == json["items"]?[0]?["distance_m"]?.int.map { String($0) })
            #expect(row["competent"] == "true" && ["true", "false"].contains(row["open_now"]))
            #expect(row["networks"] == "mission-locale" && row["service_kinds"] == "cep-conseil")
            #expect(row["located_in"] == "territoire-spro:52-02|departement:44")
            #expect(row["closures"] == "2026-12-24/2027-01-03" && row["opening_hours"] == "Mo-Fr 09:00-12:00; PH off")
            #expect(row["commune"] == "44184" && row["commune_name"] == "Saint-Nazaire" && row["department"] == "44")
            #expect(row["parent_id"] == "" && row["version"] == "1")
            #expect(rows[1]["latitude"] == "" && rows[1]["distance_m"] == "" && rows[1]["open_now"] == "")

            let phone = #"""
                {"name":"Essai","status":"membre","address":{"commune":"44109"},"networks":["cio","apec"],
                "contact":{"phone":"+33 2 40 00 00 00"}}
                """#
            let created = try await directory.create(phone, token: try await DirectoryFixture.region())
            try #require(created.status == 201, "\(created.text)")
            try await eventually {
                let rows = try self.rows(try await directory.get("/v1/structures?network=apec", Self.table))
                return rows.map { $0["phone"] } == ["'+33240000000"] && rows[0]["networks"] == "cio|apec"
            }
        }
    }

    @Test("go on page by page by Link, without gap or double", arguments: SearchFormat.allCases)
    func pages(_ format: SearchFormat) async throws {
        let crowd = Example.crowd(23)
        try await withDirectory(crowd) { directory in
            var path: String? = "/v1/structures?commune=44184&limit=5"
            var (ids, pages): ([String], Int) = ([], 0)
            while let next = path, pages < 10 {
                pages += 1
                let answer = try await directory.get(next, [("Accept", format.rawValue)])
                try #require(answer.status == 200)
                switch format {
                case .json: ids += try answer.json["items"]?.array?.compactMap { $0["id"]?.string } ?? []
                case .geoJSON: ids += try answer.json["features"]?.array?.compactMap { $0["id"]?.string } ?? []
                case .csv: ids += try rows(answer).compactMap { $0["id"] }
                }
                let link = answer.headers["link"].first
                #expect(link?.hasSuffix(">; rel=\"next\"") != false)
                path = link.map { String($0.dropFirst().prefix { $0 != ">" }) }
            }
            #expect(pages == 5 && ids.count == 23 && Set(ids) == Set(crowd.map(\.id.text)))
        }
    }

    @Test("carry along what a page may tell beside its items")
    func foreignMembers() throws {
        let page = #"{"items":[],"facets":{"network":[{"code":"cio","count":2}]},"next_cursor":"x"}"#
        let bytes = try SearchFormat.geoJSON.encoded(Array(page.utf8))
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"type":"FeatureCollection","features":[],"facets":{"network":[{"code":"cio","count":2}]},"next_cursor":"x"}"#
        )
        #expect(try SearchFormat.json.encoded(Array(page.utf8)) == Array(page.utf8))
    }
}

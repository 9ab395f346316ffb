import Foundation
import NIOHTTP1
import Schema
import Support
import Testing

@testable import DirectoryService

@Suite("GET /v1/structures and /v1/services by words and by what is offered")
struct SearchFilterRoutesTests {
    @Test("finds by the beginnings of words, offers by what they are, and counts what each choice leads to")
    func found() async throws {
        try await withDirectory(Example.all) { directory in
            func names(_ query: String) async throws -> [String] {
                let answer = try await directory.get("/v1/structures?\(query)")
                try #require(answer.status == 200, "\(query): \(answer.text)")
                return try answer.json["items"]?.array?.compactMap { $0["name"]?.string }.sorted() ?? []
            }
            let (mission, bretonne) = (Example.mission.name, Example.bretonne.name)
            #expect(try await names("q=mission%20loc%20st%20naz") == [mission])
            #expect(try await names("q=MISSION+locale") == [bretonne, mission].sorted())
            #expect(try await names("q=R%C3%89GION") == [Example.platform.name])
            #expect(try await names("q=evolution%20prof") == [mission])
            #expect(try await names("q=mission%20rennes%20nazaire").isEmpty)
            #expect(try await names("bbox=-2.3,47.2,-2.2,47.3") == [mission])
            #expect(try await names("bbox=-3,47,0,49") == [bretonne, Example.office.name, mission].sorted())
            #expect(try await names("channel=telephone") == [Example.platform.name])
            #expect(try await names("channel=telephone&service=cep-conseil").isEmpty)
            #expect(try await names("commune=44184&channel=presentiel") == [mission])

            // The nearest of all, and of those competent for Saint-Nazaire.
            let near = try await directory.get("/v1/structures?near=48.1,-1.7&radius_km=20000&limit=1").json
            #expect(near["items"]?[0]?["name"]?.string == bretonne)
            let path = "/v1/structures?commune=44184&near=48.1,-1.7&radius_km=20000&limit=1"
            let first = try await directory.get(path).json["items"]?[0]
            #expect(first?["name"]?.string == Example.office.name && first?["competent"] == true)
            let nearest = try await directory.get(path + "&sort=distance").json["items"]?[0]
            #expect(nearest?["name"]?.string == bretonne && nearest?["competent"] == false)

            let counted = try await directory.get("/v1/structures?network=cio&facets=network,status").json
            #expect(counted["items"]?.array?.count == 1)
            #expect(
                counted["facets"] == [
                    "network": [["code": "mission-locale", "count": 2], ["code": "cio", "count": 1]],
                    "status": [["code": "membre", "count": 1]],
                ])
            #expect(
                try await directory.get("/v1/structures").json.object?.members.map(\.name) == ["items", "next_cursor"])
        }
    }

    @Test("answers offers with their structures at /v1/services")
    func services() async throws {
        try await withDirectory(Example.all) { directory in
            let json = try await directory.get("/v1/services?commune=44184").json
            #expect(json.object?.members.map(\.name) == ["items", "next_cursor"])
            let items = try #require(json["items"]?.array)
            try #require(items.count == 2)
            #expect(
                items[0].object?.members.map(\.name) == [
                    "id", "kind", "audiences", "situations", "modalities", "opening_hours", "cep_level",
                    "cep_framework",
                    "zones", "age_min", "age_max", "conditions", "lead_time_days", "structure", "distance_m",
                    "competent", "open_now",
                ])
            #expect(items[0]["id"] == .string(Example.mission.offers[0].id.text))
            #expect(
                items[0]["structure"] == [
                    "id": .string(Example.mission.id.text), "name": .string(Example.mission.name),
                ])
            #expect(items[0]["competent"] == true && items[1]["distance_m"] == JSONValue.null)
            #expect(items[1]["structure"]?["name"]?.string == Example.platform.name)
            for wrong in ["facets=network", "include=services", "limit=0"] {
                let name = String(wrong.prefix { $0 != "=" })
                let answer = try await directory.get("/v1/services?\(wrong)")
                try expectProblem(answer, 400, "invalid-parameters", at: [name], "\(wrong)")
            }
            // A cursor of one list is none of the other.
            let page = try await directory.get("/v1/services?limit=1")
            let link = try #require(page.headers["link"].first)
            #expect(link.hasPrefix("</v1/services?limit=1&cursor="))
            let cursor = try #require(try page.json["next_cursor"]?.string)
            #expect(try await directory.get("/v1/services?cursor=\(cursor)").json["items"]?.array?.count == 1)
            #expect(try await directory.get("/v1/structures?cursor=\(cursor)").status == 400)
        }
    }
}

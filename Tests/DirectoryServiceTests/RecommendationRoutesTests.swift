import Foundation
import NIOHTTP1
import Schema
import Support
import Testing

@testable import DirectoryService

@Suite("Recommendations over HTTP")
struct RecommendationRoutesTests {
    @Test("names the best suited structures with their reasons in both languages, from memory")
    func reasons() async throws {
        try await withDemoDirectory { directory in
            var need = Need(commune: "44184", audiences: ["demandeur-emploi"], urgency: "haute", limit: 2)
            need.service = "accueil-personnalise"
            let answer = try await directory.recommend(need)
            #expect(answer.status == 200 && answer.headers["cache-control"] == ["no-store"])
            let json = try answer.json
            let items = try #require(json["items"]?.array)
            #expect(items.count == 2 && json["alternatives"]?.array == [])
            #expect(try #require(json["suited"]?.int) > 2)
            for item in items {
                let id = try #require(item["structure"]?["id"]?.string)
                let shown = try await directory.get("/v1/structures/\(id)").json
                #expect(
                    item["structure"]?["name"] == shown["name"] && item["service"]?["kind"] == "accueil-personnalise")
                #expect(item["competent"] == true && item["unmet"]?.array == [])
                let reasons = try #require(item["reasons"]?.array)
                let codes = reasons.compactMap { $0["code"]?.string }
                #expect(codes.contains("competent") && !Set(codes).isDisjoint(with: ["audience", "everyone"]))
                for reason in reasons {
                    let term = Vocabulary.recommendationReason.terms.first { $0.code == reason["code"]?.string }
                    #expect(reason["label"]?["fr"]?.string == term?.label.fr && term != nil)
                    #expect(reason["label"]?["en"]?.string == term?.label.en)
                }
            }
            #expect(try await directory.recommend(need).body == answer.body, "the same, asked again")
        }
    }

    @Test("offers who can be had from afar where nobody is near by the channel asked for, and says what is unmet")
    func remoteAlternatives() async throws {
        try await withDirectory(Example.all) { directory in
            var need = Need(commune: "53130", radius: 5, channels: ["presentiel"])
            need.service = "accueil-information"
            let bare = try await directory.recommend(need).json
            #expect(bare["items"]?.array == [] && bare["alternatives"]?.array == [] && bare["suited"] == 0)
            need.alternatives = true
            let found = try await directory.recommend(need).json
            #expect(found["items"]?.array == [])
            let platform = try #require(found["alternatives"]?[0])
            #expect(platform["structure"]?["id"] == .string(Example.platform.id.text))
            #expect(platform["unmet"]?[0]?["code"] == "other-channel" && platform["distance_m"] == JSONValue.null)
            let codes = platform["reasons"]?.array?.compactMap { $0["code"]?.string } ?? []
            #expect(codes.contains("from-afar") && codes.contains("competent"))
            need.service = "cep-conseil"
            let far = try #require(try await directory.recommend(need).json["alternatives"]?[0])
            #expect(far["structure"]?["id"] == .string(Example.mission.id.text))
            #expect(far["unmet"]?[0]?["code"] == "beyond-radius" && far["competent"] == false)
        }
    }

    @Test("leaves out who is excluded, with who has followed them; and refuses to exclude whom nobody knows")
    func exclusions() async throws {
        var follower = Example.office
        follower.offers = [
            Sketch.Offer(
                id: UUID(uuidString: "019B76DA-A800-7725-8E42-0000000000AF")!, kind: "cep-conseil",
                channels: ["presentiel"], zones: [Sketch.Zone(type: "commune", code: "44184")])
        ]
        follower.networks = ["mission-locale"]
        let successor = follower
        try await withDirectory([Example.mission, successor]) { directory in
            func found(_ need: Need) async throws -> [String] {
                let items = try await directory.recommend(need).json["items"]?.array ?? []
                return items.compactMap { $0["structure"]?["id"]?.string }
            }
            var need = Need(commune: "44184", radius: 200)
            #expect(try await found(need) == [Example.mission.id.text, successor.id.text])
            need.excludedStructures = [Example.mission.id]
            #expect(try await found(need) == [successor.id.text])
            let region = try await DirectoryFixture.region()
            #expect(try await directory.merge(Example.mission, into: successor, token: region).status == 204)
            #expect(try await found(need) == [])
            (need.excludedStructures, need.excludedNetworks) = ([], ["mission-locale"])
            #expect(try await found(need) == [])
            (need.excludedStructures, need.excludedNetworks) = ([.v7()], ["no-such"])
            try expectProblem(
                try await directory.recommend(need), 422, "invalid-body",
                at: ["/exclude/structures/0", "/exclude/networks/0"])
        }
    }

    @Test("refuses what it does not know, all at once, and ignores nothing")
    func refusals() async throws {
        try await withDirectory(Example.all) { directory in
            let body = """
                {"place":{"radius_km":0,"street":"x"},"service":"x","audiences":["x"],"situations":["x"],"age":121,\
                "channels":["fax"],"urgency":"x","exclude":{"regions":[]},"limit":21,"alternatives":"yes","name":"Camille"}
                """
            try expectProblem(
                try await directory.recommend(body), 422, "invalid-body",
                at: [
                    "/place", "/place/radius_km", "/place/street", "/service", "/audiences/0", "/situations/0", "/age",
                    "/channels/0", "/urgency", "/exclude/regions", "/limit", "/alternatives", "/name",
                ])
            for (need, pointer) in [
                (Need(commune: "99999"), "/place/commune"),
                (Need(near: Sketch.Point(latitude: -2.2, longitude: 47.2)), "/place/near"),
            ] { try expectProblem(try await directory.recommend(need), 422, "invalid-body", at: [pointer]) }
            let query = try await directory.service.send(
                .POST, "/v1/recommendations?limit=3", token: DirectoryFixture.reader, json: Need(commune: "44184").json)
            try expectProblem(query, 400, "invalid-parameters", at: ["limit"])
        }
    }
}

extension DirectoryFixture {
    fileprivate func recommend(_ need: Need) async throws -> RunningService.Answer { try await recommend(need.json) }

    fileprivate func recommend(_ json: String) async throws -> RunningService.Answer {
        try await service.send(.POST, "/v1/recommendations", token: try await Self.reader, json: json)
    }
}

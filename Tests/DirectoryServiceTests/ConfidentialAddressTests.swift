import Foundation
import NIOHTTP1
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

@Suite("A confidential address")
struct ConfidentialAddressTests {
    private static let refuge = Sketch(
        id: UUID(uuidString: "019B76DA-A800-7725-8E42-000000000021")!, name: "Accueil de jour",
        networks: ["mission-locale"], status: "membre", commune: "44184",
        point: Sketch.Point(latitude: 47.293171, longitude: -2.193713), precision: "site",
        street: "7 impasse Canari", postalCode: "44613", isConfidential: true,
        offers: [
            Sketch.Offer(
                id: UUID(uuidString: "019B76DA-A800-7725-8E42-0000000000B1")!, kind: "accueil-information",
                channels: ["presentiel"], zones: [Sketch.Zone(type: "commune", code: "44184")])
        ], siret: "35600000000048", openingHours: "24/7")
    private static let path = "/v1/structures/\(refuge.id.text)"

    /// Parts of what is confidential, as any answer would spell them.
    private static let canaries = ["Canari", "44613", "47.293171", "2.193713", "35600000000048"]

    /// The same structure somewhere else in its commune.
    private static var elsewhere: Sketch {
        var sketch = refuge
        sketch.point = Sketch.Point(latitude: 47.251, longitude: -2.254)
        (sketch.street, sketch.postalCode, sketch.siret) = ("9 rue Serin", "44600", nil)
        return sketch
    }

    private static let reads = [
        path, "\(path)/openings?from=2026-11-02&to=2026-11-08", "/v1/structures?limit=100&include=services",
        "/v1/structures?commune=44184&include=services", "/v1/structures?commune=44184&radius_km=1&limit=1",
        "/v1/structures?near=47.293171,-2.193713", "/v1/structures?near=47.293171,-2.193713&radius_km=1",
        "/v1/structures?near=47.2815,-2.2515&radius_km=5&limit=2", "/v1/structures?region=52&open_at=now",
        "/v1/structures?territory=territoire-spro:52-02", "/v1/structures?department=44&network=mission-locale",
        "/v1/structures?bbox=-2.2,47.29,-2.19,47.3", "/v1/structures?q=accueil+jour&facets=network,label",
        "/v1/structures?q=canari", "/v1/services?commune=44184", "/v1/services?near=47.293171,-2.193713&radius_km=1",
        "/v1/exports/structures", "/hsds/organizations?per_page=100",
    ]

    @Test("is told to nobody by the SIRET of one of its sites")
    func comparedWithNone() async throws {
        try await withDirectory(Example.all + [Self.refuge]) { directory in
            let region = try await DirectoryFixture.region()
            let probe = Sketch(id: UUID(), name: "S", commune: "44184", siret: "35600000000048")
            let probed = try await directory.create(probe.body, token: region)
            #expect(probed.status == 201, "\(probed.text)")
            let again = try await directory.update(
                Self.refuge.id, Self.refuge.body, token: region, ifMatch: "\"v1\"")
            #expect(again.status == 204, "\(again.text)")
        }
    }

    @Test("is the commune's centroid for every reader, in every read, whatever it is")
    func reads() async throws {
        try await withDirectory(Example.all + Example.crowd(15) + [Self.refuge]) { directory in
            let stranger = try await DirectoryFixture.partner(Example.office.id, networks: ["cio"])
            let reporting = try await TestIssuer.shared.token(scopes: [.eventsReporting])
            func answers() async throws -> [RunningService.Answer] {
                var answers: [RunningService.Answer] = []
                for path in Self.reads {
                    answers.append(try await directory.get(path))
                    answers.append(try await directory.service.get(path, token: stranger))
                }
                try expectProblem(try await directory.get("\(Self.path)/history"), 403, "insufficient-scope")
                for path in ["\(Self.path)/history", "\(Self.path)/history/1"] {
                    try expectProblem(try await directory.service.get(path, token: stranger), 403, "forbidden")
                }
                return answers
            }
            let before = try await answers()
            let answer = try await directory.update(
                Self.refuge.id, Self.elsewhere.body, token: DirectoryFixture.region(), ifMatch: "\"v1\"")
            try #require(answer.status == 204, "\(answer.text)")
            let after = try await answers()
            for (index, (old, new)) in zip(before, after).enumerated() {
                let path = Self.reads[index / 2]
                #expect(old.status == 200 && new.status == 200, "\(path)")
                let told = old.text + old.headers.map { "\n\($0.name): \($0.value)" }.joined()
                #expect(Self.canaries.filter { Self.tells(told, $0) } == [], "\(path)\n\(told)")
                #expect(Self.shape(old) == Self.shape(new), "\(path)")
            }
            try await eventually {
                let told = try await directory.service.get("/v1/events?limit=10000", token: reporting).text
                #expect(Self.canaries.allSatisfy { !Self.tells(told, $0) } && !told.contains("Serin"))
                return told.contains(#""sequence":"2""#) || told.contains(#""sequence":2"#)
            }
        }
    }

    /// Whether `canary` is in `text`: in the midst of a random tag or id its figures mean nothing.
    private static func tells(_ text: String, _ canary: String) -> Bool {
        text.ranges(of: canary).contains { range in
            let next = range.upperBound < text.endIndex ? text[range.upperBound] : " "
            let last = range.lowerBound > text.startIndex ? text[text.index(before: range.lowerBound)] : " "
            return !(last.isHexDigit && next.isHexDigit)
        }
    }

    /// An answer without what tells only that there is another version.
    private static func shape(_ answer: RunningService.Answer) -> String {
        answer.text.replacing(#/"updated_at":"[^"]*","version":[0-9]+/#, with: "")
            .replacing(#/\{"id":"[^"]*","kind"/#, with: "")
    }

    @Test("distances are the centroid's")
    func distance() async throws {
        try await withDirectory([Self.refuge]) { directory in
            let commune = try await directory.get("/v1/communes?q=saint-nazaire&department=44").json["items"]?[0]
            let latitude = try #require(commune?["latitude"]?.double)
            let longitude = try #require(commune?["longitude"]?.double)
            let centroid = try #require(Coordinate(latitude: latitude, longitude: longitude))
            let asked = try #require(Coordinate(latitude: 47.293171, longitude: -2.193713))
            let found = try await directory.get("/v1/structures?near=47.293171,-2.193713").json["items"]?[0]
            let distance = try #require(found?["distance_m"]?.double)
            #expect(abs(distance - asked.distance(to: centroid)) <= 1)
            #expect(found?["location"]?["latitude"]?.double == centroid.latitude)
            #expect(found?["location"]?["precision"] == "commune")
            #expect(found?["address"]?["confidential"] == true && found?["siret"] == JSONValue.null)
        }
    }

    @Test("is shown whole to its editors, under a tag of its own, and kept by what they write")
    func editors() async throws {
        try await withDirectory([Self.refuge, Example.office]) { directory in
            let editors = [
                try await DirectoryFixture.partner(Self.refuge.id), try await DirectoryFixture.region(),
                try await DirectoryFixture.partner(networks: ["mission-locale"]),
            ]
            let published = try await directory.get(Self.path)
            let tag = try #require(published.headers["etag"].first)
            for token in editors {
                let whole = try await directory.service.get(Self.path, token: token, headers: [("If-None-Match", tag)])
                #expect(whole.status == 200 && whole.headers["vary"].contains("Authorization"))
                for canary in Self.canaries { #expect(whole.text.contains(canary)) }
                let own = try #require(whole.headers["etag"].first)
                #expect(own != tag)
                let again = try await directory.service.get(Self.path, token: token, headers: [("If-None-Match", own)])
                #expect(again.status == 304)
                #expect(try whole.json["record_completeness"] == published.json["record_completeness"])
                // A search is the same for all.
                let found = try await directory.service.get("/v1/structures?commune=44184", token: token).text
                #expect(Self.canaries.allSatisfy { !Self.tells(found, $0) })
            }
            let versions = try await directory.service.get("\(Self.path)/history/1", token: editors[0])
            #expect(versions.text.contains("Canari"))

            var blind = Self.refuge
            let centroid = try published.json["location"]
            blind.point = Sketch.Point(
                latitude: try #require(centroid?["latitude"]?.double),
                longitude: try #require(centroid?["longitude"]?.double))
            (blind.street, blind.postalCode, blind.siret, blind.precision) = (nil, nil, nil, "commune")
            let before = try await directory.stored
            let refused = try await directory.update(blind.id, blind.body, token: editors[1], ifMatch: "\"v1\"")
            try expectProblem(refused, 422, "invalid-body", at: ["/address"])
            // Nor under the public tag, with a field filled in.
            blind.postalCode = "44600"
            let read = try await directory.update(blind.id, blind.body, token: editors[1], ifMatch: tag)
            try expectProblem(read, 412, "precondition-failed")
            #expect(try await directory.stored == before)

            var renamed = Self.refuge
            renamed.name = "Accueil de nuit"
            let written = try await directory.update(renamed.id, renamed.body, token: editors[0], ifMatch: "\"v1\"")
            #expect(written.status == 204)
            let shown = try await directory.service.get(Self.path, token: editors[0])
            #expect(shown.headers["etag"] == written.headers["etag"] && shown.text.contains("7 impasse Canari"))
            // Its editors may open it to all.
            renamed.isConfidential = false
            let tagNow = try #require(shown.headers["etag"].first)
            #expect(
                try await directory.update(renamed.id, renamed.body, token: editors[0], ifMatch: tagNow).status == 204)
            #expect(try await directory.get(Self.path).text.contains("7 impasse Canari"))
        }
    }

    @Test("is created under its editors' tag, also when the answer is repeated")
    func creation() async throws {
        try await withDirectory { directory in
            let region = try await DirectoryFixture.region()
            for key in ["one", "one"] {
                let created = try await directory.create(Self.refuge.body, token: region, key: key)
                let path = try #require(created.headers["location"].first)
                let whole = try await directory.service.get(path, token: region)
                #expect(whole.text.contains("7 impasse Canari") && created.headers["etag"] == whole.headers["etag"])
                #expect(try await directory.get(path).headers["etag"] != created.headers["etag"])
            }
        }
    }

    @Test("is not in memory: the index holds the same of any two that differ in it alone")
    func segments() throws {
        var random = SeededGenerator(seed: 7)
        let land = Land.random(communes: 5, &random)
        let commune = try #require(land.geography.communes.values.min { $0.code < $1.code })
        func segment(_ latitude: Double, _ street: String?, _ siret: String?) throws -> Segment {
            var sketch = Self.refuge
            (sketch.commune, sketch.street, sketch.siret) = (commune.code, street, siret)
            sketch.point = Sketch.Point(latitude: latitude, longitude: commune.centroid.longitude)
            return Segment(of: [try sketch.structure()], in: land.geography, from: 20_000)
        }
        let one = try segment(commune.centroid.latitude, nil, nil)
        let other = try segment(commune.centroid.latitude + 0.1, "7 impasse Canari", "35600000000048")
        #expect(one.encoded(at: 0, includingServices: true) == other.encoded(at: 0, includingServices: true))
        #expect(one.tree.points.count == 1 && one.tree.points[0].squaredChord(to: other.tree.points[0]) == 0)
        #expect(one.fingerprint == other.fingerprint && one.points == other.points && one.residents == other.residents)
    }
}

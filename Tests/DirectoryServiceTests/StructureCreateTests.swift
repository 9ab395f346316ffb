import Foundation
import NIOHTTP1
import Schema
import Support
import Testing

@testable import DirectoryService

@Suite("POST /v1/structures")
struct StructureCreateTests {
    private static let body = Sketch(id: UUID(), name: "Nouvelle antenne", commune: "44184").body

    @Test("creates, answers with id and links, and shows it at once")
    func create() async throws {
        try await withDirectory { directory in
            let region = try await DirectoryFixture.region()
            var sketch = Example.mission
            sketch.name = "Cafe\u{301} de l’orientation"
            let answer = try await directory.create(sketch.body, token: region)
            #expect(answer.status == 201)
            #expect(answer.headers["etag"].first?.hasPrefix("\"v1-") == true)
            let json = try answer.json
            let id = try #require(json["id"]?.string)
            #expect(json.object?.members.map(\.name) == ["id", "version", "links"])
            #expect(answer.headers["location"] == ["/v1/structures/\(id)"])
            #expect(json["links"]?["self"] == .string("/v1/structures/\(id)"))
            let stored = try await directory.get("/v1/structures/\(id)").json
            // NFC, whatever the editor's keyboard made.
            #expect(
                stored["name"]?.string?.unicodeScalars.elementsEqual("Café de l’orientation".unicodeScalars) == true)
            #expect(stored["version"] == 1)
            let found = try await directory.get("/v1/structures?commune=44184").json
            #expect(found["items"]?.array?.map { $0["id"]?.string } == [id])
            #expect(
                try await directory.stored == DirectoryFixture.Stored(structures: 1, versions: 1, keys: 1, updates: 1))
        }
    }

    @Test("repeats the first answer to a repeated key, and refuses the key to anything else")
    func idempotency() async throws {
        try await withDirectory { directory in
            let region = try await DirectoryFixture.region()
            for key in [nil, "", String(repeating: "k", count: 129), "é"] {
                let refused = try await directory.create(Self.body, token: region, key: key)
                try expectProblem(refused, 400, "idempotency-key-missing")
            }
            let first = try await directory.create(Self.body, token: region, key: "k 1".replacing(" ", with: ""))
            #expect(first.status == 201)
            for key in ["k1", "\"k1\""] {
                let again = try await directory.create(Self.body, token: region, key: key)
                #expect(again.status == 201 && again.body == first.body)
                #expect(again.headers["location"] == first.headers["location"])
            }
            let other = Self.body.replacing("Nouvelle", with: "Autre")
            try expectProblem(
                try await directory.create(other, token: region, key: "k1"), 422, "idempotency-key-reused")
            #expect(
                try await directory.stored == DirectoryFixture.Stored(structures: 1, versions: 1, keys: 1, updates: 1))
            // Another client's key is another key.
            let bretonne = Sketch(id: UUID(), name: "Antenne", networks: ["mission-locale"], commune: "35238").body
            let elsewhere = try await directory.create(
                bretonne, token: try await DirectoryFixture.region("53"), key: "k1")
            #expect(elsewhere.status == 201 && elsewhere.body != first.body)
        }
    }

    @Test("makes one structure of one key, however many ask at once")
    func concurrent() async throws {
        try await withDirectory { directory in
            let region = try await DirectoryFixture.region()
            let answers = try await withThrowingTaskGroup(of: RunningService.Answer.self) { group in
                for _ in 0..<16 {
                    group.addTask { try await directory.create(Self.body, token: region, key: "one") }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let created = answers.filter { $0.status == 201 }
            #expect(!created.isEmpty && Set(created.map(\.text)).count == 1)
            for answer in answers where answer.status != 201 {
                try expectProblem(answer, 409, "idempotency-key-in-flight")
                #expect(answer.headers["retry-after"] == ["1"])
            }
            #expect(
                try await directory.stored == DirectoryFixture.Stored(structures: 1, versions: 1, keys: 1, updates: 1))
        }
    }

    @Test("names all violations at once, and stores nothing of what it refuses")
    func refusals() async throws {
        try await withDirectory(Example.all) { directory in
            let region = try await DirectoryFixture.region()
            let before = try await directory.stored
            func refuse(_ json: String, at pointers: Set<String>) async throws {
                let answer = try await directory.create(json, token: region)
                try expectProblem(answer, 422, "invalid-body", at: pointers, "\(json.prefix(200))")
            }
            try await refuse("{}", at: ["/name", "/status", "/region"])
            try await refuse("[]", at: [""])
            // Of form and of rules together.
            try await refuse(
                #"{"status":"open","networks":["nobody"],"address":{"commune":"44999"},"languages":["français"]}"#,
                at: ["/name", "/status", "/networks/0", "/address/commune", "/languages/0"])
            try await refuse(
                #"""
                {"name":" ","status":"open","networks":["CIO","cio","cio"],"siret":"12345678901234",
                 "region":"52","address":{"commune":"4"},
                 "location":{"latitude":91,"longitude":"0","precision":"site"},"languages":["français"],
                 "x":1,"a/b~c":2,
                 "contact":{"email":"x","phone":"12","website":"ftp://x"},
                 "closures":[{"from":"2026-02-30","to":"2026-01-01"}],
                 "staff":{"declared":1,"qualified":2},"services":[{"kind":"advice"}]}
                """#,
                at: [
                    "/name", "/status", "/networks/0", "/siret", "/address/commune", "/location/latitude",
                    "/location/longitude", "/languages/0", "/x", "/a~1b~0c", "/contact/email", "/contact/phone",
                    "/contact/website", "/closures/0/from", "/staff/qualified", "/services/0/kind",
                ])
            // What only the service writes.
            for member in [
                #""id":"019b76da-a800-7725-8e42-dff071b6fc41""#, #""version":7"#,
                #""updated_at":"2026-01-01T00:00:00Z""#,
                #""located_in":[]"#, #""service_kinds":[]"#, #""record_completeness":{}"#, #""distance_m":0"#,
                #""competent":true"#, #""label":{"state":"accorde"}"#,
            ] {
                let name = String(member.dropFirst().prefix { $0 != "\"" })
                try await refuse(Self.body.replacing("{\"name\"", with: "{\(member),\"name\""), at: ["/\(name)"])
            }
            // The service is free: a price is refused, whatever it is called.
            for price in ["price", "prix", "cost", "fee"] {
                let services = #""services":[{"kind":"conseil-vae","\#(price)":0}]"#
                try await refuse(
                    Self.body.replacing(#""services":[]"#, with: services), at: ["/services/0/\(price)"])
            }
            // What the reference data and the charters know better.
            var sketch = Sketch(id: UUID(), name: "S", networks: ["nobody"], commune: "44999")
            sketch.participatesIn = ["territoire-spro:52-99"]
            sketch.offers = [Sketch.Offer(id: UUID(), kind: "cep-conseil", channels: [], zones: [])]
            try await refuse(
                sketch.body, at: ["/networks/0", "/address/commune", "/participates_in/0", "/services/0/kind"])
            // What only the database knows.
            let orphan = Sketch(id: UUID(), name: "S", commune: "44184", parent: UUID.v7())
            try await refuse(orphan.body, at: ["/parent_id"])
            #expect(try await directory.stored == before)
        }
    }

    @Test("refuses a second structure with the same SIRET")
    func siret() async throws {
        try await withDirectory { directory in
            let region = try await DirectoryFixture.region()
            let sketch = Sketch(id: UUID(), name: "S", commune: "44184", siret: "35600000000048")
            #expect(try await directory.create(sketch.body, token: region).status == 201)
            try expectProblem(try await directory.create(sketch.body, token: region), 409, "conflict", at: ["/siret"])
            #expect(
                try await directory.stored == DirectoryFixture.Stored(structures: 1, versions: 1, keys: 1, updates: 1))
        }
    }

    @Test("takes a name of two hundred characters, however many code points they are")
    func longName() async throws {
        try await withDirectory { directory in
            let region = try await DirectoryFixture.region()
            var sketch = Sketch(
                id: UUID(), name: String(repeating: "n\u{303}\u{323}\u{330}", count: 200), commune: "44184")
            #expect(try await directory.create(sketch.body, token: region).status == 201)
            sketch.name += "n"
            try expectProblem(
                try await directory.create(sketch.body, token: region), 422, "invalid-body", at: ["/name"])
        }
    }

    @Test("refuses an offer that is another structure’s, naming it, and a structure above itself")
    func relations() async throws {
        try await withDirectory(Example.all) { directory in
            let region = try await DirectoryFixture.region()
            let before = try await directory.stored
            let taken = Example.mission.offers[0].id.text
            let services = #""services":[{"kind":"conseil-vae"},{"id":"\#(taken)","kind":"conseil-vae"}]"#
            let thief = Self.body.replacing(#""services":[]"#, with: services)
            try expectProblem(
                try await directory.create(thief, token: region), 409, "conflict", at: ["/services/1/id"])
            let body = Example.townHall.body.replacing(#""services":[]"#, with: services)
            try expectProblem(
                try await directory.update(Example.townHall.id, body, token: region, ifMatch: "\"v1\""), 409,
                "conflict", at: ["/services/1/id"])
            #expect(try await directory.stored == before)
            func below(_ child: Sketch, _ parent: Sketch) async throws -> RunningService.Answer {
                var child = child
                child.parent = parent.id
                return try await directory.update(child.id, child.body, token: region, ifMatch: "\"v1\"")
            }
            #expect(try await below(Example.mission, Example.office).status == 204)
            #expect(try await below(Example.townHall, Example.mission).status == 204)
            try expectProblem(
                try await below(Example.office, Example.townHall), 422, "invalid-body", at: ["/parent_id"])
            try expectProblem(
                try await directory.update(
                    Example.office.id,
                    Example.office.body.replacing(
                        #""networks""#, with: #""parent_id":"\#(Example.bretonne.id.text)","networks""#),
                    token: region, ifMatch: "\"v1\""), 422, "invalid-body", at: ["/parent_id"])
        }
    }

    @Test("reads nothing but strict JSON of at most a mebibyte")
    func bytes() async throws {
        try await withDirectory { directory in
            let region = try await DirectoryFixture.region()
            let malformed = [
                "", "{", #"{"name":"a","name":"b"}"#, #"{"name":"a","n\u0061me":"b"}"#, #"{"name":"a",}"#,
                "\u{FEFF}{}", #"{"name":"\u0000"}"#, #"{"name":"\uD800"}"#, "{} {}", "{'name':1}", #"{"name":01}"#,
                String(repeating: "[", count: 100_000),
            ]
            for json in malformed {
                let answer = try await directory.create(json, token: region)
                try expectProblem(answer, 400, "malformed-body", "\(json.prefix(40))")
            }
            for type in ["text/plain", "application/xml", "application/json-patch+json", ""] {
                let answer = try await directory.service.send(
                    .POST, "/v1/structures", token: region,
                    headers: [("Content-Type", type), ("Idempotency-Key", "t")],
                    body: Array(Self.body.utf8))
                try expectProblem(answer, 415, "unsupported-media-type", "\(type)")
            }
            let typed = try await directory.service.send(
                .POST, "/v1/structures", token: region,
                headers: [("Content-Type", "application/json; charset=utf-8"), ("Idempotency-Key", "t")],
                body: Array("{".utf8))
            try expectProblem(typed, 400, "malformed-body")
            let large = #"{"name":""# + String(repeating: "a", count: 1 << 20) + #""}"#
            let answer = try await directory.create(large, token: region)
            #expect(answer.status == 413)
            #expect(
                try await directory.stored == DirectoryFixture.Stored(structures: 0, versions: 0, keys: 0, updates: 0))
        }
    }

    @Test("is for the region, a network's members and a structure's antennes")
    func policy() async throws {
        try await withDirectory(Example.all) { directory in
            let before = try await directory.stored
            let antenne = Sketch(
                id: UUID(), name: "Antenne", networks: ["mission-locale"], status: "signataire", commune: "44184",
                parent: Example.mission.id
            ).body
            let foreign = [
                try await DirectoryFixture.region("53"), try await DirectoryFixture.partner(Example.office.id),
                try await DirectoryFixture.partner(networks: ["cio"]), try await DirectoryFixture.partner(),
            ]
            for token in foreign {
                try expectProblem(try await directory.create(antenne, token: token), 403, "forbidden")
            }
            #expect(try await directory.stored == before)
            let own = [
                try await DirectoryFixture.region("52"), try await DirectoryFixture.partner(Example.mission.id),
                try await DirectoryFixture.partner(networks: ["mission-locale"]),
            ]
            for token in own { #expect(try await directory.create(antenne, token: token).status == 201) }
            #expect(try await directory.stored.structures == before.structures + own.count)
        }
    }
}

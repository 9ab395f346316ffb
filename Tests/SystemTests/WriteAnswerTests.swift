import NIOHTTP1
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

/// Real answers of the directory with the demo data, each held to its description.
@Suite("Answers to writes as described")
struct WriteAnswerTests {
    @Test("Writes and their refusals")
    func writes() async throws {
        let draft = #"{"name":"Essai","status":"signataire","region":"52","services":[{"kind":"ressources-en-ligne"}]}"#
        let admin: [Scope] = [.directoryAdmin]
        func create(
            _ status: Int, key: String?, type: String = "application/json", scopes: [Scope] = [.directoryAdmin],
            _ json: String
        ) -> Exchange {
            Exchange(
                operation: "createStructure", path: "/v1/structures", status: status, scopes: scopes,
                headers: [("Content-Type", type)] + (key.map { [("Idempotency-Key", $0)] } ?? []), json: json)
        }
        func update(_ status: Int, _ tag: String?, _ json: String, id: String = "019b76da-a800-71e1-aebf-12a7ec0c6887")
            -> Exchange
        {
            Exchange(
                operation: "updateStructure", path: "/v1/structures/\(id)", status: status, scopes: admin,
                headers: [("Content-Type", "application/json")] + (tag.map { [("If-Match", $0)] } ?? []), json: json)
        }
        try await holdAnswers([
            create(201, key: "a", draft), create(201, key: "a", draft),
            create(422, key: "a", draft.replacing("Essai", with: "Autre")),
            create(422, key: "b", #"{"name":"","status":"x","surprise":1,"id":"1","networks":["none"]}"#),
            create(422, key: "b", "[]"), create(400, key: "b", "{"), create(400, key: nil, draft),
            create(415, key: "b", type: "text/plain", draft),
            create(403, key: "b", scopes: [.directoryWrite], draft),
            create(403, key: "b", draft.replacing("52", with: "28")),
            create(413, key: "b", String(repeating: " ", count: (1 << 20) + 1)),
            create(201, key: "c", draft.replacing("{\"name", with: #"{"siret":"73282932000074","name"#)),
            create(422, key: "d", draft.replacing("{\"name", with: #"{"opening_hours":"lundi","name"#)),
            create(409, key: "d", draft.replacing("{\"name", with: #"{"siret":"73282932000074","name"#)),
            update(204, "\"v1\"", draft), update(412, "\"v1\"", draft), update(412, "W/\"v1\"", draft),
            update(400, "*", draft),
            update(428, nil, draft), update(422, "\"v2\"", "{}"), update(400, "\"v2\"", "{\"a\":1,\"a\":2}"),
            update(404, "\"v1\"", draft, id: "019b76da-a800-71e1-aebf-000000000000"),
            update(404, "\"v1\"", draft, id: "1"),
            update(204, "\"v2\"", DescribedStructure.full), Self.shown, Self.listed, Self.openings,
            update(204, "\"v3\"", DescribedStructure.sparse), Self.shown, Self.listed, Self.openings,
        ])
    }

    @Test("The life of a structure, and its refusals")
    func life() async throws {
        let path = "/v1/structures/019b76da-a800-71e1-aebf-12a7ec0c6887"
        let other = "019b76da-a800-77ef-adb4-848cc2d4fdb4"
        func end(_ operation: String, _ status: Int, _ tag: String?, at end: String = "", _ json: String? = nil)
            -> Exchange
        {
            Exchange(
                operation: operation, path: path + end, status: status, scopes: [.directoryAdmin],
                headers: [("Content-Type", "application/json")] + (tag.map { [("If-Match", $0)] } ?? []), json: json)
        }
        func merge(_ status: Int, _ tag: String?, _ json: String) -> Exchange {
            end("mergeStructure", status, tag, at: "/merger", json)
        }
        func verify(_ status: Int, _ tag: String?, _ json: String = "{}") -> Exchange {
            end("verifyStructure", status, tag, at: "/verification", json)
        }
        func read(_ operation: String, _ status: Int, at end: String, _ headers: [(String, String)] = []) -> Exchange {
            Exchange(
                operation: operation, path: path + end, status: status, scopes: [.directoryRead, .directoryAdmin],
                headers: headers)
        }
        let confidential = DescribedStructure.full.replacing("{\"street\"", with: "{\"confidential\":true,\"street\"")
        let update = Exchange(
            operation: "updateStructure", path: path, status: 204, scopes: [.directoryAdmin],
            headers: [("Content-Type", "application/json"), ("If-Match", "\"v2\"")], json: confidential)
        try await holdAnswers([
            verify(428, nil), verify(400, "*"), verify(412, "\"v9\""), verify(422, "\"v1\"", #"{"a":1}"#),
            verify(204, "\"v1\""), verify(204, "\"v2\""), update, Self.shown, Self.listed, Self.openings,
            read("showStructure", 200, at: ""), read("listVersions", 200, at: "/history?limit=2"),
            read("listVersions", 200, at: "/history"),
            read("listVersions", 304, at: "/history", [("If-None-Match", "*")]),
            read("listVersions", 400, at: "/history?limit=0&cursor=x"), read("showVersion", 200, at: "/history/3"),
            read("showVersion", 304, at: "/history/3", [("If-None-Match", "*")]),
            read("showVersion", 404, at: "/history/9"), read("showVersion", 404, at: "/history/x"),
            end("removeStructure", 428, nil), end("removeStructure", 412, "\"v1\""),
            merge(428, nil, "{}"), merge(400, "\"v3\"", "{"), merge(422, "\"v3\"", "{}"),
            merge(422, "\"v3\"", #"{"into":"019b76da-a800-71e1-aebf-000000000000"}"#),
            merge(412, "\"v1\"", #"{"into":"\#(other)"}"#), merge(204, "\"v3\"", #"{"into":"\#(other)"}"#),
            merge(410, "\"v4\"", #"{"into":"\#(other)"}"#), verify(410, "\"v4\""),
            end("removeStructure", 410, "\"v4\""),
            read("showStructure", 410, at: ""), read("listOpenings", 410, at: "/openings"),
            read("listVersions", 200, at: "/history"), read("showVersion", 200, at: "/history/4"),
            Exchange(
                operation: "listEvents", path: "/v1/events?limit=10000", status: 200, scopes: [.eventsReporting],
                headers: [("Accept", "application/cloudevents-batch+json")]),
        ])
    }

    @Test("How territories are coordinated, and the refusals")
    func coordination() async throws {
        let path = "/v1/territories/territoire-spro:52-02/coordination"
        let id = "019b76da-a800-71e1-aebf-12a7ec0c6887"
        let full = """
            {"coordinator":{"structure_id":"\(id)","role":"coordinateur-territoire"},\
            "committee":[{"structure_id":"\(id)"}],"dossier":{"perimeter":"a","diagnosis":"b","support_needs":"c",\
            "actions":[{"title":"d","description":"e"},{"title":"f"}]}}
            """
        func put(_ status: Int, _ tag: String?, _ json: String, at path: String = path) -> Exchange {
            Exchange(
                operation: "updateCoordination", path: path, status: status, scopes: [.directoryAdmin],
                headers: [("Content-Type", "application/json")] + (tag.map { [("If-Match", $0)] } ?? []), json: json)
        }
        func read(_ operation: String, _ status: Int, _ path: String, _ scopes: [Scope]) -> Exchange {
            Exchange(operation: operation, path: path, status: status, scopes: scopes)
        }
        try await holdAnswers([
            read("showCoordination", 200, path, [.directoryRead]),
            put(428, nil, full), put(422, "\"v1\"", #"{"coordinator":{"name":"x"}}"#), put(412, "\"v2\"", full),
            put(204, "\"v1\"", full), put(412, "\"v1\"", full), put(204, "\"v2\"", "{}"),
            put(403, "\"v1\"", full, at: "/v1/territories/territoire-spro:53-01/coordination"),
            put(404, "\"v1\"", full, at: "/v1/territories/territoire-spro:none/coordination"),
            read("showCoordination", 200, path, [.directoryRead]),
            read("showCoordination", 404, "/v1/territories/none/coordination", [.directoryRead]),
            read("showTerritory", 200, "/v1/territories/territoire-spro:52-02", [.directoryRead]),
            read("listCoordinationVersions", 200, path + "/history", [.directoryAdmin]),
            read("listCoordinationVersions", 400, path + "/history?limit=0", [.directoryAdmin]),
            read("listCoordinationVersions", 403, path + "/history", [.directoryWrite]),
            read("showCoordinationVersion", 200, path + "/history/2", [.directoryAdmin]),
            read("showCoordinationVersion", 200, path + "/history/3", [.directoryAdmin]),
            read("showCoordinationVersion", 404, path + "/history/1", [.directoryAdmin]),
            read("showCoordinationVersion", 403, path + "/history/2", [.directoryWrite]),
        ])
    }

    @Test(
        "The lists beside the structures, and their refusals",
        arguments: ["agenda", "schemes", "resources", "conventions"])
    func lists(_ list: String) async throws {
        let (one, many, full, sparse) = try #require(DescribedEntries.all[list])
        let query = list == "conventions" ? "level=region-reseau&on=2026-06-01" : "commune=44184&audience=salarie"
        // Whoever makes the entry does not choose its id, so the answers of a creation lead to nothing known.
        let unknown = "/v1/\(list)/019b76da-a800-71e1-aebf-000000000000"
        func create(_ status: Int, key: String?, _ json: String, scopes: [Scope] = [.directoryAdmin]) -> Exchange {
            Exchange(
                operation: "create\(one)", path: "/v1/\(list)", status: status, scopes: scopes,
                headers: [("Content-Type", "application/json")] + (key.map { [("Idempotency-Key", $0)] } ?? []),
                json: json)
        }
        func write(_ operation: String, _ status: Int, _ tag: String?, _ json: String?, at path: String) -> Exchange {
            Exchange(
                operation: "\(operation)\(one)", path: path, status: status, scopes: [.directoryAdmin],
                headers: [("Content-Type", "application/json")] + (tag.map { [("If-Match", $0)] } ?? []), json: json)
        }
        try await holdAnswers(
            [
                create(201, key: "a", full), create(201, key: "a", full), create(422, key: "a", sparse),
                create(201, key: "b", sparse), create(422, key: "c", "{}"), create(400, key: "c", "["),
                create(400, key: nil, full), create(403, key: "c", sparse.replacing("52", with: "28")),
                create(403, key: "c", full, scopes: [.directoryRead]),
                Exchange(operation: "list\(many)", path: "/v1/\(list)?limit=1", status: 200),
                Exchange(operation: "list\(many)", path: "/v1/\(list)?\(query)", status: 200),
                Exchange(operation: "list\(many)", path: "/v1/\(list)?kind=none&colour=1", status: 400),
                Exchange(
                    operation: "list\(many)", path: "/v1/\(list)", status: 406, headers: [("Accept", "text/csv")]),
                Exchange(operation: "list\(many)", path: "/v1/\(list)", status: 403, scopes: [.directoryAdmin]),
                Exchange(operation: "show\(one)", path: unknown, status: 404),
                write("update", 404, "\"v1\"", full, at: unknown), write("update", 428, nil, full, at: unknown),
                write("update", 422, "\"v1\"", "{}", at: unknown), write("delete", 404, "\"v1\"", nil, at: unknown),
                write("delete", 428, nil, nil, at: unknown), write("delete", 400, "*", nil, at: unknown),
            ]
        ) { service, description in
            let token = try await TestIssuer.shared.token(scopes: [.directoryAdmin, .directoryRead], region: "52")
            let items = try await service.get("/v1/\(list)", token: token).json.object?["items"]?.array ?? []
            #expect(items.count == 2)
            for item in items {
                let path = "/v1/\(list)/\(item.object?["id"]?.string ?? "")"
                let shown = try #require(description.operation("show\(one)"))
                for accept in ["application/json", "text/calendar, application/json;q=0.5"] {
                    for target in [path, "/v1/\(list)"] {
                        let operation = target == path ? shown : description.operation("list\(many)")
                        let answer = try await service.get(target, token: token, headers: [("Accept", accept)])
                        #expect(answer.status == 200)
                        #expect(try description.violations(of: answer, to: try #require(operation)) == [])
                    }
                }
                for (method, status) in [("update", 204), ("update", 412), ("delete", 412)] {
                    let operation = try #require(description.operation("\(method)\(one)"))
                    let answer = try await service.send(
                        .init(rawValue: operation.method), path, token: token,
                        headers: [("If-Match", "\"v1\""), ("Content-Type", "application/json")],
                        body: method == "update" ? Array(sparse.utf8) : nil)
                    #expect(answer.status == status)
                    #expect(try description.violations(of: answer, to: operation) == [])
                }
                let operation = try #require(description.operation("delete\(one)"))
                let answer = try await service.send(.DELETE, path, token: token, headers: [("If-Match", "\"v2\"")])
                #expect(answer.status == 204)
                #expect(try description.violations(of: answer, to: operation) == [])
            }
        }
    }

    private static let shown = Exchange(
        operation: "showStructure", path: "/v1/structures/019b76da-a800-71e1-aebf-12a7ec0c6887", status: 200)
    private static let openings = Exchange(
        operation: "listOpenings",
        path: "/v1/structures/019b76da-a800-71e1-aebf-12a7ec0c6887/openings?from=2026-11-01&to=2027-01-01",
        status: 200)
    private static let listed = Exchange(
        operation: "searchStructures", path: "/v1/structures?commune=44184&include=services&limit=100", status: 200)
}

import NIOHTTP1
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

/// Real answers of the directory with the demo data, each held to its description.
@Suite("Answers as described")
struct AnswerTests {
    @Test("Searches, structures, territories, networks and vocabularies")
    func reads() async throws {
        let id = "019b76da-a800-71e1-aebf-12a7ec0c6887"
        try await holdAnswers([
            Exchange(operation: "searchStructures", path: "/v1/structures", status: 200),
            Exchange(operation: "searchStructures", path: "/v1/structures?limit=100&include=services", status: 200),
            Exchange(
                operation: "searchStructures",
                path: "/v1/structures?commune=44184&service=cep-conseil&radius_km=50&limit=3", status: 200),
            Exchange(
                operation: "searchStructures",
                path: "/v1/structures?near=43.2965,5.3698&status=point-de-contact,membre&limit=100", status: 200),
            Exchange(
                operation: "searchStructures", path: "/v1/structures?network=branche-professionnelle", status: 200),
            Exchange(
                operation: "searchStructures",
                path: "/v1/structures?commune=44184&sort=distance&radius_km=20000&bbox=-3,46,0,48&limit=2"
                    + "&facets=network,status,service,audience,channel,access,language,accessibility,label,region,department",
                status: 200),
            Exchange(
                operation: "searchStructures", path: "/v1/structures?q=mission+loc+st+naz&facets=label", status: 200),
            Exchange(operation: "searchServices", path: "/v1/services", status: 200),
            Exchange(
                operation: "searchServices",
                path:
                    "/v1/services?commune=44184&audience=salarie&channel=visio,telephone&access=rendez-vous&limit=100",
                status: 200),
            Exchange(
                operation: "searchServices", path: "/v1/services", status: 304, headers: [("If-None-Match", "*")]),
            Exchange(
                operation: "searchStructures", path: "/v1/structures?commune=44184&include=services&limit=100",
                status: 200, headers: [("Accept", "application/geo+json")]),
            Exchange(
                operation: "searchStructures", path: "/v1/structures?limit=100", status: 200,
                headers: [("Accept", "text/csv")]),
            Exchange(operation: "showStructure", path: "/v1/structures/\(id)", status: 200),
            Exchange(
                operation: "showStructure", path: "/v1/structures/\(id)", status: 304,
                headers: [("If-None-Match", "*")]),
            Exchange(operation: "listTerritories", path: "/v1/territories", status: 200),
            Exchange(
                operation: "listTerritories", path: "/v1/territories?region=52&kind=territoire-spro", status: 200),
            Exchange(operation: "showTerritory", path: "/v1/territories/territoire-spro:52-02", status: 200),
            Exchange(operation: "showTerritory", path: "/v1/territories/territoire-spro%3A52-02", status: 200),
            Exchange(operation: "showTerritory", path: "/v1/territories/departement:44", status: 200),
            Exchange(
                operation: "showTerritory", path: "/v1/territories/territoire-spro:52-02", status: 200,
                headers: [("Accept", "application/geo+json")]),
            Exchange(operation: "listCommunes", path: "/v1/communes?q=st+naz", status: 200),
            Exchange(operation: "listCommunes", path: "/v1/communes?department=44&limit=100", status: 200),
            Exchange(operation: "locate", path: "/v1/territories/locate?near=47.2735,-2.2138", status: 200),
            Exchange(operation: "locate", path: "/v1/territories/locate?near=42,5", status: 200),
            Exchange(operation: "locate", path: "/v1/territories/locate?commune=13201", status: 200),
            Exchange(operation: "listCommunes", path: "/v1/communes?q=marseille", status: 200),
            Exchange(operation: "listNetworks", path: "/v1/networks", status: 200),
            Exchange(operation: "listNetworks", path: "/v1/networks?region=52", status: 200),
            Exchange(operation: "listVocabularies", path: "/v1/vocabularies", status: 200),
            Exchange(operation: "showVocabulary", path: "/v1/vocabularies/service_kind", status: 200),
            Exchange(operation: "listEvents", path: "/v1/events?limit=3", status: 200, scopes: [.eventsRead]),
            Exchange(
                operation: "listEvents", path: "/v1/events?limit=10000", status: 200, scopes: [.eventsReporting],
                headers: [("Accept", "application/cloudevents-batch+json")]),
        ])
    }

    @Test("Copies: changes, exports, HSDS, imports")
    func copies() async throws {
        let id = "019b76da-a800-71e1-aebf-12a7ec0c6887"
        let lines = [("Content-Type", "application/x-ndjson")]
        try await holdAnswers([
            Exchange(operation: "listChanges", path: "/v1/changes?limit=1000", status: 200),
            Exchange(operation: "listChanges", path: "/v1/changes?limit=2&wait=0", status: 200),
            Exchange(operation: "listChanges", path: "/v1/changes?after=x&wait=31", status: 400),
            Exchange(operation: "listChanges", path: "/v1/changes", status: 403, scopes: [.eventsRead]),
            Exchange(operation: "exportStructures", path: "/v1/exports/structures", status: 200),
            Exchange(
                operation: "exportStructures", path: "/v1/exports/structures", status: 200,
                headers: [("Accept", "application/geo+json")]),
            Exchange(
                operation: "exportStructures", path: "/v1/exports/structures", status: 200,
                headers: [("Accept", "text/csv")]),
            Exchange(
                operation: "exportStructures", path: "/v1/exports/structures", status: 304,
                headers: [("If-None-Match", "*")]),
            Exchange(
                operation: "exportStructures", path: "/v1/exports/structures", status: 406,
                headers: [("Accept", "text/html")]),
            Exchange(operation: "exportDataInclusion", path: "/v1/exports/data-inclusion", status: 200),
            Exchange(operation: "describeHsds", path: "/hsds", status: 200),
            Exchange(operation: "listHsdsOrganizations", path: "/hsds/organizations?per_page=100", status: 200),
            Exchange(operation: "showHsdsOrganization", path: "/hsds/organizations/\(id)", status: 200),
            Exchange(operation: "showHsdsOrganization", path: "/hsds/organizations/unknown", status: 404),
            Exchange(operation: "listHsdsServices", path: "/hsds/services?page=2&per_page=100", status: 200),
            Exchange(operation: "listHsdsServices", path: "/hsds/services?minimal=true", status: 400),
            Exchange(
                operation: "listHsdsServicesAtLocations", path: "/hsds/service_at_locations?per_page=100", status: 200),
            Exchange(operation: "showHsdsServiceAtLocation", path: "/hsds/service_at_locations/\(id)", status: 404),
            Exchange(
                operation: "createImport", path: "/v1/imports", status: 202, scopes: [.directoryAdmin],
                headers: lines, json: "{}"),
            Exchange(
                operation: "createImport", path: "/v1/imports?dry_run=x", status: 400, scopes: [.directoryAdmin],
                headers: lines, json: "{}"),
            Exchange(
                operation: "createImport", path: "/v1/imports", status: 415, scopes: [.directoryAdmin], json: "{}"),
            Exchange(operation: "listImports", path: "/v1/imports", status: 200, scopes: [.directoryAdmin]),
            Exchange(operation: "showImport", path: "/v1/imports/\(id)", status: 404, scopes: [.directoryAdmin]),
        ]) { service, description in
            let token = try await TestIssuer.shared.token(scopes: [.directoryAdmin, .directoryRead], region: "52")
            for (operation, list, member) in [
                ("showImport", "/v1/imports", "items"), ("showHsdsService", "/hsds/services", "contents"),
                ("showHsdsServiceAtLocation", "/hsds/service_at_locations", "contents"),
            ] {
                let items = try await service.get(list, token: token).json.object?[member]?.array
                let found = try #require(items?.first?.object?["id"]?.string)
                let answer = try await service.get("\(list)/\(found)", token: token)
                #expect(answer.status == 200)
                let operation = try #require(description.operation(operation))
                #expect(try description.violations(of: answer, to: operation) == [])
            }
        }
    }

    @Test("Refusals of reads")
    func refusedReads() async throws {
        try await holdAnswers([
            Exchange(operation: "searchStructures", path: "/v1/structures?limit=0&near=1&surprise=1", status: 400),
            Exchange(operation: "searchStructures", path: "/v1/structures?cursor=AAAA", status: 400),
            Exchange(operation: "searchServices", path: "/v1/services?bbox=1,1,0,0&sort=distance&q=-", status: 400),
            Exchange(operation: "searchServices", path: "/v1/services", status: 403, scopes: [.auditRead]),
            Exchange(operation: "searchStructures", path: "/v1/structures?commune=99999", status: 400),
            Exchange(operation: "searchStructures", path: "/v1/structures?territory=epci:a%3Eb", status: 400),
            Exchange(operation: "searchStructures", path: "/v1/structures?network=none-such", status: 400),
            Exchange(operation: "searchStructures", path: "/v1/structures?radius_km=5", status: 400),
            Exchange(
                operation: "searchStructures", path: "/v1/structures?q=" + String(repeating: "a", count: 9000),
                status: 414),
            Exchange(
                operation: "searchStructures", path: "/v1/structures", status: 415,
                headers: [("Content-Encoding", "gzip")]),
            Exchange(operation: "searchStructures", path: "/v1/structures", status: 403, scopes: [.auditRead]),
            Exchange(
                operation: "searchStructures", path: "/v1/structures?include=services", status: 400,
                headers: [("Accept", "text/csv")]),
            Exchange(
                operation: "searchStructures", path: "/v1/structures", status: 406, headers: [("Accept", "text/html")]),
            Exchange(operation: "showStructure", path: "/v1/structures/unknown", status: 404),
            Exchange(
                operation: "showStructure", path: "/v1/structures/019b76da-a800-71e1-aebf-000000000000", status: 404,
                headers: [("Accept-Language", "en")]),
            Exchange(operation: "showTerritory", path: "/v1/territories/epci:none", status: 404),
            Exchange(
                operation: "showTerritory", path: "/v1/territories/departement:44", status: 406,
                headers: [("Accept", "text/csv")]),
            Exchange(operation: "searchStructures", path: "/v1/structures?open_at=soon", status: 400),
            Exchange(
                operation: "listOpenings", path: "/v1/structures/019b76da-a800-71e1-aebf-000000000000/openings",
                status: 404),
            Exchange(
                operation: "listOpenings",
                path: "/v1/structures/019b76da-a800-71e1-aebf-12a7ec0c6887/openings?from=2026-01-01&to=2026-12-31",
                status: 400),
            Exchange(operation: "listTerritories", path: "/v1/territories?kind=pays", status: 400),
            Exchange(operation: "listCommunes", path: "/v1/communes?q=&limit=101", status: 400),
            Exchange(operation: "locate", path: "/v1/territories/locate", status: 400),
            Exchange(operation: "listNetworks", path: "/v1/networks?region=99", status: 400),
            Exchange(operation: "listVocabularies", path: "/v1/vocabularies?limit=2", status: 400),
            Exchange(operation: "showVocabulary", path: "/v1/vocabularies/none", status: 404),
            Exchange(
                operation: "listEvents", path: "/v1/events?after=x&wait=31", status: 400, scopes: [.eventsRead]),
            Exchange(operation: "listEvents", path: "/v1/events", status: 403),
            Exchange(
                operation: "listEvents", path: "/v1/events", status: 406, scopes: [.eventsRead],
                headers: [("Accept", "text/csv")]),
        ])
    }

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

    @Test("Coverage and recommendations, and their refusals")
    func coverage() async throws {
        func cover(_ status: Int, _ query: String, _ headers: [(String, String)] = []) -> Exchange {
            Exchange(operation: "showCoverage", path: "/v1/coverage" + query, status: status, headers: headers)
        }
        func recommend(_ status: Int, _ json: String, _ scopes: [Scope] = [.directoryRead]) -> Exchange {
            Exchange(
                operation: "recommend", path: "/v1/recommendations", status: status, scopes: scopes,
                headers: [("Content-Type", "application/json")], json: json)
        }
        try await holdAnswers(
            [
                cover(200, "?region=28"), cover(200, "?region=93&service=conseil-vae&max_km=5"),
                cover(200, "?region=28", [("Accept", "application/geo+json")]),
                cover(200, "?region=28", [("Accept", "text/csv")]), cover(304, "?region=28", [("If-None-Match", "*")]),
                cover(400, ""), cover(400, "?region=28&max_km=0.5"),
                cover(406, "?region=28", [("Accept", "text/html")]),
                recommend(200, #"{"place":{"commune":"44184"},"service":"cep-conseil"}"#),
                recommend(
                    200,
                    """
                    {"place":{"commune":"44184","near":{"latitude":47.2,"longitude":-2.2},"radius_km":5},\
                    "service":"accueil-personnalise","audiences":["salarie"],"situations":["handicap"],"age":40,\
                    "channels":["visio"],"urgency":"immediate","exclude":{"structures":\
                    ["019b76da-a800-71e1-aebf-12a7ec0c6887"],"networks":["apec"]},"limit":20,"alternatives":true}
                    """),
                recommend(422, "{}"), recommend(422, #"{"place":{"commune":"99999"},"service":"cep-conseil"}"#),
                recommend(400, "["), recommend(403, "{}", [.directoryAdmin]),
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

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
                let violations = try description.violations(of: answer, to: operation)
                #expect(violations == [], "\(operation.name): \(answer.text)")
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
}

import NIOHTTP1
import Schema
import Support
import Testing
import Web

@testable import ReportingService

/// Real answers of the reporting service, each held to its description.
@Suite("Answers of the reporting service as described")
struct ReportingAnswerTests {
    /// A request, and what it must be answered with.
    private struct Exchange: Sendable {
        var operation: String
        var path: String
        var status: Int
        var headers: [(String, String)] = []
        var body: String?
        var region: String? = "52"

        /// Of those who only read and contribute, except where something is written or decided.
        var scopes: [Scope] {
            [.reportingRead, .reportingContribute]
                + (operation.hasSuffix("eVersion") ? [.reportingPublish, .crefopDecide] : [])
        }
    }

    @Test("Definitions and figures")
    func reads() async throws {
        let data = "/v1/indicators/CON5/data?region=52&period=2025"
        try await hold([
            Exchange(operation: "listIndicators", path: "/v1/indicators", status: 200),
            Exchange(
                operation: "listIndicators", path: "/v1/indicators", status: 304, headers: [("If-None-Match", "*")]),
            Exchange(operation: "listIndicators", path: "/v1/indicators?region=52", status: 200),
            Exchange(operation: "listIndicators", path: "/v1/indicators?region=99", status: 400),
            Exchange(operation: "showIndicator", path: "/v1/indicators/CON1", status: 200),
            Exchange(operation: "showIndicator", path: "/v1/indicators/TRA1", status: 200),
            Exchange(operation: "showCompleteness", path: "/v1/completeness?region=52&period=2025-Q3", status: 200),
            Exchange(operation: "showCompleteness", path: "/v1/completeness?region=99&period=2199", status: 400),
            Exchange(operation: "showIndicator", path: "/v1/indicators/CON1?region=53", status: 200),
            Exchange(operation: "showIndicator", path: "/v1/indicators/XYZ1", status: 404),
            Exchange(operation: "showIndicatorData", path: data, status: 200),
            Exchange(operation: "showIndicatorData", path: data + "&by=month", status: 200),
            Exchange(
                operation: "showIndicatorData", path: "/v1/indicators/ACC1/data?region=28&period=2025&by=quarter",
                status: 200),
            Exchange(operation: "showIndicatorData", path: data + "&format=csv", status: 200),
            Exchange(operation: "showIndicatorData", path: data, status: 304, headers: [("If-None-Match", "*")]),
            Exchange(operation: "showIndicatorData", path: data, status: 406, headers: [("Accept", "text/html")]),
            Exchange(operation: "showIndicatorData", path: data + "&by=commune&x=1", status: 400),
            Exchange(operation: "showIndicatorData", path: data.replacing("region=52", with: "region=24"), status: 409),
            Exchange(operation: "showIndicatorData", path: data + "&version=9.0.0", status: 403),
            Exchange(operation: "showIndicatorData", path: data.replacing("CON5", with: "XYZ1"), status: 404),
        ])
    }

    @Test("Contributions and their refusals")
    func contributions() async throws {
        let line = """
            {"external_id":"a","commune":"44109","year":2025,"population":5,"department":"44","region":"52",\
            "territories":["territoire-spro:52-01"]}
            """
        func post(
            _ status: Int, _ body: String, type: String = "application/x-ndjson", kind: String = "reference-population",
            region: String? = "52"
        ) -> Exchange {
            Exchange(
                operation: "createContribution", path: "/v1/contributions/\(kind)", status: status,
                headers: [("Content-Type", type)], body: body, region: region)
        }
        func remove(_ status: Int, _ path: String, region: String? = "52") -> Exchange {
            Exchange(
                operation: "deleteContribution", path: "/v1/contributions/\(path)", status: status, region: region)
        }
        try await hold([
            post(200, line), post(200, line, type: "application/json"),
            post(200, "[\(line)]", type: "application/json"),
            post(
                200, "external_id,commune,year,population,department,region,territories\nb,44184,2025,5,44,52,\n",
                type: "text/csv"),
            post(422, line.replacing("44109", with: "4410") + "\n{"), post(400, "{", type: "application/json"),
            post(415, line, type: "text/plain"), post(403, line, region: "53"), post(404, line, kind: "surveys"),
            post(413, "[" + String(repeating: "1,", count: 100_000) + "1]", type: "application/json"),
            post(
                200,
                #"{"external_id":"p","kind":"training-plan","body":"crefop","decided_on":"2026-02-10","year":2026,"#
                    + #""decision":"approved"}"#, type: "application/json", kind: "governance-decisions"),
            post(
                422,
                #"{"external_id":"c","platform":"019b76da-a800-71e1-aebf-12a7ec0c6887","identified_on":"2026-02-10"}"#,
                kind: "psad-cases"),
            remove(204, "governance-decisions/p"), remove(404, "governance-decisions/p"), remove(404, "surveys/p"),
            remove(403, "governance-decisions/p", region: nil), remove(400, "governance-decisions/p?x=1"),
            Exchange(
                operation: "showIndicatorData", path: "/v1/indicators/ACC1/data?region=52&period=2025&by=territory",
                status: 200),
        ])
    }

    @Test("Versions of definitions, and what is decided on them")
    func versions() async throws {
        let versions = "/v1/indicators/ACC1/versions"
        let own = versions + "/2.1.0"
        func document(_ version: String, _ condition: String) -> String {
            """
            {"code":"ACC1","version":"\(version)","quote":{"region":"28","text":"x"},"formula":{"fr":"x","en":"x"},\
            "population":"communes","measures":[{"name":"coverage","label":{"fr":"x","en":"x"},"target":true,\
            "ratio":{"of":"\(condition)","over":""}}],"tables":[{"period":"year"}],"events":["X1"]}
            """
        }
        func put(_ status: Int, _ body: String, seen tag: String? = nil, region: String? = "52") -> Exchange {
            Exchange(
                operation: "writeVersion", path: own, status: status,
                headers: [("Content-Type", "application/json")] + (tag.map { [("If-Match", $0)] } ?? []), body: body,
                region: region)
        }
        func propose(_ status: Int, _ path: String, seen tag: String? = nil) -> Exchange {
            Exchange(
                operation: "proposeVersion", path: path + "/proposal", status: status,
                headers: tag.map { [("If-Match", $0)] } ?? [])
        }
        func decide(_ status: Int, _ path: String, seen tag: String?, body: String = "crefop") -> Exchange {
            Exchange(
                operation: "decideVersion", path: path + "/decision", status: status,
                headers: [("Content-Type", "application/json")] + (tag.map { [("If-Match", $0)] } ?? []),
                body: """
                    {"region":"52","body":"\(body)","session_date":"2026-01-15","decision":"refused","comment":"Non."}
                    """)
        }
        let sound = document("2.1.0", "served")
        try await hold([
            Exchange(operation: "listVersions", path: versions + "?region=24", status: 200),
            Exchange(operation: "listVersions", path: versions, status: 400),
            Exchange(operation: "showVersion", path: versions + "/2.0.0?region=24", status: 200),
            Exchange(operation: "showVersion", path: own + "?region=52", status: 404),
            put(201, sound), put(200, document("2.1.0", "(served)")), put(412, sound, seen: "\"v9\""),
            put(400, "{"), put(400, sound, seen: "*"), put(422, document("2.2.0", "shiny")),
            put(409, document("2.1.0", "not served")), put(403, sound, region: nil),
            put(413, String(repeating: " ", count: (1 << 20) + 1)),
            propose(412, own, seen: "\"v9\""), propose(200, own), propose(404, versions + "/9.0.0"),
            propose(409, versions + "/2.0.0"),
            decide(428, own, seen: nil), decide(412, own, seen: "\"v9\""),
            decide(422, own, seen: "\"v4\"", body: "region"),
            decide(200, own, seen: "\"v4\""),
            decide(404, versions + "/9.0.0", seen: "\"v1\""), decide(409, versions + "/2.0.0", seen: "\"v4\""),
            Exchange(operation: "showVersion", path: own + "?region=52", status: 200),
            Exchange(
                operation: "showVersion", path: own + "?region=52", status: 304, headers: [("If-None-Match", "*")]),
            Exchange(operation: "listVersions", path: versions + "?region=52", status: 200),
        ])
    }

    /// Sends the requests one after the other.
    private func hold(_ exchanges: [Exchange]) async throws {
        let description = try Description(of: "reporting")
        try await withRunning(.reporting) { service in
            for region in ["28", "52"] {
                let worker = try await TestIssuer.shared.token(
                    scopes: [.reportingRead, .reportingPublish, .crefopDecide], region: region)
                try await service.validate(["ACC1", "CON5"], in: region, publisher: worker, decider: worker)
            }
            for exchange in exchanges {
                let operation = try #require(description.operation(exchange.operation))
                let token = try await TestIssuer.shared.token(
                    scopes: exchange.scopes, region: exchange.region)
                let answer = try await service.send(
                    .init(rawValue: operation.method), exchange.path, token: token, headers: exchange.headers,
                    body: exchange.body.map { Array($0.utf8) })
                let place = "\(operation.method) \(exchange.path.prefix(80)) \(exchange.status)"
                #expect(answer.status == exchange.status, "\(place): \(answer.text.prefix(600))")
                let violations = try description.violations(of: answer, to: operation)
                #expect(violations.prefix(10) == [], "\(place)")
            }
        }
    }
}

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
    }

    @Test("Definitions and figures")
    func reads() async throws {
        let data = "/v1/indicators/CON5/data?region=52&period=2025"
        try await hold([
            Exchange(operation: "listIndicators", path: "/v1/indicators", status: 200),
            Exchange(
                operation: "listIndicators", path: "/v1/indicators", status: 304, headers: [("If-None-Match", "*")]),
            Exchange(operation: "listIndicators", path: "/v1/indicators?region=52", status: 400),
            Exchange(operation: "showIndicator", path: "/v1/indicators/CON1", status: 200),
            Exchange(operation: "showIndicator", path: "/v1/indicators/QUA99", status: 404),
            Exchange(operation: "showIndicator", path: "/v1/indicators/TRA1", status: 200),
            Exchange(operation: "showCompleteness", path: "/v1/completeness?region=52&period=2025-Q3", status: 200),
            Exchange(operation: "showCompleteness", path: "/v1/completeness?region=99&period=2199", status: 400),
            Exchange(operation: "showIndicatorData", path: data, status: 200),
            Exchange(operation: "showIndicatorData", path: data + "&by=month", status: 200),
            Exchange(
                operation: "showIndicatorData", path: "/v1/indicators/ACC1/data?region=28&period=2025&by=quarter",
                status: 200),
            Exchange(operation: "showIndicatorData", path: data + "&format=csv", status: 200),
            Exchange(operation: "showIndicatorData", path: data, status: 304, headers: [("If-None-Match", "*")]),
            Exchange(operation: "showIndicatorData", path: data, status: 406, headers: [("Accept", "text/html")]),
            Exchange(operation: "showIndicatorData", path: data + "&by=commune&x=1", status: 400),
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

    /// Sends the requests one after the other.
    private func hold(_ exchanges: [Exchange]) async throws {
        let description = try Description(of: "reporting")
        try await withRunning(.reporting) { service in
            for exchange in exchanges {
                let operation = try #require(description.operation(exchange.operation))
                let token = try await TestIssuer.shared.token(
                    scopes: [.reportingRead, .reportingContribute], region: exchange.region)
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

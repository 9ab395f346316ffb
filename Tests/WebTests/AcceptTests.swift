import Hummingbird
import NIOHTTP1
import Schema
import Support
import Testing

@testable import Web

@Suite("What a client takes")
struct AcceptTests {
    @Test(
        "the most specific range decides, and zero is no",
        arguments: [
            ("application/json", true), ("Application/JSON", true), ("application/*", true), ("*/*", true),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true), ("text/html, */*;q=0", false),
            ("application/json;q=0", false), ("application/json; q=0.0, */*", false), ("application/*;q=0, */*", false),
            ("application/json, application/*;q=0", true), ("application/json;q=0.001", true), ("*/*;q=0", false),
            ("application/json;charset=utf-8", true), ("application/json;profile=x;q=0", false),
            ("text/csv", false), ("application/problem+json", false), ("application/jsonx", false), ("text/*", false),
            ("application/problem+json, application/json;q=0.5", true),
            ("application/json, application/json;q=0", true),
            // Nothing that can be read is nothing said.
            ("", true), ("json", true), ("*/json", true), ("/", true), ("application/json;q=2", true), (",,", true),
            ("nonsense, text/csv", false), ("text/csv;q=x", true),
        ])
    func ranges(header: String, isAccepted: Bool) {
        #expect((AcceptedTypes(header).quality(of: "application/json") > 0) == isAccepted)
    }

    @Test(
        "of several types the one that is taken most gladly is answered, the first among equals",
        arguments: [
            (nil, "application/x-ndjson"), ("*/*", "application/x-ndjson"), ("application/*", "application/x-ndjson"),
            ("text/csv", "text/csv"), ("Text/CSV ; q=1", "text/csv"),
            ("application/x-ndjson;q=0.4, text/csv;q=0.5", "text/csv"),
            ("*/*;q=0.9, application/x-ndjson;q=0.1", "text/csv"),
            ("*/*, application/x-ndjson;q=0", "text/csv"), ("text/html, */*;q=0.1", "application/x-ndjson"),
            ("text/html", nil), ("*/*;q=0", nil), ("application/json", nil),
        ] as [(String?, String?)])
    func preference(header: String?, type: String?) {
        let request = Request(fields: header.map { [(.accept, $0)] } ?? [])
        #expect((try? request.preferredType(among: ["application/x-ndjson", "text/csv"])) == type)
    }

    @Test("a route refuses who takes nothing that it answers, after it knows who it is and before it does anything")
    func routes() async throws {
        try await withProbe { service in
            func answer(
                _ path: String, _ accept: String, _ method: HTTPMethod = .GET, token: String?
            ) async throws -> RunningService.Answer {
                try await service.send(method, path, token: token, headers: [("Accept", accept)])
            }
            let good = try await token(.directoryRead)
            #expect(try await answer("/v1/things", "application/json", token: good).status == 200)
            #expect(try await answer("/v1/things", "text/csv;q=0.9, application/json;q=0.1", token: good).status == 200)
            let refused = try await answer("/v1/things", "text/csv", token: good)
            let body = try expectProblem(refused, .notAcceptable)
            #expect(body["detail"] == "Formats disponibles : application/json.")
            try expectProblem(try await answer("/v1/things", "application/problem+json", token: good), .notAcceptable)
            try expectProblem(try await answer("/v1/things", "text/csv", token: nil), .unauthenticated)
            try expectProblem(try await answer("/v1/nowhere", "text/csv", token: good), .notFound)
            #expect(try await answer("/openapi.yaml", "application/yaml", token: nil).status == 200)
            try expectProblem(try await answer("/openapi.yaml", "application/json", token: nil), .notAcceptable)
            // A route without content has nothing that anybody could refuse.
            let admin = try await token(.directoryAdmin)
            #expect(try await answer("/v1/things/1", "text/csv", .DELETE, token: admin).status == 204)
        }
    }
}

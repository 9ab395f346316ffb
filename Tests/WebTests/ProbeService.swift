import Foundation
import HTTPTypes
import Hummingbird
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Tokens
import Web

/// A service in production form whose routes show what the house does around any route.
extension ServiceDefinition {
    static let probe = ServiceDefinition(
        name: "directory", defaultPort: 8081, migrations: [.idempotencyKeys(number: 1)]
    ) { _ in
        return { _ in Parts(routes: ProbeRoutes.all) }
    }
}

/// Runs the probe on a database of its own.
func withProbe(
    settings: [String: String] = [:], metrics: PrometheusFactory = PrometheusFactory(),
    _ body: @Sendable @escaping (RunningService) async throws -> Void
) async throws {
    try await withDatabase(migrations: ServiceDefinition.probe.migrations) { database in
        try await withService(.probe, on: database, settings: settings, metrics: metrics, body)
    }
}

/// An error whose every description holds something that no caller may see.
struct Indiscretion: Error, CustomStringConvertible, CustomDebugStringConvertible, LocalizedError {
    static let canary = "canari-2f9c"
    var description: String { "jeton \(Self.canary)" }
    var debugDescription: String { "select * from people where name = '\(Self.canary)'" }
    var errorDescription: String? { description }
}

enum ProbeRoutes {
    static let all: [Route] = [
        Route(.get, "/open", .open) { request, context in .json(echo(context), for: request) },
        Route(.get, "/v1/things", .scope(.directoryRead)) { request, context in .json(echo(context), for: request) },
        Route(.post, "/v1/things", .scope(.directoryWrite)) { request, _ in
            let name = try request.parse(try await request.bytes()) { $0.required("name", .text(1...50)) }
            var json = JSONWriter()
            json.object { $0.member("name", name) }
            return .json(json, for: request)
        },
        Route(.get, "/v1/things/{id}", .anyOf([.directoryRead, .directoryAdmin])) { request, context in
            var json = JSONWriter()
            json.object { $0.member("id", context.parameters.get("id")) }
            return .json(json, for: request)
        },
        Route(.delete, "/v1/things/{id}", .scope(.directoryAdmin), produces: []) { _, _ in Response(status: .noContent)
        },
        Route(.get, "/v1/query", .scope(.directoryRead)) { request, _ in
            let query = try request.query()
            let (q, list) = (query.optional("q", .text(0...100)), query.list("kind", .text(0...100)))
            try query.finish()
            var json = JSONWriter()
            json.object { json in
                json.member("q", q)
                json.member("kind", list)
            }
            return .json(json, for: request)
        },
        Route(.get, "/v1/failures/{kind}", .scope(.directoryRead)) { _, context in
            throw failures[context.parameters.get("kind") ?? ""] ?? Refusal(.notFound)
        },
        Route(.get, "/v1/vary", .scope(.directoryRead)) { _, _ in
            Response(status: .ok, headers: [.vary: "Accept-Language"])
        },
        .planned(.put, "/v1/later", .scope(.directoryWrite)),
    ]

    static let failures: [String: any Error] = [
        "indiscretion": Indiscretion(), "cancellation": CancellationError(),
        "http-400": HTTPError(.badRequest, message: Indiscretion.canary),
        "http-404": HTTPError(.notFound, message: Indiscretion.canary),
        "http-413": HTTPError(.contentTooLarge, message: Indiscretion.canary),
        "http-418": HTTPError(.init(code: 418), message: Indiscretion.canary),
        "connection-lost": DatabaseError(.connectionLost, note: Indiscretion.canary),
        "timeout": DatabaseError(.timeout, note: Indiscretion.canary),
        "saturated": DatabaseError(.saturated, note: Indiscretion.canary),
        "exhausted": DatabaseError(.exhausted, note: Indiscretion.canary),
        "serialization": DatabaseError(.serialization, note: Indiscretion.canary),
        "deadlock": DatabaseError(.deadlock, note: Indiscretion.canary),
        "commit-unknown": DatabaseError(.commitOutcomeUnknown, note: Indiscretion.canary),
        "constraint": DatabaseError(.constraint(name: Indiscretion.canary, kind: .unique)),
        "raised": DatabaseError(.raised(sqlstate: "SP001", message: Indiscretion.canary)),
        "other": DatabaseError(.other, note: Indiscretion.canary),
        "token-busy": TokenRefusal.busy, "token-failures": TokenRefusal.tooManyFailures(retryAfter: 17),
        "refusal": Refusal(
            .conflict, detail: LocalizedText(fr: "C’est déjà fait.", en: "It is done already."),
            violations: [Violation(.required, at: "/a"), Violation(.readOnly, at: "/b")], retryAfter: 5),
    ]

    private static func echo(_ context: ServiceContext) -> JSONWriter {
        var json = JSONWriter()
        json.object { json in
            json.member("request_id", context.requestID)
            json.member("language", context.language.rawValue)
            json.member("traceparent", context.trace?.text)
            json.member("onwards", context.correlation.fields.map(\.value))
            json.member("client", context.token?.clientID)
        }
        return json
    }
}

/// The parts of a problem that a caller acts on, after checking those that every problem has.
@discardableResult
func expectProblem(
    _ answer: RunningService.Answer, _ code: RefusalCode, _ language: Language = .french,
    sourceLocation: SourceLocation = #_sourceLocation
) throws -> JSONObject {
    let body = try #require(try answer.json.object, sourceLocation: sourceLocation)
    #expect(answer.status == code.status.code, sourceLocation: sourceLocation)
    #expect(answer.headers.first(name: "content-type") == "application/problem+json", sourceLocation: sourceLocation)
    #expect(answer.headers.first(name: "cache-control") == "no-store", sourceLocation: sourceLocation)
    #expect(answer.headers.first(name: "content-language") == language.rawValue, sourceLocation: sourceLocation)
    #expect(answer.headers.first(name: "x-content-type-options") == "nosniff", sourceLocation: sourceLocation)
    #expect(body["type"]?.string == "urn:spro:problem:\(code.rawValue)", sourceLocation: sourceLocation)
    #expect(body["code"]?.string == code.rawValue, sourceLocation: sourceLocation)
    #expect(body["status"]?.int == code.status.code, sourceLocation: sourceLocation)
    #expect(body["title"]?.string == code.title[language], sourceLocation: sourceLocation)
    let requestID = body["request_id"]?.string
    #expect(requestID?.isEmpty == false, sourceLocation: sourceLocation)
    #expect(answer.headers.first(name: "request-id") == requestID, sourceLocation: sourceLocation)
    return body
}

/// A token for the probe with these scopes.
func token(_ scopes: Scope...) async throws -> String { try await TestIssuer.shared.token(scopes: scopes) }

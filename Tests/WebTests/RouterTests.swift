import Foundation
import NIOHTTP1
import Schema
import Support
import Testing
import Web

@Suite("Routes and who may call them")
struct RouterTests {
    @Test("a route serves the bearer of one of its scopes, and names the scopes to others")
    func scopes() async throws {
        try await withProbe { service in
            let path = "/v1/things/42"
            for scope in [Scope.directoryRead, .directoryAdmin] {
                let answer = try await service.get(path, token: token(scope))
                #expect(answer.status == 200 && answer.text == #"{"id":"42"}"#)
            }
            for scope in Scope.allCases where ![.directoryRead, .directoryAdmin].contains(scope) {
                let answer = try await service.get(path, token: token(scope))
                let body = try expectProblem(answer, .insufficientScope)
                #expect(body["detail"]?.string?.contains("directory:admin directory:read") == true)
                #expect(
                    answer.headers["www-authenticate"] == [#"Bearer realm="spro", error="insufficient_scope""#])
            }
            try expectProblem(try await service.get(path, token: token()), .insufficientScope)
            // One method's scope is not another's.
            try expectProblem(try await service.send(.DELETE, path, token: token(.directoryRead)), .insufficientScope)
            #expect(try await service.send(.DELETE, path, token: token(.directoryAdmin)).status == 204)
            #expect(try await service.get("/v1/things", token: token(.directoryRead)).text.contains("test-client"))
        }
    }

    @Test("without a sound token no guarded route runs, and the challenge says why")
    func tokens() async throws {
        try await withProbe { service in
            let good = try await token(.directoryRead)
            let none = try await service.get("/v1/things", token: nil)
            try expectProblem(none, .unauthenticated)
            #expect(none.headers["www-authenticate"] == [#"Bearer realm="spro""#])

            let expired = try await TestIssuer.shared.token(scopes: [.directoryRead], lifetime: -120)
            let foreign = try await TestIssuer.shared.token(scopes: [.directoryRead], audiences: ["referral"])
            let altered = String(good.dropLast(10)) + "AAAAAAAAAA"
            for field in [
                "Bearer \(expired)", "Bearer \(foreign)", "Bearer \(altered)", "Bearer x", "Bearer  \(good)", "Bearer",
                "Basic \(good)", "\(good)", "Bearer:\(good)", "Bearer \(good) x", "Bearer \(good), Bearer \(good)",
            ] {
                let answer = try await service.get("/v1/things", token: nil, headers: [("Authorization", field)])
                try expectProblem(answer, .unauthenticated)
                #expect(
                    answer.headers["www-authenticate"] == [#"Bearer realm="spro", error="invalid_token""#],
                    "\(field.prefix(12))")
                #expect(!answer.text.contains(good.suffix(20)))
            }
            let twice = [("Authorization", "Bearer \(good)"), ("Authorization", "Bearer \(good)")]
            try expectProblem(try await service.get("/v1/things", token: nil, headers: twice), .unauthenticated)
            // RFC 6750 has two other ways to send a token; we take neither.
            try expectProblem(try await service.get("/v1/things?access_token=\(good)", token: nil), .unauthenticated)
            for scheme in ["Bearer", "bearer", "BEARER"] {
                let field = [("Authorization", "\(scheme) \(good)")]
                #expect(try await service.get("/v1/things", token: nil, headers: field).status == 200)
            }
        }
    }

    @Test("open routes need no token and look at none")
    func open() async throws {
        try await withProbe { service in
            for field in [[], [("Authorization", "Bearer nonsense")], [("Authorization", "Basic x")]] {
                let answer = try await service.get("/open", token: nil, headers: field)
                #expect(answer.status == 200 && answer.text.contains(#""client":null"#))
            }
            let contract = try await service.get("/openapi.yaml", token: nil)
            #expect(contract.status == 200 && contract.text.hasPrefix("openapi:"))
            let tag = try #require(contract.headers.first(name: "etag"))
            #expect(try await service.get("/openapi.yaml", token: nil, headers: [("If-None-Match", tag)]).status == 304)
        }
    }

    @Test("a path that there is not is 404, with a token or without, and tells nothing")
    func unknownPaths() async throws {
        try await withProbe { service in
            let good = try await token(.directoryRead)
            for path in ["/", "/v1", "/v1/thing", "/v1/things/1/2", "/V1/things", "/v1/%74hing", "/open/x", "/.env"] {
                for token in [nil, good] {
                    let body = try expectProblem(try await service.get(path, token: token), .notFound)
                    #expect(body["instance"]?.string?.hasPrefix("/") == true)
                }
            }
            let long = "/v1/" + String(repeating: "x", count: 2000) + "?secret=1"
            let instance = try expectProblem(try await service.get(long, token: good), .notFound)["instance"]?.string
            #expect(instance?.count == 200 && instance?.contains("secret") == false)
        }
    }

    @Test("a path has no slash at its end and none doubled, whatever the method and the token")
    func slashes() async throws {
        try await withProbe { service in
            let good = try await token(.directoryRead, .directoryAdmin)
            for path in [
                "/v1/things/", "/v1//things", "//v1/things", "/v1/things/42/", "/v1/things//42", "/open/", "//",
            ] {
                for method in [HTTPMethod.GET, .POST, .DELETE, .OPTIONS] {
                    try expectProblem(try await service.send(method, path, token: good), .notFound)
                    try expectProblem(try await service.send(method, path), .notFound)
                }
            }
            #expect(try await service.get("/v1/things?a=//", token: good).status == 200)
            #expect(try await service.get("/v1/things/a%2F%2Fb", token: good).status == 200)
        }
    }

    @Test("a method that a path has not is 405 with the methods that it has")
    func methods() async throws {
        try await withProbe { service in
            for (method, path, allow) in [
                (HTTPMethod.PUT, "/v1/things", "GET, HEAD, POST"), (.PATCH, "/v1/things", "GET, HEAD, POST"),
                (.DELETE, "/v1/things", "GET, HEAD, POST"), (.OPTIONS, "/v1/things", "GET, HEAD, POST"),
                (.POST, "/v1/things/1", "DELETE, GET, HEAD"), (.PUT, "/v1/things/1", "DELETE, GET, HEAD"),
                (.POST, "/open", "GET, HEAD"), (.GET, "/v1/later", "PUT"), (.HEAD, "/v1/later", "PUT"),
            ] {
                let answer = try await service.send(method, path)
                #expect(answer.status == 405 && answer.headers["allow"] == [allow], "\(method) \(path)")
                if method != .HEAD { try expectProblem(answer, .methodNotAllowed) }
            }
            try expectProblem(
                try await service.send(.PUT, "/v1/later", token: token(.directoryWrite), json: "{}"), .notImplemented)
            try expectProblem(try await service.send(.PUT, "/v1/later", token: nil, json: "{}"), .unauthenticated)
        }
    }

    @Test("HEAD is guarded as GET, and has its head without a body")
    func head() async throws {
        try await withProbe { service in
            let port = try #require(URL(string: service.url)?.port)
            let good = try await token(.directoryRead)
            let client = try RawClient(port: port)
            for (path, field, status) in [
                ("/v1/things", "Authorization: Bearer \(good)\r\n", 200), ("/v1/things", "", 401),
                ("/nowhere", "", 404),
                ("/v1/later", "", 405), ("/open", "", 200),
            ] {
                // What follows on the same connection would be garbled by a stray body.
                try await client.send(
                    "HEAD \(path) HTTP/1.1\r\nHost: a\r\n\(field)\r\nGET /open HTTP/1.1\r\nHost: a\r\nRequest-Id: n\r\n\r\n"
                )
                let head = try await client.response(to: "HEAD")
                #expect(head.status == status, "\(path)")
                #expect(head["request-id"]?.isEmpty == false)
                let next = try await client.response()
                #expect(next.status == 200 && next.text.contains(#""request_id":"n""#), "\(path)")
            }
        }
    }

    @Test("titles and details are in the language asked for, French otherwise")
    func languages() async throws {
        try await withProbe { service in
            for (accepted, language) in [(nil, .french), ("en-GB,en;q=0.9,fr;q=0.5", .english), ("de", .french)]
                as [(String?, Language)]
            {
                let fields = accepted.map { [("Accept-Language", $0)] } ?? []
                let body = try expectProblem(
                    try await service.get("/v1/things", token: nil, headers: fields), .unauthenticated, language)
                let detail = body["detail"]?.string
                #expect(
                    detail
                        == (language == .french
                            ? "L’en-tête Authorization: Bearer est requis."
                            : "The header Authorization: Bearer is required."))
            }
        }
    }
}

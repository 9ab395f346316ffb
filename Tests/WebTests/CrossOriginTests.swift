import NIOHTTP1
import Schema
import Support
import Testing
import Web

@Suite("Cross-origin requests")
struct CrossOriginTests {
    private static let settings = ["SPRO_CORS_ORIGINS": "https://carte.exemple.fr,http://localhost:5173"]
    private static let names = [
        "access-control-allow-origin", "access-control-expose-headers", "access-control-allow-methods",
        "access-control-allow-headers", "access-control-max-age", "access-control-allow-credentials",
    ]

    @Test("an origin on the list may read answers and problems; no credentials of the browser's are taken")
    func allowed() async throws {
        try await withProbe(settings: Self.settings) { service in
            for origin in ["https://carte.exemple.fr", "http://localhost:5173"] {
                for (path, status) in [("/open", 200), ("/v1/things", 401), ("/nowhere", 404)] {
                    let answer = try await service.get(path, token: nil, headers: [("Origin", origin)])
                    #expect(answer.status == status)
                    #expect(answer.headers["access-control-allow-origin"] == [origin])
                    #expect(answer.headers["vary"] == ["Origin"])
                    #expect(answer.headers.first(name: "access-control-expose-headers")?.contains("Request-Id") == true)
                    #expect(answer.headers["access-control-allow-credentials"].isEmpty)
                }
            }
        }
    }

    @Test("no other origin gets a header, and caches are told that the answer differs")
    func others() async throws {
        try await withProbe(settings: Self.settings) { service in
            for origin in [
                nil, "null", "https://carte.exemple.fr.pirate.net", "http://carte.exemple.fr", "https://exemple.fr",
                "https://carte.exemple.fr:443", "https://CARTE.exemple.fr", "https://carte.exemple.fr/", "*",
                "https://carte.exemple.fr https://pirate.net", "http://localhost", "",
            ] {
                let fields = origin.map { [("Origin", $0)] } ?? []
                for method in ["GET", "OPTIONS"] {
                    let answer = try await service.send(
                        .init(rawValue: method), "/open", headers: fields + [("Access-Control-Request-Method", "GET")])
                    #expect(answer.status == (method == "GET" ? 200 : 405))
                    for name in Self.names { #expect(answer.headers[name].isEmpty, "\(origin ?? "none"): \(name)") }
                    #expect(answer.headers["vary"] == ["Origin"])
                }
            }
        }
    }

    @Test("a preflight is answered before any token is asked for, a plain OPTIONS is not one")
    func preflight() async throws {
        try await withProbe(settings: Self.settings) { service in
            let origin = ("Origin", "https://carte.exemple.fr")
            let answer = try await service.send(
                .OPTIONS, "/v1/things", headers: [origin, ("Access-Control-Request-Method", "POST")])
            #expect(answer.status == 204 && answer.body.isEmpty)
            #expect(answer.headers["request-id"].count == 1 && answer.headers["x-content-type-options"] == ["nosniff"])
            #expect(answer.headers["access-control-allow-origin"] == ["https://carte.exemple.fr"])
            #expect(answer.headers.first(name: "access-control-allow-methods") == "GET, POST, PUT, PATCH, DELETE")
            let names = answer.headers.first(name: "access-control-allow-headers") ?? ""
            for name in ["Authorization", "Content-Type", "If-Match", "Idempotency-Key"] {
                #expect(names.contains(name))
            }
            let plain = try await service.send(.OPTIONS, "/v1/things", headers: [origin])
            #expect(plain.status == 405)
            #expect(plain.headers["access-control-allow-origin"] == ["https://carte.exemple.fr"])
        }
    }

    @Test("adds to what a route says it varies by, and says nothing where no origin may call")
    func vary() async throws {
        try await withProbe(settings: Self.settings) { service in
            let answer = try await service.get(
                "/v1/vary", token: token(.directoryRead), headers: [("Origin", "https://carte.exemple.fr")])
            #expect(Set(answer.headers[canonicalForm: "vary"]) == ["Accept-Language", "Origin"])
        }
        try await withProbe { service in
            let answer = try await service.get("/open", token: nil, headers: [("Origin", "https://carte.exemple.fr")])
            #expect(answer.status == 200 && answer.headers["vary"].isEmpty)
            for name in Self.names { #expect(answer.headers[name].isEmpty) }
        }
    }
}

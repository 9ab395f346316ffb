import NIOHTTP1
import Schema
import Support
import Testing
import Tokens

@testable import DirectoryService
@testable import Web

/// The explorer as the directory serves it, with a real issuer behind it.
@Suite("Explorer")
struct ExplorerTests {
    private func settings(_ issuer: RunningIssuer, client: String) -> [String: String] {
        ["SPRO_EXPLORER_CLIENT_ID": client, "SPRO_EXPLORER_CLIENT_SECRET": client + "-secret"]
    }

    private func withDirectory(
        _ settings: [String: String], fetch: @escaping KeySetFetch = TestIssuer.shared.fetch,
        _ body: @Sendable @escaping (RunningService) async throws -> Void
    ) async throws {
        try await withDatabase(of: .directory) { database in
            try await withService(
                .directory, on: database,
                settings: ServiceDefinition.directory.ownSettings.merging(settings) { _, given in given },
                fetch: fetch, body)
        }
    }

    @Test(
        "lends the public a token that reads the directory and nothing more, and the same one until it ends",
        arguments: ["website", "referral-service"])
    func token(_ client: String) async throws {
        let description = try Description(of: "directory")
        let operation = try #require(description.operation("lendExplorerToken"))
        try await withIssuer { issuer in
            let settings = settings(issuer, client: client).merging(issuer.settings) { own, _ in own }
            try await withDirectory(settings, fetch: KeySetSource.http) { service in
                let answer = try await service.get("/explorer/token", token: nil)
                #expect(try description.violations(of: answer, to: operation) == [])
                let body = try #require(try answer.json.object)
                #expect(answer.headers["cache-control"] == ["no-store"])
                #expect((3000...3600).contains(body["expires_in"]?.int ?? 0))
                let token = try #require(body["access_token"]?.string)
                #expect(try await service.get("/v1/structures", token: token).status == 200)
                let write = try await service.send(.POST, "/v1/structures", token: token, json: "{}")
                #expect(write.status == 403)
                #expect(try await service.get("/v1/events", token: token).status == 403)
                let again = try await service.get("/explorer/token", token: nil)
                #expect(try again.json.object?["access_token"]?.string == token)
                #expect(try await service.get("/explorer/token?x=1", token: nil).status == 400)
            }
        }
    }

    @Test(
        "lends none that can do more or is for somebody, none that it cannot have, and says which is ours to mend",
        arguments: ["partner-a", "region", "dashboard", "nobody"])
    func unsuitableClients(_ client: String) async throws {
        let description = try Description(of: "directory")
        let operation = try #require(description.operation("lendExplorerToken"))
        try await withIssuer { issuer in
            let settings = settings(issuer, client: client).merging(issuer.settings) { own, _ in own }
            try await withDirectory(settings, fetch: KeySetSource.http) { service in
                let answer = try await service.get("/explorer/token", token: nil)
                #expect(answer.status == 503 && !answer.text.contains("access_token"))
                #expect(try description.violations(of: answer, to: operation) == [])
            }
        }
    }

    @Test("without a client the page is there and the token is not")
    func closed() async throws {
        let description = try Description(of: "directory")
        try await withDirectory([:]) { service in
            let answer = try await service.get("/explorer/token", token: nil)
            let operation = try #require(description.operation("lendExplorerToken"))
            #expect(answer.status == 404)
            #expect(try description.violations(of: answer, to: operation) == [])
            let page = try await service.get("/explorer?commune=44184&utm_source=region", token: nil)
            #expect(page.status == 200 && page.text.hasPrefix("<!doctype html>"))
            #expect(try description.violations(of: page, to: try #require(description.operation("showExplorer"))) == [])
            let file = try #require(description.operation("showExplorerFile"))
            for (path, status) in [("app.js", 200), ("settings.json", 200), ("icon.svg", 200), ("index.html", 404)] {
                let answer = try await service.get("/explorer/\(path)", token: nil)
                #expect(answer.status == status, "\(path)")
                #expect(try description.violations(of: answer, to: file) == [], "\(path)")
            }
        }
    }

    @Test("asks a third party for tiles where they are configured, and nobody otherwise")
    func tiles() async throws {
        try await withDirectory([:]) { service in
            let page = try await service.get("/explorer", token: nil)
            #expect(page.headers.first(name: "content-security-policy")?.contains("http") == false)
            #expect(try await service.get("/explorer/settings.json", token: nil).json.object?["tiles"] == .null)
        }
        let settings = [
            "SPRO_EXPLORER_TILES": "https://tiles.example:8443/a/{z}/{x}/{y}.png",
            "SPRO_EXPLORER_TILES_CREDIT": "© <b>Tiles</b>",
        ]
        try await withDirectory(settings) { service in
            let page = try await service.get("/explorer", token: nil)
            let policy = try #require(page.headers.first(name: "content-security-policy"))
            #expect(policy.contains("img-src 'self' data: https://tiles.example:8443;"))
            let tiles = try await service.get("/explorer/settings.json", token: nil).json.object?["tiles"]?.object
            #expect(tiles?["template"]?.string == settings["SPRO_EXPLORER_TILES"])
            #expect(tiles?["credit"]?.string == "© <b>Tiles</b>")
        }
    }

    @Test("half a client, half a map or tiles from anywhere stop the start")
    func wrongSettings() async throws {
        let wrong = [
            ["SPRO_EXPLORER_CLIENT_ID": "website"], ["SPRO_EXPLORER_TILES_CREDIT": "x"],
            ["SPRO_EXPLORER_TILES": "https://tiles.example/{z}.png", "SPRO_EXPLORER_TILES_CREDIT": "x"],
            ["SPRO_EXPLORER_TILES": "http://tiles.example/{z}/{x}/{y}", "SPRO_EXPLORER_TILES_CREDIT": "x"],
            ["SPRO_EXPLORER_TILES": "https://t.example/{z}/{x}/{y}; script-src *", "SPRO_EXPLORER_TILES_CREDIT": "x"],
            [
                "SPRO_TOKEN_ENDPOINT": "http://issuer.example/token", "SPRO_EXPLORER_CLIENT_ID": "website",
                "SPRO_EXPLORER_CLIENT_SECRET": "canari-2f9c",
            ],
        ]
        for settings in wrong {
            let failure = await #expect(throws: Web.Settings.Failure.self) {
                try await withDirectory(settings) { _ in }
            }
            #expect(failure?.complaints.isEmpty == false && failure?.description.contains("canari-2f9c") == false)
        }
    }
}

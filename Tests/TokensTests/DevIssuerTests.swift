import AsyncHTTPClient
import Foundation
import Hummingbird
import NIOCore
import NIOHTTP1
import Schema
import Support
import Testing

@testable import DevIssuer
@testable import Tokens

@Suite("Development issuer")
struct DevIssuerTests {
    @Test("From discovery to a verified token, over sockets")
    func discoveryToVerification() async throws {
        try await withIssuer { url in
            let configuration = try await object(try await get(url + "/.well-known/openid-configuration"))
            #expect(configuration["issuer"]?.string == url)
            let jwksURL = try #require(configuration["jwks_uri"]?.string)
            let endpoint = try #require(configuration["token_endpoint"]?.string)
            for audience in ["directory", "referral", "reporting"] {
                let verifier = try verifier(of: url, jwksURL: jwksURL, audience: audience)
                for algorithm in ["ES256", "RS256"] {
                    let answer = try await object(
                        try await post(endpoint, "grant_type=client_credentials&alg=\(algorithm)", as: "partner-a"))
                    #expect(answer["token_type"]?.string == "Bearer")
                    #expect(answer["expires_in"]?.int == 3300)
                    let token = try await verifier.verify(try #require(answer["access_token"]?.string), from: "")
                    #expect(token.clientID == "partner-a" && token.region == "52" && token.structures.count == 1)
                    #expect(token.scopes.contains(.referralSend) && !token.scopes.contains(.auditRead))
                }
            }
            #expect(try await get(url + "/healthz").status == .ok)
        }
    }

    @Test("An audience and a scope may be asked for, within what the client has")
    func narrowing() async throws {
        try await withIssuer { url in
            func ask(_ fields: String) async throws -> (Int, JSONObject) {
                let answer = try await post(url + "/token", "grant_type=client_credentials&" + fields, as: "crefop")
                return (Int(answer.status.code), try await object(answer))
            }
            let directory = try verifier(of: url, audience: "directory")
            let reporting = try verifier(of: url, audience: "reporting")
            for parameter in ["audience", "resource"] {
                let (_, answer) = try await ask("\(parameter)=reporting&scope=reporting%3Aread")
                let text = try #require(answer["access_token"]?.string)
                #expect(try await reporting.verify(text, from: "").scopes == [.reportingRead])
                await #expect(throws: TokenRefusal.wrongAudience) { try await directory.verify(text, from: "") }
            }
            for (fields, error) in [
                ("audience=elsewhere", "invalid_target"), ("scope=audit:read", "invalid_scope"),
                ("scope=reporting:read+audit:read", "invalid_scope"), ("alg=HS256", "invalid_request"),
                ("alg=ES512", "invalid_request"), ("scope=a&scope=b", "invalid_request"),
                ("client_secret=crefop-secret", "invalid_request"), ("grant_type=password", "invalid_request"),
            ] {
                let (status, answer) = try await ask(fields)
                #expect(status == 400 && answer["error"]?.string == error, "\(fields)")
            }
        }
    }

    @Test("A wrong secret is refused with 401, by header and by form")
    func wrongSecret() async throws {
        try await withIssuer { url in
            let grant = "grant_type=client_credentials"
            for (form, name, secret) in [
                (grant, "website", "wrong"), (grant, "nobody", "nobody-secret"), (grant, "website", ""),
                (grant + "&client_id=website&client_secret=wrong", nil, ""), (grant + "&client_id=website", nil, ""),
                (grant, nil, ""),
            ] as [(String, String?, String)] {
                let answer = try await post(url + "/token", form, as: name, secret: secret)
                #expect(answer.status == .unauthorized)
                #expect(answer.headers.first(name: "www-authenticate")?.hasPrefix("Basic") == true)
                #expect(try await object(answer)["error"]?.string == "invalid_client")
            }
            let posted = try await post(
                url + "/token", grant + "&client_id=website&client_secret=website-secret", as: nil)
            #expect(posted.status == .ok)
            let other = try await post(url + "/token", "grant_type=password", as: "website")
            #expect(try await object(other)["error"]?.string == "unsupported_grant_type")
        }
    }

    @Test("A rotation surprises no verifier; a dropped key is refused")
    func rotation() async throws {
        try await withIssuer { url in
            let verifier = try verifier(of: url, audience: "directory")
            func token() async throws -> String {
                let answer = try await object(
                    try await post(url + "/token", "grant_type=client_credentials", as: "website"))
                return try #require(answer["access_token"]?.string)
            }
            var tokens = [try await token()]
            await verifier.keys.refreshAll()
            for _ in 0..<2 {
                #expect(try await post(url + "/rotate", "", as: nil).status == .ok)
                tokens.append(try await token())
            }
            for token in tokens { _ = try await verifier.verify(token, from: "") }

            for _ in 0..<20 { _ = try await post(url + "/rotate", "", as: nil) }
            let published = try JWKS(parsing: try await KeySetSource.http(url + "/jwks.json"))
            #expect(published.keys.count == 20 && published.unused.isEmpty)

            let last = try await token()
            #expect(try await post(url + "/rotate?drop=true", "", as: nil).status == .ok)
            await verifier.keys.refreshAll()
            await #expect(throws: TokenRefusal.unknownKey) { try await verifier.verify(last, from: "") }
            _ = try await verifier.verify(try await token(), from: "")
        }
    }

    @Test("It listens on loopback only", arguments: ["0.0.0.0", "::", "192.0.2.1", "example.org", ""])
    func loopbackOnly(host: String) {
        #expect(throws: (any Error).self) { try Settings(host: host, port: 8089, issuer: nil) }
    }

    @Test("The demo clients' claims may come from a file, whose mistakes stop the start")
    func clientsFile() throws {
        let id = UUID.v7()
        let clients = try DemoClients(
            yaml: """
                partner-a: {structures: [\(id.text)], networks: [mission-locale], region: "24"}
                coordinator: {territories: ["bassin-emploi:2401"]}
                """)
        #expect(clients["partner-a"]?.structures == [id])
        #expect(clients["partner-a"]?.networks == ["mission-locale"])
        #expect(clients["partner-a"]?.region == "24")
        #expect(clients["coordinator"]?.territories == ["bassin-emploi:2401"])
        #expect(clients["website"]?.scopes == [.directoryRead])
        for mistake in [
            "nobody: {region: '52'}", "website: {scopes: [audit:read]}", "website: {structures: [x]}",
            "website: {networks: cio}", "- website", "website",
        ] {
            #expect(throws: DemoClients.FileError.self) { try DemoClients(yaml: mistake) }
        }
        #expect(throws: DemoClients.FileError.self) { try DemoClients(file: "/nonexistent.yaml") }
    }

    @Test("The demo data's own file of clients is read")
    func demoFile() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
        let clients = try DemoClients(file: root.appending(path: "demo/clients.yaml").path)
        #expect(clients["partner-a"]?.structures.count == 1)
        #expect(clients["partner-a"]?.structures != (try DemoClients())["partner-a"]?.structures)
    }

    @Test("A key set is fetched without redirects, and no further than 64 KiB")
    func hostileKeySets() async throws {
        let sound = TestIssuer().keySet([try await .es256()])
        let router = Router()
        router.get("/sound") { _, _ in sound }
        router.get("/redirect") { _, _ in Response.redirect(to: "/sound") }
        router.get("/large") { _, _ in sound + String(repeating: " ", count: 65 * 1024) }
        router.get("/endless") { _, _ in
            Response(
                status: .ok,
                body: ResponseBody { writer in
                    while true { try await writer.write(ByteBuffer(repeating: 0x20, count: 4096)) }
                })
        }
        try await withServer { port, onServerRunning in
            Application(
                router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)),
                onServerRunning: { _ in await onServerRunning() }, logger: .silent)
        } _: { url in
            let document = try await KeySetSource.http(url + "/sound")
            #expect(document == Array(sound.utf8))
            for path in ["/redirect", "/missing"] {
                await #expect(throws: KeySetSource.Failure.self) { try await KeySetSource.http(url + path) }
            }
            for path in ["/large", "/endless"] {
                await #expect(throws: NIOTooManyBytesError.self) { try await KeySetSource.http(url + path) }
            }
        }
    }
}

// MARK: Sockets

private func withIssuer(_ body: (_ url: String) async throws -> Void) async throws {
    try await withServer { port, onServerRunning in
        try buildApplication(
            try Settings(host: "127.0.0.1", port: port, issuer: nil), clients: try DemoClients(), logger: .silent,
            onServerRunning: onServerRunning)
    } _: { url in
        try await body(url)
    }
}

private func get(_ url: String) async throws -> HTTPClientResponse {
    try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(10))
}

private func post(
    _ url: String, _ form: String, as client: String?, secret: String? = nil
) async throws -> HTTPClientResponse {
    var request = HTTPClientRequest(url: url)
    request.method = .POST
    request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
    if let client {
        let credentials = Data("\(client):\(secret ?? client + "-secret")".utf8).base64EncodedString()
        request.headers.add(name: "authorization", value: "Basic \(credentials)")
    }
    request.body = .bytes(Array(form.utf8))
    return try await HTTPClient.shared.execute(request, timeout: .seconds(10))
}

private func object(_ response: HTTPClientResponse) async throws -> JSONObject {
    let body = try await response.body.collect(upTo: 64 * 1024)
    return try #require(try JSONValue(parsing: Array(body.readableBytesView)).object)
}

private func verifier(of url: String, jwksURL: String? = nil, audience: String) throws -> TokenVerifier {
    try TokenVerifier(
        issuers: [
            try IssuerConfiguration(
                issuer: url, jwksURL: jwksURL ?? url + "/jwks.json", allowsLoopbackHTTP: true)
        ], audience: audience, logger: .silent)
}

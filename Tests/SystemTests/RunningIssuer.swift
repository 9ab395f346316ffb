import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import Schema
import Support
import Testing

@testable import DevIssuer

/// The development issuer on a port of its own, with the demo clients' claims.
struct RunningIssuer: Sendable {
    let url: String

    /// What makes a service believe it.
    var settings: [String: String] { ["SPRO_TOKEN_ISSUER": url, "SPRO_TOKEN_KEYS": url + "/jwks.json"] }

    /// An access token by the client credentials grant, for all services or one.
    func token(of client: String, audience: String? = nil) async throws -> String {
        var request = HTTPClientRequest(url: url + "/token")
        request.method = .POST
        request.setBasicAuth(username: client, password: client + "-secret")
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        let form = "grant_type=client_credentials" + (audience.map { "&audience=\($0)" } ?? "")
        request.body = .bytes(ByteBuffer(string: form))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        let body = try await response.body.collect(upTo: 1 << 16)
        let answer = try JSONValue(parsing: Array(body.readableBytesView))
        return try #require(answer.object?["access_token"]?.string)
    }
}

func withIssuer(_ body: (RunningIssuer) async throws -> Void) async throws {
    let clients = try DemoClients(file: Repository.path("demo/clients.yaml"))
    try await withServer { port, onServerRunning in
        try buildApplication(
            DevIssuer.Settings(host: "127.0.0.1", port: port, issuer: nil), clients: clients,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, onServerRunning: onServerRunning)
    } _: { url in
        try await body(RunningIssuer(url: url))
    }
}

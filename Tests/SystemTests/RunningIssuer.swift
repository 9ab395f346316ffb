import AsyncHTTPClient
import Foundation
import Hummingbird
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
    let port = try freePort()
    let clients = try DemoClients(file: Repository.path("demo/clients.yaml"))
    let (running, announce) = AsyncThrowingStream.makeStream(of: Void.self)
    let application = try buildApplication(
        DevIssuer.Settings(host: "127.0.0.1", port: port, issuer: nil), clients: clients,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, onServerRunning: { announce.yield() })
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            do { try await application.run() } catch { announce.finish(throwing: error) }
        }
        defer { group.cancelAll() }
        for try await _ in running { break }
        try await body(RunningIssuer(url: "http://127.0.0.1:\(port)"))
    }
}

/// A port that nobody listens on.
private func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    return try withUnsafeMutablePointer(to: &address) { pointer in
        try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
            try #require(bind(descriptor, pointer, length) == 0 && getsockname(descriptor, pointer, &length) == 0)
        }
        return Int(UInt16(bigEndian: pointer.pointee.sin_port))
    }
}

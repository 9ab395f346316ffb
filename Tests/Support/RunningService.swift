import AsyncHTTPClient
import Foundation
import NIOCore
package import NIOHTTP1
package import Postgres
package import Schema
import ServiceLifecycle
import Synchronization
package import Tokens
package import Web

/// A service as in production (its own listener, schema, pool and follower) for the time of a test.
package struct RunningService: Sendable {
    package let url: String
    /// Every route that it serves.
    package let routes: [Route]
    private(set) var client = HTTPClient.shared

    /// - Parameter routes: none where it runs in another process.
    package init(url: String, routes: [Route] = []) {
        self.url = url
        self.routes = routes
    }

    package struct Answer: Sendable {
        package let status: Int
        package let headers: HTTPHeaders
        package let body: [UInt8]

        /// The body as strict JSON.
        package var json: JSONValue {
            get throws { try JSONValue(parsing: body) }
        }

        package var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// One request with a token of the test issuer, unless `token` says otherwise.
    package func send(
        _ method: HTTPMethod, _ path: String, token: String? = nil, headers: [(String, String)] = [],
        body: [UInt8]? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url + path)
        request.method = method
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let response = try await client.execute(request, timeout: .seconds(30))
        let bytes = try await response.body.collect(upTo: 64 << 20)
        return Answer(
            status: Int(response.status.code), headers: response.headers, body: Array(bytes.readableBytesView))
    }

    /// Runs `body` with so many connections to the service at once; else there are eight.
    package func withConnections<Value: Sendable>(
        _ count: Int, _ body: (RunningService) async throws -> Value
    ) async throws -> Value {
        var crowd = self
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = count
        crowd.client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let value = try await body(crowd)
            try await crowd.client.shutdown()
            return value
        } catch {
            try? await crowd.client.shutdown()
            throw error
        }
    }

    package func get(_ path: String, token: String?, headers: [(String, String)] = []) async throws -> Answer {
        try await send(.GET, path, token: token, headers: headers)
    }

    /// Sends a JSON text.
    package func send(
        _ method: HTTPMethod, _ path: String, token: String?, headers: [(String, String)] = [], json: String
    ) async throws -> Answer {
        try await send(
            method, path, token: token, headers: [("Content-Type", "application/json")] + headers,
            body: Array(json.utf8))
    }
}

/// Runs a service on a database that `withDatabase(service:migrations:)` has made, on ports of its own.
///
/// - Parameters:
///   - settings: further `SPRO_…` settings, or other values for those given here.
///   - fetch: how it gets the issuer's keys; the test issuer's without a socket.
///   - failureInterval: after which a refused token is forgiven: at once, because every test has the same address.
package func withService<Value: Sendable>(
    _ definition: ServiceDefinition, on database: Database, settings: [String: String] = [:],
    fetch: @escaping KeySetFetch = TestIssuer.shared.fetch, failureInterval: Duration = .zero,
    metrics: PrometheusFactory = PrometheusFactory(),
    _ body: @Sendable @escaping (RunningService) async throws -> Value
) async throws -> Value {
    try await withService(
        definition, at: database.configuration(for: .runtime), settings: settings, fetch: fetch,
        failureInterval: failureInterval, metrics: metrics, body)
}

/// The same on a database of any server.
package func withService<Value: Sendable>(
    _ definition: ServiceDefinition, at place: DatabaseConfiguration, settings: [String: String] = [:],
    fetch: @escaping KeySetFetch = TestIssuer.shared.fetch, failureInterval: Duration = .zero,
    metrics: PrometheusFactory = PrometheusFactory(),
    _ body: @Sendable @escaping (RunningService) async throws -> Value
) async throws -> Value {
    let environment = [
        "SPRO_HTTP_PORT": "0", "SPRO_OPERATIONS_PORT": "0", "SPRO_DRAIN_SECONDS": "0", "SPRO_LOG_LEVEL": "error",
        "SPRO_DATABASE_HOST": place.host, "SPRO_DATABASE_PORT": "\(place.port)", "SPRO_DATABASE_NAME": place.database,
        "SPRO_DATABASE_USER": place.user, "SPRO_TOKEN_ISSUER": TestIssuer.shared.name,
        "SPRO_TOKEN_KEYS": TestIssuer.shared.name + "/jwks.json", "SPRO_OPENAPI": Repository.path("openapi"),
        "SPRO_CHARTERS": Repository.path("charters"), "SPRO_PAGES": Repository.path("pages"),
    ].merging(settings) { _, given in given }
    var limits = TokenVerifier.Limits()
    limits.failureInterval = failureInterval
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let process = ServiceProcess(
        definition, environment: environment, fetch: fetch, tokenLimits: limits, metrics: metrics
    ) { channel in
        port.yield(channel.localAddress?.port ?? 0)
        port.finish()
    }
    let (group, routes) = try await process.build()
    return try await withThrowingTaskGroup(of: Value?.self) { tasks in
        tasks.addTask {
            // A service that ends before it listens must not leave the test waiting.
            defer { port.finish() }
            try await group.run()
            return nil
        }
        tasks.addTask {
            guard let port = await ports.first(where: { _ in true }) else { throw ServiceNeverListened() }
            do {
                let value = try await body(RunningService(url: "http://127.0.0.1:\(port)", routes: routes))
                await group.triggerGracefulShutdown()
                return value
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
        }
        var value: Value?
        while let finished = try await tasks.next() { value = finished ?? value }
        guard let value else { throw ServiceNeverListened() }
        return value
    }
}

package struct ServiceNeverListened: Error {}

/// Files of this checkout, wherever the tests run.
package enum Repository {
    package static func path(_ relative: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: relative).path
    }
}

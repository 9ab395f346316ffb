import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Schema

/// Calls one service with one token. A service that is overloaded is asked again, with the same key.
struct ServiceCaller: Sendable {
    private let base: String
    private let token: String

    init(_ base: String, token: String) {
        self.base = base
        self.token = token
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    func get(_ path: String) async throws -> JSONObject { try await send(HTTPClientRequest(url: base + path)) }

    /// - Parameter key: what makes a repeated request the same one (`Idempotency-Key`).
    func post(_ path: String, key: String, _ body: (inout JSONWriter) -> Void) async throws -> JSONObject {
        var json = JSONWriter()
        json.object(body)
        var request = HTTPClientRequest(url: base + path)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "Idempotency-Key", value: key)
        request.body = .bytes(ByteBuffer(bytes: json.bytes))
        return try await send(request)
    }

    private func send(_ request: HTTPClientRequest) async throws -> JSONObject {
        var request = request
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        for attempt in 1... {
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
            let body = try await response.body.collect(upTo: 8 << 20)
            if (200..<300).contains(response.status.code) {
                return (try JSONValue(parsing: Array(body.readableBytesView))).object ?? [:]
            }
            guard [429, 503].contains(response.status.code), attempt < 10 else {
                throw Failure(
                    description: "\(request.method) \(request.url): \(response.status.code) \(String(buffer: body))")
            }
            try await Task.sleep(for: .seconds(1))
        }
        preconditionFailure("the loop has no end")
    }
}

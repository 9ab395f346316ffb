import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Schema

/// Calls one service with one token, as a partner's system has to: what was not answered, and what may be answered
/// later, is asked again with the same key.
struct ServiceCaller: Sendable {
    private let base: String
    private let token: String
    private let patience: Duration
    private let willRepeat: @Sendable () -> Void

    /// - Parameters:
    ///   - patience: how long one request is repeated.
    ///   - willRepeat: called before each repetition.
    init(
        _ base: String, token: String, patience: Duration = .seconds(90),
        willRepeat: @escaping @Sendable () -> Void = {}
    ) {
        self.base = base
        self.token = token
        self.patience = patience
        self.willRepeat = willRepeat
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    func get(_ path: String) async throws -> JSONObject { try await send(HTTPClientRequest(url: base + path)) }

    /// - Parameter key: what makes a repeated request the same one (`Idempotency-Key`).
    func post(_ path: String, key: String, _ json: String) async throws -> JSONObject {
        try await post(path, key: key, Array(json.utf8))
    }

    func post(_ path: String, key: String, _ body: (inout JSONWriter) -> Void) async throws -> JSONObject {
        var json = JSONWriter()
        json.object(body)
        return try await post(path, key: key, json.bytes)
    }

    private func post(_ path: String, key: String, _ body: [UInt8]) async throws -> JSONObject {
        var request = HTTPClientRequest(url: base + path)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "Idempotency-Key", value: key)
        request.body = .bytes(ByteBuffer(bytes: body))
        return try await send(request)
    }

    private func send(_ request: HTTPClientRequest) async throws -> JSONObject {
        var request = request
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        let deadline = ContinuousClock.now + patience
        while true {
            let failure: Failure
            do {
                let response = try await HTTPClient.shared.execute(request, timeout: .seconds(15))
                let body = try await response.body.collect(upTo: 8 << 20)
                if (200..<300).contains(response.status.code) {
                    return (try JSONValue(parsing: Array(body.readableBytesView))).object ?? [:]
                }
                let answer = Failure(
                    description: "\(request.method) \(request.url): \(response.status.code) \(String(buffer: body))")
                guard Self.mayPass(Int(response.status.code), String(buffer: body)) else { throw answer }
                failure = answer
            } catch let refusal as Failure {
                throw refusal
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                // The connection broke: what became of the request is not known, and the key makes it safe to ask.
                failure = Failure(description: "\(request.method) \(request.url): \(type(of: error))")
            }
            guard ContinuousClock.now < deadline else { throw failure }
            willRepeat()
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    /// Whether another answer may come of the same request: the service is overloaded or away, or (409) the first try
    /// is still under way somewhere, or its connection not yet known to be dead.
    static func mayPass(_ status: Int, _ body: String) -> Bool {
        status == 429 || status == 503 || (status == 409 && body.contains("idempotency-key-in-flight"))
    }
}

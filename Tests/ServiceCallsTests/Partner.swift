import HTTPTypes
import Hummingbird
import Logging
import Schema
import Support
import Synchronization
import Tokens

@testable import ServiceCalls

/// A server that answers as a test tells it, and remembers what it was asked.
final class Partner: Sendable {
    struct Asked: Sendable {
        let method: String
        let target: String
        let authorization: String?
        let requestID: String?
        let traceparent: String?
        let body: String
    }

    typealias Reply = @Sendable (Asked) -> Response

    private let state = Mutex<(asked: [Asked], reply: Reply)>(([], { _ in Response(status: .notFound) }))

    var asked: [Asked] { state.withLock { $0.asked } }

    func reply(_ reply: @escaping Reply) { state.withLock { $0.reply = reply } }

    /// Runs it for the time of a test.
    static func with(_ body: (_ partner: Partner, _ url: String) async throws -> Void) async throws {
        let partner = Partner()
        try await withServer { port, onServerRunning in
            Application(
                responder: CallbackResponder { (request: Request, _: BasicRequestContext) in
                    let text = String(buffer: try await request.body.collect(upTo: 1 << 16))
                    let asked = Asked(
                        method: request.method.rawValue, target: request.uri.string,
                        authorization: request.headers[.authorization],
                        requestID: request.headers[HTTPField.Name("Request-Id")!],
                        traceparent: request.headers[HTTPField.Name("traceparent")!], body: text)
                    return partner.answer(asked)
                },
                configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
                onServerRunning: { _ in await onServerRunning() },
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        } _: { url in
            try await body(partner, url)
        }
    }

    private func answer(_ asked: Asked) -> Response {
        let reply = state.withLock { state in
            state.asked.append(asked)
            return state.reply
        }
        return reply(asked)
    }

    static func json(
        _ text: String, _ status: HTTPResponse.Status = .ok, cursor: String? = nil, end: String? = "true",
        projection: String? = nil
    ) -> Response {
        var headers: HTTPFields = [.contentType: "application/json"]
        if let cursor { headers[HTTPField.Name("Next-Cursor")!] = cursor }
        if let end { headers[HTTPField.Name("Feed-End")!] = end }
        if let projection { headers[HTTPField.Name("Event-Projection")!] = projection }
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}

/// Gives tokens as a test tells it: `token-1`, `token-2`, …
final class Issuer: Sendable {
    private let state = Mutex<(count: Int, failure: CallFailure?)>((0, nil))

    var count: Int { state.withLock { $0.count } }

    func fail(_ failure: CallFailure?) { state.withLock { $0.failure = failure } }

    func credentials(clock: TokenClock = .system, lifetime: Duration = .seconds(600)) -> ServiceCredentials {
        ServiceCredentials(audience: "directory", clock: clock) { _ throws(CallFailure) in
            let (count, failure) = self.state.withLock { state in
                state.count += 1
                return (state.count, state.failure)
            }
            // Long enough for others to ask meanwhile.
            try? await Task.sleep(for: .milliseconds(20))
            if let failure { throw failure }
            return TokenSource.Grant(token: Redacted("token-\(count)"), lifetime: lifetime)
        }
    }
}

let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

import Crypto
import Foundation
import Hummingbird
import Schema
import Support
import Synchronization

/// A partner's end of a webhook, which answers what it is told to and keeps what it hears.
final class WebhookReceiver: Sendable {
    struct Heard: Sendable {
        let id: String
        let timestamp: String
        let signatures: [String]
        let body: [UInt8]

        var json: JSONValue { get throws { try JSONValue(parsing: body) } }

        /// As a receiver's library checks it (Standard Webhooks 1.0), written apart from the service's own code.
        func isSigned(with secret: String) -> Bool {
            guard secret.hasPrefix("whsec_"), let key = Data(base64Encoded: String(secret.dropFirst(6))) else {
                return false
            }
            var hmac = HMAC<SHA256>(key: SymmetricKey(data: key))
            for part in [Data(id.utf8), Data(".".utf8), Data(timestamp.utf8), Data(".".utf8), Data(body)] {
                hmac.update(data: part)
            }
            return signatures.contains("v1," + Data(hmac.finalize()).base64EncodedString())
        }
    }

    private let state = Mutex<(heard: [Heard], answers: [Int], delay: Duration)>(([], [], .zero))

    var heard: [Heard] { state.withLock { $0.heard } }
    /// What is answered next, one after the other; then 204.
    func answer(_ statuses: Int..., after delay: Duration = .zero) {
        state.withLock { ($0.answers, $0.delay) = (statuses, delay) }
    }

    /// Runs it for the time of `body`.
    func run(_ body: (_ url: String) async throws -> Void) async throws {
        try await withServer { port, onServerRunning in
            let router = Router()
            router.post("hook") { request, _ -> Response in
                let bytes = try await request.body.collect(upTo: 1 << 20)
                func field(_ name: String) -> String { request.headers[.init(name)!] ?? "" }
                let heard = Heard(
                    id: field("webhook-id"), timestamp: field("webhook-timestamp"),
                    signatures: field("webhook-signature").split(separator: " ").map(String.init),
                    body: Array(buffer: bytes))
                let (status, delay) = self.state.withLock { state in
                    state.heard.append(heard)
                    return (state.answers.isEmpty ? 204 : state.answers.removeFirst(), state.delay)
                }
                try await Task.sleep(for: delay)
                let location: [(String, String)] =
                    status == 302 ? [("Location", "http://127.0.0.1:\(port)/stolen")] : []
                var response = Response(status: .init(code: status))
                for (name, value) in location { response.headers[.init(name)!] = value }
                return response
            }
            return Application(
                router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)),
                onServerRunning: { _ in await onServerRunning() })
        } _: { url in
            try await body(url + "/hook")
        }
    }
}

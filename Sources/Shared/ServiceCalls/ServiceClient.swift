import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Schema

/// Reads from another service with a token of our own.
package struct ServiceClient: Sendable {
    /// Its address, without a slash at the end.
    let url: String
    let credentials: ServiceCredentials
    private let caller = HTTPCaller()

    package init(url: String, credentials: ServiceCredentials) {
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.credentials = credentials
    }

    /// One `GET`; a token that is refused is replaced once.
    ///
    /// - Returns: an answer of 200 or of one of `accepted`.
    func get(
        _ path: String, accept: String = "application/json", or accepted: Set<Int> = [], within time: Duration,
        upTo limit: Int
    ) async throws(CallFailure) -> HTTPCaller.Answer {
        var answer = try await send(path, accept, time, limit)
        if answer.status == 401 { answer = try await send(path, accept, time, limit) }
        switch answer.status {
        case 200: return answer
        case let status where accepted.contains(status): return answer
        case 429, 500...: throw .unavailable("status \(answer.status)")
        default: throw .refused(status: answer.status)
        }
    }

    private func send(
        _ path: String, _ accept: String, _ time: Duration, _ limit: Int
    ) async throws(CallFailure) -> HTTPCaller.Answer {
        let token = try await credentials.token()
        var request = HTTPClientRequest(url: url + path)
        request.headers.add(name: "Authorization", value: "Bearer \(token.revealed)")
        request.headers.add(name: "Accept", value: accept)
        let answer = try await caller.send(request, within: time, upTo: limit)
        if answer.status == 401 { await credentials.reject(token) }
        return answer
    }
}

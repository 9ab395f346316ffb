import AsyncHTTPClient
import Foundation
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
    /// - Parameter correlation: of the request for whose sake we call; without one, the call is its own.
    /// - Returns: an answer of 200 or of one of `accepted`.
    func get(
        _ path: String, accept: String = "application/json", or accepted: Set<Int> = [],
        for correlation: Correlation? = nil,
        within time: Duration, upTo limit: Int
    ) async throws(CallFailure) -> HTTPCaller.Answer {
        let correlation = correlation ?? Correlation(requestID: UUID.v7().text, trace: nil)
        var answer = try await send(path, accept, correlation, time, limit)
        if answer.status == 401 { answer = try await send(path, accept, correlation, time, limit) }
        switch answer.status {
        case 200: return answer
        case let status where accepted.contains(status): return answer
        case 429, 500...: throw .unavailable("status \(answer.status)")
        default: throw .refused(status: answer.status)
        }
    }

    private func send(
        _ path: String, _ accept: String, _ correlation: Correlation, _ time: Duration, _ limit: Int
    ) async throws(CallFailure) -> HTTPCaller.Answer {
        let token = try await credentials.token()
        var request = HTTPClientRequest(url: url + path)
        request.headers.add(name: "Authorization", value: "Bearer \(token.revealed)")
        request.headers.add(name: "Accept", value: accept)
        for field in correlation.fields { request.headers.add(name: field.name, value: field.value) }
        let answer = try await caller.send(request, within: time, upTo: limit)
        if answer.status == 401 { await credentials.reject(token) }
        return answer
    }
}

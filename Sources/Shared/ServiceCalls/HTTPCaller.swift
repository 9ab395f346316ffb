import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Schema

/// Sends requests to other services: no redirects, and a deadline that holds to the last byte of the answer.
final class HTTPCaller: Sendable {
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let body: [UInt8]
    }

    private let client: HTTPClient

    /// - Parameter addresses: by host, the address that is called instead of whatever its name stands for.
    init(pinned addresses: [String: String] = [:]) {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(2)
        configuration.httpVersion = .http1Only
        configuration.dnsOverride = addresses
        client = HTTPClient(configuration: configuration)
    }

    // What is under way holds the client until it ends.
    deinit { client.shutdown { _ in } }

    /// - Parameter limit: the longest body, in bytes.
    func send(_ request: HTTPClientRequest, within time: Duration, upTo limit: Int) async throws(CallFailure) -> Answer
    {
        // Addresses that others gave: the library below takes any number for a port, and dies of some.
        guard WebPort.isOne(in: request.url) else { throw .malformed("no port") }
        do {
            return try await withThrowingTaskGroup(of: Answer?.self) { group in
                group.addTask { [client] in
                    let response = try await client.execute(request, deadline: .distantFuture)
                    let body = try await response.body.collect(upTo: limit)
                    return Answer(
                        status: Int(response.status.code), headers: response.headers,
                        body: Array(body.readableBytesView))
                }
                group.addTask {
                    try await Task.sleep(for: time)
                    return nil
                }
                defer { group.cancelAll() }
                guard let answer = try await group.next() ?? nil else {
                    throw CallFailure.unavailable("no answer in \(time)")
                }
                return answer
            }
        } catch let failure as CallFailure {
            throw failure
        } catch is NIOTooManyBytesError {
            throw .malformed("more than \(limit) bytes")
        } catch is CancellationError {
            throw .unavailable("given up")
        } catch {
            // An error of the connection: its kind says enough, and no address.
            throw .unavailable("\(type(of: error))")
        }
    }
}

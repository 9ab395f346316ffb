import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Reads a JWKS document: the body's bytes of a 200 answer, anything else throws.
package typealias KeySetFetch = @Sendable (_ url: String) async throws -> [UInt8]

package enum KeySetSource {
    package enum Failure: Error, Equatable {
        case status(Int)
        case timedOut
    }

    /// Over HTTP without following redirects, at most 64 KiB. One client per fetch: there is one a minute, and nothing
    /// is left to shut down.
    package static let http: KeySetFetch = { url in
        let configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
            let response = try await client.execute(HTTPClientRequest(url: url), timeout: .seconds(5))
            guard response.status == .ok else { throw Failure.status(Int(response.status.code)) }
            let body = try await response.body.collect(upTo: JWKS.maximumLength)
            return Array(body.readableBytesView)
        }
    }

    /// The client's own timeouts restart with every byte: a key set that trickles in would hold up all who wait for it.
    static func fetch(
        _ url: String, by fetch: @escaping KeySetFetch, within limit: Duration
    ) async throws -> [UInt8] {
        try await withThrowingTaskGroup(of: [UInt8].self) { group in
            group.addTask { try await fetch(url) }
            group.addTask {
                try await Task.sleep(for: limit)
                throw Failure.timedOut
            }
            defer { group.cancelAll() }
            guard let document = try await group.next() else { throw Failure.timedOut }
            return document
        }
    }
}

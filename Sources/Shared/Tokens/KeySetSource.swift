import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Reads a JWKS document: the body's bytes of a 200 answer, anything else throws.
package typealias KeySetFetch = @Sendable (_ url: String) async throws -> [UInt8]

package enum KeySetSource {
    package struct Unavailable: Error {
        package let status: Int
    }

    /// Over HTTP without following redirects, at most 64 KiB within 5 s. One client per fetch: there is one a minute,
    /// and nothing is left to shut down.
    package static let http: KeySetFetch = { url in
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout = .init(connect: .seconds(3), read: .seconds(5))
        return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
            let response = try await client.execute(HTTPClientRequest(url: url), timeout: .seconds(5))
            guard response.status == .ok else { throw Unavailable(status: Int(response.status.code)) }
            let body = try await response.body.collect(upTo: JWKS.maximumLength)
            return Array(body.readableBytesView)
        }
    }
}

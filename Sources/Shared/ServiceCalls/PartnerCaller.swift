import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Schema
import Web

/// Posts to addresses that partners have given us: only public ones, looked up anew for each call and called as they were
/// looked up, so that a name cannot change what it stands for in between. No redirects; the answer's body counts for
/// nothing.
package struct PartnerCaller: Sendable {
    private let rule: PublicAddress
    private let addresses: HostAddresses

    package init(rule: PublicAddress, addresses: HostAddresses = .system) {
        self.rule = rule
        self.addresses = addresses
    }

    /// - Returns: the status of the answer.
    package func post(
        _ body: [UInt8], to url: String, headers: [(name: String, value: String)], within time: Duration
    ) async throws(CallFailure) -> Int {
        guard let components = URLComponents(string: url), let host = components.host else {
            throw .malformed("no address")
        }
        let name = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        let found: [IPAddress]
        do {
            found = try await addresses.find(name)
        } catch {
            throw .unavailable("the host's name cannot be looked up")
        }
        guard !found.isEmpty else { throw .unavailable("the host is not known") }
        // All of them: who gives a private address beside a public one means no good.
        guard let address = found.first, found.allSatisfy(rule.mayCall) else {
            throw .unavailable("the host's address is not public")
        }
        guard components.scheme == "https" || found.allSatisfy(rule.isAllowed) else {
            throw .unavailable("the address is not HTTPS")
        }
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.body = .bytes(ByteBuffer(bytes: body))
        let caller = HTTPCaller(pinned: [host: address.text])
        return try await caller.send(request, within: time, upTo: Self.longestAnswer).status
    }

    private static let longestAnswer = 64 << 10
}

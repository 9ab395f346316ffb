import Foundation
import NIOPosix
package import Web

/// What a host's name stands for, as the machine's resolver says.
package struct HostAddresses: Sendable {
    package let find: @Sendable (_ host: String) async throws -> [IPAddress]

    package init(_ find: @escaping @Sendable (_ host: String) async throws -> [IPAddress]) { self.find = find }

    /// `getaddrinfo` on a thread of its own, for it blocks.
    package static let system = HostAddresses { host in
        try await NIOThreadPool.singleton.runIfActive {
            var hints = addrinfo()
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
            var first: UnsafeMutablePointer<addrinfo>?
            guard getaddrinfo(host, nil, &hints, &first) == 0 else { return [] }
            defer { freeaddrinfo(first) }
            return sequence(first: first, next: { $0?.pointee.ai_next }).compactMap { $0.flatMap(address) }
        }
    }

    private static func address(_ entry: UnsafeMutablePointer<addrinfo>) -> IPAddress? {
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let length = socklen_t(text.count)
        guard
            getnameinfo(entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, length, nil, 0, NI_NUMERICHOST) == 0
        else { return nil }
        // A zone («%eth0») belongs to addresses that are not public; without it none is read.
        return IPAddress(String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
    }
}

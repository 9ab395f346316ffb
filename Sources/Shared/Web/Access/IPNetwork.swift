import Foundation

/// An address of the Internet Protocol, of either version. An IPv4 address that is mapped into IPv6 is the IPv4 one
/// (RFC 4291 §2.5.5.2), so that one machine has one address.
package struct IPAddress: Hashable, Sendable {
    /// 4 or 16, in the order of the network.
    let bytes: [UInt8]

    /// - Parameter text: as `inet_pton` reads it: `192.0.2.1`, `2001:db8::1`; no port, brackets, zone or blank.
    package init?(_ text: some StringProtocol) {
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, String(text), &bytes) == 1 {
            self.bytes = Array(bytes.prefix(4))
        } else if inet_pton(AF_INET6, String(text), &bytes) == 1 {
            self.bytes = bytes.starts(with: Self.mapped) ? Array(bytes.suffix(4)) : bytes
        } else {
            return nil
        }
    }

    /// The canonical text (RFC 5952).
    package var text: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static let mapped: [UInt8] = Array(repeating: 0, count: 10) + [0xFF, 0xFF]
}

/// A range of addresses, as CIDR writes it: `10.0.0.0/8`, `2001:db8::/32`, or one address.
package struct IPNetwork: Hashable, Sendable {
    private let first: IPAddress
    /// How many leading bits its addresses share.
    private let length: Int

    /// Nil where it is no such text, where bits beyond the length are set, and for `/0`, which is everybody.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let first = IPAddress(parts[0]) else { return nil }
        let bits = first.bytes.count * 8
        let digits = parts.count == 2 ? String(parts[1]) : String(bits)
        guard let length = Int(digits), String(length) == digits, (1...bits).contains(length),
            (length..<bits).allSatisfy({ !first.bit(at: $0) })
        else { return nil }
        self.first = first
        self.length = length
    }

    package func contains(_ address: IPAddress) -> Bool {
        address.bytes.count == first.bytes.count
            && (0..<length).allSatisfy { address.bit(at: $0) == first.bit(at: $0) }
    }
}

extension IPAddress {
    fileprivate func bit(at index: Int) -> Bool { bytes[index / 8] >> UInt8(7 - index % 8) & 1 == 1 }
}

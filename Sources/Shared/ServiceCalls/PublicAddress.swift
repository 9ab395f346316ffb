package import Web

/// Which addresses a partner may have called: those of the public internet, and what an operator allows beside it. An
/// address that leads back into our own network would make us the partner's hand in there (server-side request forgery).
package struct PublicAddress: Sendable {
    private let allowed: [IPNetwork]

    /// - Parameter allowed: networks that are called although they are not public; plain HTTP is spoken there too.
    package init(allowing allowed: [IPNetwork] = []) { self.allowed = allowed }

    package func isAllowed(_ address: IPAddress) -> Bool { allowed.contains { $0.contains(address) } }

    package func mayCall(_ address: IPAddress) -> Bool { isAllowed(address) || Self.isPublic(address) }

    /// Globally reachable by the registries of special-purpose addresses (RFC 6890, kept by IANA).
    static func isPublic(_ address: IPAddress) -> Bool {
        address.text.contains(":")
            ? global.contains { $0.contains(address) } && !special.contains { $0.contains(address) }
            : !special.contains { $0.contains(address) }
    }

    /// The unicast addresses of IPv6 that were given out at all.
    private static let global = networks(["2000::/3"])

    private static let special = networks([
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        // Protocol assignments (Teredo among them), documentation, 6to4: what they carry leads anywhere.
        "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
    ])

    private static func networks(_ texts: [String]) -> [IPNetwork] {
        texts.map { text in
            guard let network = IPNetwork(text) else { preconditionFailure("\(text) is no network") }
            return network
        }
    }
}

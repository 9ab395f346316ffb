import HTTPTypes
import Hummingbird
package import Schema

/// Whose word is taken for the address of a client: the reverse proxies in front of the service.
///
/// Each proxy appends the address that it was called from. Read from the right, the first address that is not a proxy
/// of ours is the client's; what stands left of it is what the client says, and may be anything.
package struct TrustedProxies: Sendable {
    /// The field that the proxies append to. Only one is believed: a client may send the other, which nobody mends.
    package enum Field: String, Sendable, CaseIterable {
        /// The one that ingresses write unless told otherwise: `203.0.113.7, 10.0.0.1`.
        case xForwardedFor = "x-forwarded-for"
        /// RFC 7239: `for=203.0.113.7;proto=https, for="[2001:db8::1]:4711"`.
        case forwarded
    }

    private let networks: [IPNetwork]
    private let field: Field

    init(networks: [IPNetwork] = [], field: Field = .xForwardedFor) {
        self.networks = networks
        self.field = field
    }

    /// None: the address of the connection is the client's.
    package static let none = TrustedProxies()

    /// The client's address where a proxy of ours tells it; nil where the connection itself is the client's.
    ///
    /// - Parameter peer: the address of the connection.
    func client(of request: Request, from peer: @autoclosure () -> String?) -> String? {
        guard !networks.isEmpty, let peer = peer().flatMap({ IPAddress($0) }), isTrusted(peer) else { return nil }
        var nearest = peer
        for hop in hops(in: request).reversed() {
            // A proxy that does not tell an address answers for those behind it.
            guard let address = hop.flatMap({ Self.address($0) }) else { break }
            nearest = address
            if !isTrusted(address) { break }
        }
        return nearest.text
    }

    private func isTrusted(_ address: IPAddress) -> Bool { networks.contains { $0.contains(address) } }

    /// From the client to the last proxy but one, as far as they are told; nil for one that is not told.
    private func hops(in request: Request) -> [Substring?] {
        switch field {
        case .xForwardedFor:
            request.headers[values: .xForwardedFor].flatMap { line in
                line.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmingBlanks() }
            }
        case .forwarded:
            request.headers[values: .forwarded].flatMap { line in
                Self.split(line[...], at: ",").map { element in
                    let pairs = Self.split(element, at: ";").map { $0.trimmingBlanks() }
                    let named = pairs.filter { $0.prefix(4).lowercased() == "for=" }
                    return named.count == 1 ? Self.unquoted(named[0].dropFirst(4)) : nil
                }
            }
        }
    }

    /// An address with or without its port: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80`.
    private static func address(_ text: Substring) -> IPAddress? {
        if let address = IPAddress(text) { return address }
        let host: Substring
        let port: Substring
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[..<end].dropFirst()
            port = text[end...].dropFirst()
            guard host.contains(":") else { return nil }
        } else {
            host = text.prefix { $0 != ":" }
            port = text.dropFirst(host.count)
        }
        guard port.isEmpty || (port.first == ":" && UInt16(port.dropFirst()) != nil) else { return nil }
        return IPAddress(host)
    }

    /// The parts between separators that stand in no quoted string (RFC 9110 §5.6.4).
    private static func split(_ text: Substring, at separator: Character) -> [Substring] {
        var parts: [Substring] = []
        var start = text.startIndex
        var isQuoted = false
        for index in text.indices {
            if text[index] == "\"" { isQuoted.toggle() }
            guard text[index] == separator, !isQuoted else { continue }
            parts.append(text[start..<index])
            start = text.index(after: index)
        }
        return parts + [text[start...]]
    }

    /// A token or a quoted string; an address needs no escapes.
    private static func unquoted(_ text: Substring) -> Substring? {
        guard text.first == "\"" else { return text }
        guard text.count >= 2, text.last == "\"" else { return nil }
        return text.dropFirst().dropLast()
    }
}

extension TrustedProxies {
    /// `SPRO_TRUSTED_PROXIES`: the networks of the proxies, in CIDR, separated by commas (none);
    /// `SPRO_PROXY_FIELD`: `x-forwarded-for` or `forwarded` (x-forwarded-for).
    init(_ settings: Settings) {
        networks = settings.value("trusted.proxies", .networks, default: [])
        let field = settings.value(
            "proxy.field", .code(Field.allCases.map(\.rawValue)), default: Field.xForwardedFor.rawValue)
        self.field = Field(rawValue: field) ?? .xForwardedFor
    }
}

extension TextRule where Value == [IPNetwork] {
    /// Networks in CIDR, separated by commas.
    package static let networks = TextRule { text throws(Flaw) in
        let networks = text.split(separator: ",", omittingEmptySubsequences: false).map { IPNetwork($0) }
        guard !networks.contains(nil) else {
            throw .format(
                "des réseaux CIDR tels que 10.0.0.0/8, séparés par des virgules",
                "CIDR networks such as 10.0.0.0/8, comma-separated")
        }
        return networks.compactMap(\.self)
    }
}

extension Substring {
    fileprivate func trimmingBlanks() -> Substring {
        let start = drop { $0 == " " || $0 == "\t" }
        return start.dropLast(start.reversed().prefix { $0 == " " || $0 == "\t" }.count)
    }
}

extension HTTPField.Name {
    static let xForwardedFor = HTTPField.Name("X-Forwarded-For")!
    /// RFC 7239.
    static let forwarded = HTTPField.Name("Forwarded")!
}

import HTTPTypes
import Hummingbird
import Schema
import Support
import Testing

@testable import Web

@Suite("Proxies in front")
struct TrustedProxiesTests {
    private static func proxies(_ networks: String, _ field: TrustedProxies.Field = .xForwardedFor) -> TrustedProxies {
        TrustedProxies(networks: networks.split(separator: ",").map { IPNetwork($0)! }, field: field)
    }

    private static let ours = proxies("10.0.0.0/8,2001:db8:1::/48")
    private static let oursByRFC7239 = proxies("10.0.0.0/8,2001:db8:1::/48", .forwarded)

    @Test(
        "the client is the right-most address that is no proxy of ours",
        arguments: [
            (["203.0.113.7"], "203.0.113.7"), (["203.0.113.7, 10.0.0.9"], "203.0.113.7"),
            (["203.0.113.7", "10.0.0.9"], "203.0.113.7"), (["198.51.100.1, 203.0.113.7,10.0.0.9 "], "203.0.113.7"),
            (["198.51.100.1", "203.0.113.7"], "203.0.113.7"), (["203.0.113.7:4711"], "203.0.113.7"),
            (["2001:DB8:2::1"], "2001:db8:2::1"), (["[2001:db8:2::1]"], "2001:db8:2::1"),
            (["[2001:db8:2::1]:80, 2001:db8:1::5"], "2001:db8:2::1"), (["::ffff:203.0.113.7"], "203.0.113.7"),
            (["203.0.113.7, ::ffff:10.1.2.3"], "203.0.113.7"),
            // All are ours: the first that one of them told.
            (["10.9.9.9, 10.0.0.9"], "10.9.9.9"), ([], "10.0.0.1"),
            // Beyond what cannot be read, nothing is believed.
            (["203.0.113.7, unknown"], "10.0.0.1"), (["203.0.113.7, nonsense, 10.0.0.9"], "10.0.0.9"),
            ([""], "10.0.0.1"),
            (["203.0.113.7,"], "10.0.0.1"), (["203.0.113.7:"], "10.0.0.1"), (["203.0.113.7:99999"], "10.0.0.1"),
            (["203.0.113.999"], "10.0.0.1"), (["[203.0.113.7]"], "10.0.0.1"), (["[2001:db8:2::1"], "10.0.0.1"),
            (["2001:db8:2::1%eth0"], "10.0.0.1"), (["0x7f.1"], "10.0.0.1"), (["203.0.113.7 198.51.100.1"], "10.0.0.1"),
        ])
    func forwardedFor(values: [String], client: String) {
        let request = Request(fields: values.map { (.xForwardedFor, $0) })
        #expect(Self.ours.client(of: request, from: "10.0.0.1") == client)
    }

    @Test(
        "RFC 7239's field is read as it is quoted",
        arguments: [
            (["for=203.0.113.7"], "203.0.113.7"), (["For=\"203.0.113.7:80\";proto=https"], "203.0.113.7"),
            (["for=198.51.100.1, proto=https; for=\"[2001:db8:2::1]:4711\" ;by=10.0.0.1"], "2001:db8:2::1"),
            (["by=\"a,for=203.0.113.7\";for=198.51.100.1"], "198.51.100.1"),
            (["for=203.0.113.7", "for=10.3.3.3"], "203.0.113.7"),
            (["for=unknown"], "10.0.0.1"), (["for=_hidden"], "10.0.0.1"), (["proto=https"], "10.0.0.1"),
            (["for=203.0.113.7;for=198.51.100.1"], "10.0.0.1"), (["for=\"203.0.113.7"], "10.0.0.1"),
            (["203.0.113.7"], "10.0.0.1"), (["for=\""], "10.0.0.1"),
        ])
    func forwarded(values: [String], client: String) {
        let request = Request(fields: values.map { (.forwarded, $0) })
        #expect(Self.oursByRFC7239.client(of: request, from: "10.0.0.1") == client)
    }

    @Test("nobody else is believed, and no other field")
    func untrusted() {
        let request = Request(fields: [(.xForwardedFor, "203.0.113.7"), (.forwarded, "for=198.51.100.1")])
        for peer in ["192.0.2.1", "11.0.0.1", "2001:db8:2::1", "unknown", nil] {
            #expect(Self.ours.client(of: request, from: peer) == nil)
        }
        #expect(TrustedProxies.none.client(of: request, from: "10.0.0.1") == nil)
        #expect(Self.ours.client(of: request, from: "::ffff:10.0.0.1") == "203.0.113.7")
        #expect(Self.ours.client(of: request, from: "2001:db8:1::1") == "203.0.113.7")
        #expect(Self.oursByRFC7239.client(of: request, from: "10.0.0.1") == "198.51.100.1")
    }

    @Test(
        "a network is CIDR without stray bits, and never everybody",
        arguments: [
            "", "10.0.0.0/0", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/-8", "10.0.0/8", "::/0",
            "2001:db8::1/32", "2001:db8::/129", "10.0.0.0/8/8", " 10.0.0.0/8", "all", "10.0.0.0/",
        ])
    func malformed(network: String) {
        #expect(IPNetwork(network) == nil)
        let settings = Settings(environment: ["SPRO_TRUSTED_PROXIES": "192.0.2.0/24,\(network)"])
        _ = TrustedProxies(settings)
        #expect { try settings.finish() } throws: { "\($0)".contains("SPRO_TRUSTED_PROXIES") }
    }

    @Test("behind a proxy, one client's bad tokens are no other's")
    func failures() async throws {
        let altered = String(try await token(.directoryRead).dropLast(10)) + "AAAAAAAAAA"
        for (proxies, isShared) in [("127.0.0.0/8", false), ("192.0.2.0/24", true)] {
            try await withDatabase(migrations: ServiceDefinition.probe.migrations) { database in
                try await withService(
                    .probe, on: database, settings: ["SPRO_TRUSTED_PROXIES": proxies],
                    failureInterval: .seconds(3600)
                ) { service in
                    func get(_ token: String, from client: String) async throws -> Int {
                        // The forger says of itself what it likes.
                        let field = [("X-Forwarded-For", "198.51.100.99, \(client)")]
                        return try await service.get("/v1/things", token: token, headers: field).status
                    }
                    var refused = 0
                    for round in 0..<200 where refused == 0 {
                        if try await get("\(altered.dropLast(3))\(100 + round)", from: "203.0.113.7") == 429 {
                            refused += 1
                        }
                    }
                    #expect(refused == 1)
                    let other = try await get(
                        try await TestIssuer.shared.token(scopes: [.directoryRead]), from: "203.0.113.8")
                    #expect(other == 200, "a good token is refused for nobody else's")
                    #expect(try await get("\(altered.dropLast(3))999", from: "203.0.113.8") == (isShared ? 429 : 401))
                }
            }
        }
    }
}

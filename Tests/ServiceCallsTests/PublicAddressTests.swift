import Testing
import Web

@testable import ServiceCalls

@Suite("Addresses that partners give")
struct PublicAddressTests {
    @Test(
        "are called where they are public",
        arguments: ["1.1.1.1", "93.184.216.34", "172.32.0.1", "192.169.0.1", "2606:4700::1111", "2a01:e0a::1"])
    func publicOnes(text: String) throws {
        #expect(PublicAddress().mayCall(try #require(IPAddress(text))))
    }

    @Test(
        "are not called where they lead back to us, or nowhere",
        arguments: [
            "127.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1", "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1", "fd00::1", "ff02::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1", "2002:a00:1::", "2001:db8::1", "2001::1",
        ])
    func otherOnes(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(!PublicAddress().mayCall(address))
        let network = try #require(IPNetwork(text))
        #expect(PublicAddress(allowing: [network]).mayCall(address), "an operator may allow it")
    }

    @Test("no port is called that is none, whoever stored the address", arguments: ["99999", "65536", "0", ""])
    func ports(_ port: String) async throws {
        let local = PublicAddress(allowing: [try #require(IPNetwork("127.0.0.0/8"))])
        for host in ["127.0.0.1", "localhost"] {
            await #expect(throws: CallFailure.malformed("no port")) {
                try await PartnerCaller(
                    rule: local, addresses: HostAddresses { _ in [IPAddress("127.0.0.1")!] }
                ).post([], to: "http://\(host):\(port)/", headers: [], within: .seconds(1))
            }
        }
    }

    @Test("a name with one private address beside a public one is not called, nor a public one without TLS")
    func mixed() async throws {
        let both = HostAddresses { _ in ["1.1.1.1", "10.0.0.1"].compactMap { IPAddress($0) } }
        await #expect(throws: CallFailure.unavailable("the host's address is not public")) {
            try await PartnerCaller(rule: PublicAddress(), addresses: both)
                .post([], to: "https://example.org/", headers: [], within: .seconds(1))
        }
        let open = HostAddresses { _ in [IPAddress("1.1.1.1")!] }
        await #expect(throws: CallFailure.unavailable("the address is not HTTPS")) {
            try await PartnerCaller(rule: PublicAddress(), addresses: open)
                .post([], to: "http://example.org/", headers: [], within: .seconds(1))
        }
    }
}

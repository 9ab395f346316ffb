import Schema
import Testing
import Web

@testable import ServiceCalls

@Suite("Settings of calls")
struct CallSettingsTests {
    private static let whole = [
        "SPRO_CLIENT_ID": "referral-service", "SPRO_CLIENT_SECRET": "x",
        "SPRO_DIRECTORY_URL": "http://directory:8081",
    ]

    @Test("all or nothing, and each that is missing is named")
    func allOrNothing() throws {
        #expect(try read([:]) == false)
        #expect(try read(Self.whole) == true)
        #expect(try read(Self.whole.merging(["SPRO_TOKEN_ENDPOINT": "https://issuer.example/token"]) { $1 }) == true)
        for missing in Self.whole.keys {
            let failure = #expect(throws: Settings.Failure.self) { try read(Self.whole.filter { $0.key != missing }) }
            #expect(failure?.complaints.count == 1)
            #expect(failure?.complaints.first?.hasPrefix(missing) == true)
        }
        let endpointOnly = #expect(throws: Settings.Failure.self) {
            try read(["SPRO_TOKEN_ENDPOINT": "http://127.0.0.1:8080/token"])
        }
        #expect(endpointOnly?.complaints.count == 3)
    }

    @Test("a secret goes to no address where others may read it")
    func unsafeEndpoint() throws {
        for address in ["http://issuer.example/token", "https://a:b@issuer.example/token", "ftp://issuer.example"] {
            let failure = #expect(throws: Settings.Failure.self) {
                try read(Self.whole.merging(["SPRO_TOKEN_ENDPOINT": address]) { $1 })
            }
            #expect(failure?.complaints.first?.hasPrefix("SPRO_TOKEN_ENDPOINT") == true, "\(address)")
        }
    }

    @Test("a service asks the issuer by name for what it needs")
    func scopes() async throws {
        try await Partner.with { partner, url in
            partner.reply { asked in
                asked.target == "/token"
                    ? Partner.json(#"{"access_token":"abc","token_type":"bearer"}"#) : Partner.json("", cursor: "c")
            }
            let settings = Settings(
                environment: Self.whole.merging([
                    "SPRO_DIRECTORY_URL": url, "SPRO_TOKEN_ENDPOINT": url + "/token",
                ]) { $1 })
            let calls = try #require(CallSettings(settings, calling: ["directory"]))
            try settings.finish()
            let client = calls.client(of: "directory", issuer: url, scopes: [.eventsReporting])
            _ = try await EventFeedReader(client: client, wait: 0).page(after: nil)
            #expect(partner.asked.first?.body.contains("&scope=events%3Areporting") == true)
        }
    }

    private func read(_ environment: [String: String]) throws -> Bool {
        let settings = Settings(environment: environment)
        let calls = CallSettings(settings, calling: ["directory"])
        try settings.finish()
        return calls != nil
    }
}

import Foundation
import Logging
import Postgres
import Schema
import Support
import Testing
import Tokens
import Web

@testable import DirectoryService
@testable import ServiceCalls

/// One service calls another with a token of its own: the issuer and the directory over sockets.
@Suite("Calls between services")
struct ServiceCallTests {
    @Test("The broker's client finds a demo structure in the directory, and no other that it asks for")
    func directory() async throws {
        try await withDemoDirectory { issuer, service in
            let settings = Settings(environment: [
                "SPRO_CLIENT_ID": "referral-service", "SPRO_CLIENT_SECRET": "referral-service-secret",
                "SPRO_DIRECTORY_URL": service.url,
            ])
            let calls = try #require(CallSettings(settings, calling: ["directory"]))
            try settings.finish()
            let client = DirectoryClient(
                client: calls.client(of: "directory", issuer: issuer.url), logger: Logger(label: "test"))
            let id = try #require(UUID(text: "019b76da-a800-71e1-aebf-12a7ec0c6887"))
            let entry = try #require(try await client.find(id))
            #expect(entry.networks == ["mission-locale"] && entry.region == "52")
            #expect(entry.locatedIn.contains("territoire-spro:52-02") && !entry.offers.isEmpty)
            #expect(try await client.find(UUID.v7()) == nil)
        }
    }

    @Test("A wrong secret gives no token, and is said to be that")
    func wrongSecret() async throws {
        try await withIssuer { issuer in
            let source = TokenSource(
                issuer: issuer.url, endpoint: nil, clientID: "referral-service", clientSecret: Redacted("wrong"))
            await #expect(throws: CallFailure.noToken("refused with status 401")) {
                try await source.grant(for: "directory")
            }
        }
    }
}

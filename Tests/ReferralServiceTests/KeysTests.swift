import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Tokens
import Web

@testable import ReferralService

@Suite("The key that the broker signs with")
struct KeysTests {
    @Test("its public half is open to all, alone, and keeps by its tag")
    func published() async throws {
        try await withReferrals { broker in
            let answer = try await broker.service.get("/v1/keys", token: nil)
            #expect(answer.status == 200)
            let keys = try JWKS(parsing: answer.body)
            let expected = try #require(SigningKey.es256(pem: TestKey.signingPEM))
            #expect(Array(keys.keys.keys) == [expected.id] && keys.unused.isEmpty)
            #expect(!answer.text.contains("\"d\""))
            let tag = try #require(answer.headers.first(name: "ETag"))
            let again = try await broker.service.get("/v1/keys", token: nil, headers: [("If-None-Match", tag)])
            #expect(again.status == 304)
        }
    }

    @Test("without a key of the right kind the service does not start", arguments: [nil, "", "x"])
    func required(_ pem: String?) async throws {
        try await withDatabase(service: "referral", migrations: ReferralMigrations.all) { database in
            var settings = ReferralFixture.settings
            settings["SPRO_SIGNING_KEY"] = pem
            let directory = ReferralFixture.Directory()
            let failure = await #expect(throws: Settings.Failure.self) {
                try await withService(.referral(lookup: directory.lookup), on: database, settings: settings) { _ in }
            }
            #expect(failure?.complaints.first?.contains("SPRO_SIGNING_KEY") == true)
        }
    }

    @Test("who comes with a partner's token is nobody's person, whatever it says")
    func partnersAreNoPersons() async throws {
        try await withReferrals { broker in
            let made = try await broker.submitted()
            let forged = try await TestIssuer.shared.token(
                scopes: [.followUp, .referralSend], subject: made.person)
            try expectProblem(try await broker.get("/v1/referrals/\(made.id)", token: forged), 404, "not-found")
        }
    }
}

import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Web

@testable import ReferralService

@Suite("Everything that is kept about a person")
struct ExportTests {
    @Test("is theirs: what was said, asked for, agreed to and passed on; not how it ended, unless they let it be known")
    func whole() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            for (purposes, reason) in [(["transmission"], JSONValue.null), (["transmission", "retour"], "complet")] {
                var request = ReferralRequest()
                request.consent = ReferralRequest.consent(purposes: purposes)
                let made = try await broker.submitted(request)
                #expect(try await broker.command(.decline, made.id, token: recipient).status == 200)
                let answer = try await broker.get("/v1/persons/\(made.person)/export", token: sender)
                #expect(answer.status == 200 && answer.headers["cache-control"] == ["no-store"])
                let export = try answer.json
                let person = try #require(export["person"])
                #expect(person["id"]?.string == made.person && person["mode"] == "identified")
                #expect(person["identity"]?["given_name"]?.string == ReferralFixture.canary)
                #expect(person["contact"]?["email"] == "canari@example.org" && person["alias"] == "Colibri")
                #expect(person["relay_channel"]?["value"] == "0798765432" && person["situations"]?.array == ["parent"])
                let demand = try #require(export["demands"]?.array?.first)
                #expect(demand["id"]?.string == made.demand && demand["receptions"]?.array?.count == 1)
                #expect(export["consents"]?.array?.map { $0["id"]?.string } == [made.consent])
                let referral = try #require(export["referrals"]?.array?.first)
                #expect(referral["id"]?.string == made.id && referral["role"] == "sender")
                #expect(referral["state"] == "declined" && referral["reason_code"] == reason)
                let journal = try await broker.sql(
                    "select purpose, tier, structure_id from access_journal where person_id = \(try #require(UUID(text: made.person)))"
                )
                let (purpose, tier, structure) = try journal[0].decode((String, Int, UUID).self)
                #expect(purpose == "export" && tier == 2 && structure == ReferralFixture.sender)
            }
            try await broker.sql("revoke insert on access_journal from referral_runtime")
            let other = try await broker.submitted()
            let refused = try await broker.get("/v1/persons/\(other.person)/export", token: sender)
            #expect(refused.status == 500 && !refused.text.contains(ReferralFixture.canary))
        }
    }

    @Test("has what goes along with referrals, who met when, what was written, and the links that were given")
    func records() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let made = try await broker.submitted(.record())
            #expect(try await broker.command(.startReview, made.id, token: recipient).status == 200)
            try await broker.writeRecord(of: made)
            let message = #"{"text":"Bonjour"}"#
            #expect(
                try await broker.post("/v1/referrals/\(made.id)/messages", message, token: recipient).status == 201)
            let export = try await broker.get("/v1/persons/\(made.person)/export", token: sender).json
            let record = try #require(export["records"]?.array?.first)
            #expect(record["referral_id"]?.string == made.id)
            #expect(record["narrative"]?.string?.contains(ReferralFixture.narrative) == true)
            #expect(record["health"]?.string == ReferralFixture.health)
            #expect(record["attachments"]?.array?.first?["name"]?.string == ReferralFixture.attachment)
            #expect(record["messages"]?.array?.map { $0["text"]?.string } == ["Bonjour"])
            #expect(export["summaries"]?.array?.count == 1)
            #expect(export["follow_up_links"]?.array?.isEmpty == false)
            // The journal names everything that was opened, and its highest tier.
            let named = try await broker.exported()
            #expect(named.map(\.tier) == [3])
            let sealed: [DataCategory] = [
                .alias, .relayChannel, .identity, .contact, .narrative, .summary, .attachments, .health,
            ]
            #expect(named.first?.categories == (sealed.map(\.rawValue) + ["message"]).sorted())
        }
    }

    @Test("what cannot be deciphered is not given out, and not named as opened")
    func undeciphered() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let made = try await broker.submitted(.record())
            try await broker.writeRecord(of: made)
            let path = "/v1/persons/\(made.person)/export"
            // A damaged field: an answer would pass off as everything what is not.
            try await broker.sql("update referral_contents set sealed = sealed || '\\x00' where category = 'recit'")
            let damaged = try await broker.get(path, token: sender)
            #expect(damaged.status == 500)
            for secret in ReferralFixture.secrets + ReferralFixture.recordSecrets {
                #expect(!damaged.text.contains(secret))
            }
            #expect(try await broker.exported().isEmpty)
            // Without the key nothing opens.
            try await broker.sql("delete from person_keys")
            let closed = try await broker.get(path, token: sender)
            #expect(try closed.status == 200 && closed.json["person"]?["identity"] == .null)
            #expect(try await broker.exported().isEmpty)
        }
    }

    @Test("every table that hangs on a person is in it, or is known to hold nothing more")
    func tables() async throws {
        try await withDatabase(service: "referral", migrations: ReferralMigrations.all) { database in
            let tables = try await Connection.with(database.superuserConfiguration) { connection in
                try await connection.query(
                    """
                    with recursive reached (name) as (
                        select 'persons'::regclass::oid
                        union
                        select conrelid from pg_constraint join reached on confrelid = reached.name
                        where contype = 'f')
                    select name::regclass::text from reached order by 1
                    """
                ).decode(String.self)
            }
            let exported = [
                "appointments", "consents", "demands", "follow_up_links", "follow_up_sessions", "messages",
                "person_fields", "persons", "receptions", "referral_contents", "referral_options", "referrals",
                "summaries",
            ]
            // Keys, a digest of what is exported, and the steps and delays by which referrals came to be as they are.
            let besides = [
                "person_fingerprints", "person_keys", "referral_notices", "referral_timers", "referral_transitions",
            ]
            #expect(tables == (exported + besides).sorted())
        }
    }
}

extension ReferralFixture {
    /// What the journal says of exports.
    fileprivate func exported() async throws -> [(tier: Int, categories: [String])] {
        try await sql("select tier, categories from access_journal where purpose = 'export' order by id").decode(
            (Int, [String]).self
        ).map { (tier: $0.0, categories: $0.1) }
    }
}

import Crypto
import Foundation
import Logging
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Tokens

@testable import ReferralService

@Suite("Proofs of consents")
struct ConsentProofTests {
    @Test("a receipt has the fields of ISO/IEC TS 27560, and whoever has it checks it with the published key")
    func receipt() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let made = try await broker.submitted()
            let consent = try #require(made.consent)
            let answer = try await broker.get("/v1/consents/\(consent)/receipt", token: sender)
            #expect(answer.status == 200 && answer.headers["content-type"] == ["application/jose"])
            let receipt = try await Self.verified(answer.text, broker)
            #expect(receipt["schema_version"] == "ISO/IEC TS 27560:2023" && receipt["record_id"]?.string == consent)
            let shown = try await broker.get("/v1/consents/\(consent)", token: sender).json
            #expect(receipt["evidence_hash"] == shown["evidence_hash"])
            let processing = try #require(receipt["processing"])
            #expect(processing["purposes"] == shown["purposes"] && processing["valid_until"] == shown["valid_until"])
            #expect(processing["pii_categories"] == shown["data_categories"])
            #expect(receipt["parties"]?["pii_controller"]?.string == ReferralFixture.sender.text)
            #expect(receipt["parties"]?["recipients"] == shown["recipients"])
            #expect(receipt["events"]?.array?.compactMap { $0["event_type"]?.string } == ["granted"])
            for secret in ReferralFixture.secrets { #expect(!answer.text.contains(secret)) }

            let session = try await broker.session(of: made.person)
            let own = try await broker.get("/v1/follow-up/consents/\(consent)/receipt", token: session)
            #expect(try await Self.verified(own.text, broker)["record_id"]?.string == consent)
            for other in [ReferralFixture.recipient, ReferralFixture.stranger] {
                let token = try await ReferralFixture.token(other)
                try expectProblem(
                    try await broker.get("/v1/consents/\(consent)/receipt", token: token), 404, "not-found")
            }
        }
    }

    /// The payload of a JWS whose signature the service's published key verifies.
    private static func verified(_ text: String, _ broker: ReferralFixture) async throws -> JSONValue {
        let segments = text.split(separator: ".")
        try #require(segments.count == 3)
        let header = try JSONValue(parsing: try #require(Base64URL.decode(segments[0].utf8)))
        #expect(header["typ"] == "consent-receipt+jws" && header["alg"] == "ES256")
        let keys = try await broker.service.get("/v1/keys", token: nil).json["keys"]?.array ?? []
        let jwk = try #require(keys.first { $0["kid"] == header["kid"] })
        func octets(_ name: String) throws -> [UInt8] {
            try #require(Base64URL.decode((jwk[name]?.string ?? "").utf8))
        }
        let key = try P256.Signing.PublicKey(rawRepresentation: try octets("x") + octets("y"))
        let signature = try P256.Signing.ECDSASignature(
            rawRepresentation: try #require(Base64URL.decode(segments[2].utf8)))
        #expect(key.isValidSignature(signature, for: Data((segments[0] + "." + segments[1]).utf8)))
        #expect(!key.isValidSignature(signature, for: Data((segments[0] + "." + segments[1] + "x").utf8)))
        return try JSONValue(parsing: try #require(Base64URL.decode(segments[1].utf8)))
    }

    @Test("below sixteen the legal representative consents, on every path by which a consent comes")
    func minors() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let young = ReferralRequest().json.replacing(#""age_band":"18-25""#, with: #""age_band":"moins-16""#)
            try expectProblem(
                try await broker.post("/v1/referrals", young, token: sender), 422, "invalid-body",
                at: ["/consent/granted_by"])
            let represented = young.replacing(
                #""granted_by":"self""#,
                with: #""granted_by":"legal-representative","representation":"autorite-parentale""#)
            let made = try ReferralFixture.Made(try await broker.post("/v1/referrals", represented, token: sender))
            let shown = try await broker.get("/v1/consents/\(made.consent ?? "")", token: sender).json
            #expect(shown["representation"] == "autorite-parentale")

            let own = ReferralRequest.consent().replacing(
                "{\"granted_by\"",
                with: #"{"structure_id":"\#(ReferralFixture.sender.text)","person_id":"\#(made.person)","granted_by""#)
            try expectProblem(
                try await broker.post("/v1/consents", own, token: sender), 422, "invalid-body", at: ["/granted_by"])
            let session = try await broker.session(of: made.person)
            let terms =
                #"{"notice":{"id":"n1","sha256":"\#(ReferralFixture.digest)"},"language":"fr","purposes":["transmission"],"recipients":["\#(ReferralFixture.recipient.text)"],"data_categories":["besoin"],"valid_until":"\#(RFC3339.format(Date().addingTimeInterval(3600)))"}"#
            try expectProblem(
                try await broker.post("/v1/follow-up/consents", terms, token: session), 422, "invalid-body",
                at: ["/granted_by"])
            // To withdraw needs nobody else.
            let withdrawn = try await broker.post(
                "/v1/follow-up/consents/\(made.consent ?? "")/withdrawal", "{}", token: session)
            #expect(withdrawn.status == 200)
        }
    }

    @Test("the date of birth tells who is a minor, and parental authority is over minors alone")
    func parentalAuthority() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            func born(_ years: Int, _ changes: [(String, String)] = []) -> String {
                var request = ReferralRequest()
                let today = ParisClock.today
                request.birthDate = CalendarDate(year: today.year - years, month: today.month, day: 1)?.text
                return changes.reduce(request.json) { $0.replacing($1.0, with: $1.1) }
            }
            let withoutBand = born(11)
            for json in [
                withoutBand,
                withoutBand.replacing(#""situations""#, with: #""age_band":"non-communique","situations""#),
            ] {
                try expectProblem(
                    try await broker.post("/v1/referrals", json, token: sender), 422, "invalid-body",
                    at: ["/consent/granted_by"])
            }
            try expectProblem(
                try await broker.post(
                    "/v1/referrals", withoutBand.replacing(#""situations""#, with: #""age_band":"26-30","situations""#),
                    token: sender), 422, "invalid-body", at: ["/person/age_band"])
            func represented(_ right: String) -> (String, String) {
                (#""granted_by":"self""#, #""granted_by":"legal-representative","representation":"\#(right)""#)
            }
            for years in [20, 60] {
                try expectProblem(
                    try await broker.post(
                        "/v1/referrals", born(years, [represented("autorite-parentale")]), token: sender), 422,
                    "invalid-body", at: ["/consent/representation"])
            }
            for json in [
                born(60, [represented("tuteur")]), born(11, [represented("autorite-parentale")]),
                born(17, [represented("autorite-parentale")]),
            ] {
                let answer = try await broker.post("/v1/referrals", json, token: sender)
                #expect(answer.status == 201, "\(answer.text)")
            }
        }
    }

    @Test("a consent past its time is told once, however many replicas tell")
    func expiry() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            var consents: [String] = []
            for theme in ["emploi", "vae", "droits"] {
                var request = ReferralRequest()
                request.theme = theme
                consents.append(try #require(try await broker.submitted(request).consent))
            }
            let (over, withdrawn) = (
                try #require(UUID(text: consents[0])), try #require(UUID(text: consents[1]))
            )
            try await broker.sql(
                """
                update consents set valid_from = now() - interval '2 days', valid_until = now() - interval '1 hour'
                where id in (\(over), \(withdrawn))
                """)
            #expect(
                try await broker.post("/v1/consents/\(consents[1])/withdrawal", "{}", token: sender).status == 200)
            let worker = broker.database.pool(for: .worker)
            let told = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await ConsentExpiry(worker: worker, poke: {}, logger: Logger(label: "test")).sweep()
                    }
                }
                return try await group.reduce(0, +)
            }
            // The service's own sweep may have been first.
            #expect(told <= 1)
            let events = try await broker.sql(
                "select count(*) from event_outbox where type = 'fr.spro.consent.expired.v1'")
            #expect(try events[0].decode(Int.self) == 1)
            let shown = try await broker.get("/v1/consents/\(consents[0])", token: sender).json
            #expect(shown["holds"] == false && shown["version"] == 2)
            #expect(shown["history"]?.array?.compactMap { $0["event"]?.string } == ["granted", "expired"])
            #expect(try await broker.get("/v1/consents/\(consents[2])", token: sender).json["version"] == 1)
        }
    }

    @Test("the worker changes consents that are over, in nothing but that they are; the runtime role sees nobody's")
    func workerRows() async throws {
        try await withReferrals { broker in
            _ = try await broker.submitted()
            let settings = [(name: "spro.timer", value: "on")]
            let worker = broker.database.pool(for: .worker)
            let expire: Query = "update consents set expired_at = clock_timestamp(), version = version + 1"
            #expect(try await worker.query(expire).affected == 0, "it holds")
            for query in ["update consents set state = 'withdrawn'", "delete from consents"] as [Query] {
                let error = await #expect(throws: DatabaseError.self) { try await worker.query(query) }
                #expect(error?.sqlstate == "42501")
            }
            try await broker.sql(
                "update consents set valid_from = now() - interval '2 days', valid_until = now() - interval '1 hour'")
            let rows = try await broker.database.pool(for: .runtime).transact(
                settings: settings, ["select count(*) from consents"])
            #expect(try rows[0][0].decode(Int.self) == 0)
        }
    }
}

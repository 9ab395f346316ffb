import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing

@testable import ReferralService

@Suite("What is kept of a person, in their own hands")
struct OwnRightsTests {
    @Test("they take everything along: also how it ended, what was written before, and every structure's summaries")
    func export() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let made = try await broker.submitted(.record())
            for command in [ReferralCommand.startReview, .accept] {
                #expect(try await broker.command(command, made.id, token: recipient).status == 200)
            }
            try await broker.writeRecord(of: made)
            _ = try await broker.writeSummary(of: made, "Synthèse-Suite", token: recipient)
            let message = #"{"text":"Bonjour-Canari"}"#
            #expect(
                try await broker.post("/v1/referrals/\(made.id)/messages", message, token: sender).status == 201)
            #expect(try await broker.command(.closeUnfulfilled, made.id, token: recipient).status == 200)
            let session = try await broker.session(of: made.person)
            let before = try await broker.sql("select from access_journal").count
            let answer = try await broker.get("/v1/follow-up/export", token: session)
            #expect(answer.status == 200 && answer.headers["cache-control"] == ["no-store"])
            for text in [ReferralFixture.canary, "Colibri", "Bonjour-Canari", "Synthèse-Suite"]
                + ReferralFixture.recordSecrets
            {
                #expect(answer.text.contains(text), "\(text)")
            }
            let export = try answer.json
            let referral = try #require(export["referrals"]?.array?.first)
            #expect(referral["role"] == "person" && referral["state"] == "closed_unfulfilled")
            #expect(referral["reason_code"] == "complet")
            #expect(export["summaries"]?.array?.count == 2)
            // Nobody else has looked.
            #expect(try await broker.sql("select from access_journal").count == before)
            // The structure that asks for them gets what it may know.
            let theirs = try await broker.get("/v1/persons/\(made.person)/export", token: sender)
            #expect(theirs.status == 200 && !theirs.text.contains("Synthèse-Suite"))
            #expect(!theirs.text.contains("Bonjour-Canari"))
            #expect(try theirs.json["referrals"]?.array?.first?["reason_code"] == .null)
            // What was withdrawn is shown to them as what it is.
            let other = try await broker.submitted(.record(theme: "emploi"))
            let consent = try #require(other.consent)
            let own = try await broker.session(of: other.person)
            #expect(
                try await broker.post("/v1/follow-up/consents/\(consent)/withdrawal", "{}", token: own).status == 200)
            let left = try await broker.get("/v1/follow-up/export", token: own).json["referrals"]?.array?.first
            #expect(left?["state"] == "withdrawn" && left?["need"]?["theme"] == "emploi")
        }
    }

    @Test("they have themselves erased: sessions and links end with it, and a repetition learns that it was done")
    func erasure() async throws {
        try await withReferrals { broker in
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let made = try await broker.submitted(.record())
            try await broker.writeRecord(of: made)
            let other = try await broker.submitted(.record(theme: "emploi"))
            let link = try await broker.link(of: made.person)
            let second = try await broker.session(of: made.person)
            let session = try #require(try await broker.open(link.secret).json["access_token"]?.string)
            let path = "/v1/follow-up/erasure"
            try expectProblem(
                try await broker.post(path, #"{"why":1}"#, token: session), 422, "invalid-body", at: ["/why"])
            let answer = try await broker.post(path, "{}", token: session, key: "once")
            #expect(answer.status == 200, "\(answer.text)")
            #expect(try answer.json["asked_structure_ids"]?.array == [.string(ReferralFixture.recipient.text)])
            // The session is over; what it repeats is answered as it was.
            let again = try await broker.post(path, "{}", token: session, key: "once")
            #expect(again.status == 200 && again.text == answer.text)
            for (token, key) in [(session, "another"), (second, "once")] {
                try expectProblem(
                    try await broker.post(path, "{}", token: token, key: key), 401, "unauthenticated")
            }
            for token in [session, second] {
                for read in ["/v1/follow-up", "/v1/follow-up/export", "/v1/follow-up/accesses"] {
                    try expectProblem(try await broker.get(read, token: token), 401, "unauthenticated")
                }
            }
            try expectProblem(try await broker.open(link.secret), 401, "unauthenticated")

            try expectProblem(try await broker.get("/v1/referrals/\(made.id)", token: recipient), 404, "not-found")
            let left = try await broker.tables(mentioning: [made.person])
            #expect(left.isSubset(of: ["access_journal", "ledger_entries", "idempotency_keys"]), "\(left)")
            let asked = try await broker.get("/v1/erasures?role=recipient", token: recipient).json["items"]?.array
            #expect(asked?.count == 1 && asked?[0]["requested_by"] == "person" && asked?[0]["cause"] == "erasure")
            #expect(asked?[0]["id"] != (try answer.json["id"]), "each who is asked has an id of its own")
            let told = try await broker.sql(
                "select count(*) from ledger_entries where kind = 'person-erased' and subject_id = \(UUID(text: made.person))"
            )
            #expect(try told[0].decode(Int.self) == 1)
            let events = try await broker.sql("select from event_outbox where type = 'fr.spro.erasure.requested.v1'")
            #expect(events.count == 1)
            // Nobody else is touched.
            #expect(try await broker.get("/v1/referrals/\(other.id)", token: recipient).status == 200)
        }
    }

    @Test("one erasure, however often it is sent at once; a link that was revoked erases nothing")
    func repetitions() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            for _ in 0..<8 {
                let made = try await broker.submitted()
                let session = try await broker.session(of: made.person)
                let answers = try await withThrowingTaskGroup(of: RunningService.Answer.self) { group in
                    for _ in 0..<6 {
                        group.addTask {
                            try await broker.post("/v1/follow-up/erasure", "{}", token: session, key: "once")
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                let done = answers.filter { $0.status == 200 }
                #expect(Set(done.map(\.text)).count == 1)
                for answer in answers where answer.status != 200 {
                    try expectProblem(answer, 409, "idempotency-key-in-flight")
                }
            }
            #expect(try await broker.sql("select from erasures").count == 8)
            let made = try await broker.submitted()
            let link = try await broker.link(of: made.person)
            let session = try #require(try await broker.open(link.secret).json["access_token"]?.string)
            let revocation = "/v1/follow-up-links/\(link.id)/revocation"
            #expect(try await broker.post(revocation, "{}", token: sender).status == 200)
            try expectProblem(
                try await broker.post("/v1/follow-up/erasure", "{}", token: session), 401, "unauthenticated")
            #expect(try await broker.sql("select from persons").count == 1)
        }
    }

    @Test("by the database alone, a person sees an erasure within the transaction that asks for it, and no other")
    func rows() async throws {
        try await withReferrals { broker in
            let made = try await broker.submitted()
            let other = try await broker.submitted(.record(theme: "emploi"))
            let session = try await broker.session(of: made.person)
            let answer = try await broker.post("/v1/follow-up/erasure", "{}", token: session)
            let id = try #require(try answer.json["id"]?.string)
            let runtime = broker.database.pool(for: .runtime)
            for person in [made.person, other.person] {
                for table in ["erasures", "erasure_tasks"] {
                    let name = try #require(Identifier(table))
                    let seen = try await runtime.transact(
                        settings: [(name: "spro.person", value: person)], ["select count(*) from \(name)"])
                    #expect(try seen[0][0].decode(Int.self) == 0)
                }
            }
            let asking = try await runtime.transact(
                settings: [(name: "spro.asking", value: id)], ["select count(*) from erasure_tasks"])
            #expect(try asking[0][0].decode(Int.self) == 1)
        }
    }
}

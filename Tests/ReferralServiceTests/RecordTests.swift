import Foundation
import Postgres
import Schema
import Support
import Synchronization
import Testing

@testable import ReferralService

@Suite("What goes along at L3")
struct RecordTests {
    @Test("it is seen once accepted, by consent, and every look is in the journal")
    func disclosed() async throws {
        try await withReferrals { broker in
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let made = try await broker.submitted(.record())
            try await broker.writeRecord(of: made)
            let path = "/v1/referrals/\(made.id)"
            for command in [ReferralCommand.startReview, .accept] {
                let before = try await broker.get(path, token: recipient).text
                for secret in ReferralFixture.recordSecrets { #expect(!before.contains(secret)) }
                #expect(try await broker.command(command, made.id, token: recipient).status == 200)
            }
            let view = try await broker.get(path, token: recipient)
            let json = try view.json
            #expect(json["tier"] == "L3" && json["narrative"]?.string == ReferralFixture.narrative + "\nsuite")
            #expect(json["health"]?.string == ReferralFixture.health)
            #expect(json["attachments"]?.array?.first?["name"]?.string == ReferralFixture.attachment)
            #expect(json["summary"]?["text"]?.string == ReferralFixture.summary)
            let entry = try await broker.sql("select tier, categories from access_journal order by at desc limit 1")
            let (tier, categories) = try entry[0].decode((Int, [String]).self)
            #expect(tier == 3 && Set(categories).isSuperset(of: ["recit", "pieces", "sante", "synthese"]))
            let list = try await broker.get("/v1/referrals?role=recipient", token: recipient)
            for secret in ReferralFixture.recordSecrets { #expect(!list.text.contains(secret)) }
            let sender = try await broker.get(path, token: try await ReferralFixture.token(ReferralFixture.sender))
            for secret in ReferralFixture.recordSecrets { #expect(!sender.text.contains(secret)) }

            try await broker.sql("revoke insert on access_journal from referral_runtime")
            let refused = try await broker.get(path, token: recipient)
            #expect(refused.status == 500)
            for secret in ReferralFixture.recordSecrets { #expect(!refused.text.contains(secret)) }
        }
    }

    @Test("every path, in every situation of the consent")
    func paths() async throws {
        try await withReferrals { broker in
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let stranger = try await ReferralFixture.token(ReferralFixture.stranger)
            let themes = Vocabulary.theme.codes.filter { !PSADProfile.themes.contains($0) }
            for (theme, obstacle) in zip(themes, ReadPathTests.Obstacle.allCases) {
                let made = try await broker.submitted(.record(theme: theme))
                try await broker.writeRecord(of: made)
                for command in [ReferralCommand.startReview, .accept] {
                    #expect(try await broker.command(command, made.id, token: recipient).status == 200)
                }
                let written = try await broker.writeSummary(of: made, "Entretien-Canari", token: recipient)
                let reads = [
                    "/v1/referrals/\(made.id)", "/v1/referrals/\(made.id)?role=recipient",
                    "/v1/referrals?role=recipient", "/v1/referrals/\(made.id)/summaries",
                    "/v1/summaries/\(written.id)",
                ]
                #expect(try await broker.get(reads[0], token: recipient).text.contains(ReferralFixture.narrative))
                #expect(try await broker.get(reads[4], token: recipient).text.contains("Entretien-Canari"))
                let consent = try #require(made.consent.flatMap { UUID(text: $0) })
                try await broker.sql(obstacle.query(consent, try #require(UUID(text: made.id))))
                for read in reads {
                    for token in [recipient, stranger] {
                        let answer = try await broker.get(read, token: token)
                        for secret in ReferralFixture.recordSecrets {
                            // A consent to `recit` alone, and nothing else.
                            if obstacle == .otherCategory, secret == ReferralFixture.narrative { continue }
                            #expect(!answer.text.contains(secret), "\(obstacle) \(read): \(answer.text)")
                        }
                        // Its own words stay with it where only what the sender passes on is narrower.
                        if ![.otherCategory, .notMeant].contains(obstacle) || token == stranger {
                            #expect(!answer.text.contains("Entretien-Canari"), "\(obstacle) \(read)")
                        }
                    }
                }
                let edit = try await broker.post(
                    "/v1/referrals/\(made.id)/summaries", #"{"text":"x"}"#, token: recipient)
                if ![.otherCategory, .notMeant].contains(obstacle) {
                    #expect([404, 409].contains(edit.status), "\(obstacle) \(edit.status)")
                }
            }
        }
    }

    @Test("of an anonymous person nothing is taken, and only what the referral means to pass on")
    func refused() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            var anonymous = ReferralRequest.record()
            anonymous.isAnonymous = true
            let hidden = try await broker.submitted(anonymous)
            let body = #"{"narrative":"\#(ReferralFixture.narrative)","health":"x"}"#
            let before = try await broker.counts()
            try expectProblem(
                try await broker.post("/v1/referrals/\(hidden.id)/contents", body, token: sender), 422, "invalid-body",
                at: ["/narrative", "/health"])
            #expect(try await broker.counts() == before)
            let plain = try await broker.submitted(ReferralRequest())
            try expectProblem(
                try await broker.post("/v1/referrals/\(plain.id)/contents", body, token: sender), 422, "invalid-body",
                at: ["/narrative", "/health"])
            for token in [
                try await ReferralFixture.token(ReferralFixture.recipient),
                try await ReferralFixture.token(ReferralFixture.stranger),
            ] {
                try expectProblem(
                    try await broker.post("/v1/referrals/\(plain.id)/contents", body, token: token), 404, "not-found")
            }
            let id = try #require(UUID(text: hidden.id))
            let error = await #expect(throws: DatabaseError.self) {
                try await broker.sql(
                    """
                    insert into referral_contents (referral_id, person_id, structure_id, mode, category, sealed)
                    select id, person_id, sender_id, 'anonymous', 'recit', '' from referrals where id = \(id)
                    """)
            }
            #expect(error?.constraint == "anonymous_has_no_record")
        }
    }

    @Test("the database alone keeps a recipient to state, consent and explicit consent")
    func rows() async throws {
        try await withReferrals { broker in
            let made = try await broker.submitted(.record())
            try await broker.writeRecord(of: made)
            try await broker.keepUnseen()
            let runtime = broker.database.pool(for: .runtime)
            func seen() async throws -> [String] {
                let rows = try await runtime.transact(
                    settings: [(name: "spro.structures", value: ReferralFixture.recipient.text)],
                    [
                        "select category from referral_contents union all select 'synthese' from summaries order by 1"
                    ])
                return try rows[0].decode(String.self)
            }
            for state in ReferralState.allCases {
                try await broker.put(made.id, into: state)
                let expected = state.tier == .record ? ["pieces", "recit", "sante", "synthese"] : []
                #expect(try await seen() == expected, "\(state)")
            }
            try await broker.put(made.id, into: .accepted)
            let stored = try await broker.sql(
                "select sealed from referral_contents union all select sealed from summaries")
            for sealed in try stored.decode([UInt8].self) {
                for secret in ReferralFixture.recordSecrets {
                    #expect(!String(decoding: sealed, as: UTF8.self).contains(secret))
                }
            }
            try await broker.sql("update consents set data_categories = '{besoin,recit}', explicit_art9 = false")
            #expect(try await seen() == ["recit"])
            try await broker.sql("update consents set valid_until = clock_timestamp()")
            #expect(try await seen() == [])
        }
    }

    @Test("no read that begins after a withdrawal was answered discloses anything of L3")
    func race() async throws {
        try await withReferrals { broker in
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            for number in 0..<12 {
                let made = try await broker.submitted(.record(theme: Vocabulary.theme.codes[number % 10]))
                try await broker.writeRecord(of: made)
                for command in [ReferralCommand.startReview, .accept] {
                    #expect(try await broker.command(command, made.id, token: recipient).status == 200)
                }
                let session = try await broker.session(of: made.person)
                let consent = try #require(made.consent)
                let withdrawn = Answered()
                let leaks = try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<4 {
                        group.addTask {
                            var leaks = 0
                            for _ in 0..<6 {
                                let isAfter = withdrawn.isTrue
                                let text = try await broker.get("/v1/referrals/\(made.id)", token: recipient).text
                                if isAfter, ReferralFixture.recordSecrets.contains(where: text.contains) { leaks += 1 }
                            }
                            return leaks
                        }
                    }
                    group.addTask {
                        try await Task.sleep(for: .milliseconds(number * 2))
                        let answer = try await broker.post(
                            "/v1/follow-up/consents/\(consent)/withdrawal", "{}", token: session)
                        #expect(answer.status == 200)
                        withdrawn.set()
                        return 0
                    }
                    return try await group.reduce(0, +)
                }
                #expect(leaks == 0)
                try expectProblem(try await broker.get("/v1/referrals/\(made.id)", token: recipient), 404, "not-found")
            }
        }
    }

    @Test("what goes along at L3 and was not seen as it stands goes with a withdrawal; what was seen stays")
    func undelivered() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            func left(seen: Bool, rewritten: Bool = false, _ theme: String) async throws -> [String] {
                let made = try await broker.submitted(upTo: [.startReview, .accept], .record(theme: theme))
                try await broker.writeRecord(of: made)
                let path = "/v1/referrals/\(made.id)"
                if seen { #expect(try await broker.get(path, token: recipient).status == 200) }
                if rewritten {
                    let again = try await broker.post("\(path)/contents", #"{"narrative":"suite"}"#, token: sender)
                    try #require(again.status == 200, "\(again.text)")
                }
                #expect(try await broker.command(.withdraw, made.id, token: sender).status == 200)
                let id = try #require(UUID(text: made.id))
                return try await broker.sql(
                    "select category from referral_contents where referral_id = \(id) order by 1"
                ).decode(String.self)
            }
            #expect(try await left(seen: false, "formation") == [])
            #expect(try await left(seen: true, "emploi") == ["pieces", "recit", "sante"])
            #expect(try await left(seen: true, rewritten: true, "vae") == ["pieces", "sante"])
        }
    }

    @Test("with a consent goes what was never seen of a referral that has ended, too")
    func undeliveredAtTheEnd() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let made = try await broker.submitted(upTo: [.startReview], .record())
            try await broker.writeRecord(of: made)
            let message = try await broker.post("/v1/referrals/\(made.id)/messages", #"{"text":"x"}"#, token: sender)
            #expect(message.status == 201, "\(message.text)")
            #expect(try await broker.command(.decline, made.id, token: recipient).status == 200)
            #expect(try await broker.sql("select from referral_contents").count == 3)
            #expect(try await broker.withdraw(made, sender) == 200)
            #expect(try await broker.sql("select from referral_contents").count == 0)
            #expect(try await broker.sql("select from messages").count == 0)
        }
    }
}

/// Whether the withdrawal has been answered.
private final class Answered: Sendable {
    private let value = Mutex(false)

    var isTrue: Bool { value.withLock { $0 } }

    func set() { value.withLock { $0 = true } }
}

import Foundation
import Schema
import Support
import Testing

@testable import ReferralService

@Suite("What the broker tells the others")
struct HappeningTests {
    private static func feed(_ broker: ReferralFixture, _ scope: Scope = .eventsRead) async throws -> [Event] {
        let token = try await TestIssuer.shared.token(scopes: [scope])
        let answer = try await broker.get("/v1/events?limit=1000", token: token)
        try #require(answer.status == 200, "\(answer.text)")
        for secret in ReferralFixture.secrets { #expect(!answer.text.contains(secret)) }
        return try answer.text.split(separator: "\n").map { line in
            try ObjectReader.read(try JSONValue(parsing: Array(line.utf8))) { Event($0) }
        }
    }

    @Test("each thing once, each subject numbered without gaps, in the order in which it happened")
    func life() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let json = ReferralRequest().json
            let first = try await broker.post("/v1/referrals", json, token: sender, key: "k")
            let made = try ReferralFixture.Made(first)
            #expect(try await broker.post("/v1/referrals", json, token: sender, key: "k").text == first.text)
            for command in [ReferralCommand.startReview, .accept, .accept, .complete, .start] {
                _ = try await broker.command(command, made.id, token: recipient)
            }
            let reception =
                #"{"structure_id":"\#(ReferralFixture.recipient.text)","# + ReferralRequest.reception.dropFirst()
            #expect(
                try await broker.post("/v1/referrals/\(made.id)/receptions", reception, token: recipient).status
                    == 201)
            let withdrawal = "/v1/consents/\(try #require(made.consent))/withdrawal"
            for _ in 0..<2 { #expect(try await broker.post(withdrawal, "{}", token: sender).status == 200) }
            let closing = #"{"outcome":"satisfaite","summary_given":true}"#
            #expect(
                try await broker.post("/v1/demands/\(made.demand)/close", closing, token: sender).status == 200)

            // Whatever else runs on this server may hold the feed back.
            var plain: [Event] = []
            try await eventually {
                plain = try await Self.feed(broker)
                return plain.count >= 11
            }
            #expect(
                plain.map { "\($0.type.name) \($0.sequence)" } == [
                    "fr.spro.reception.opened.v1 1", "fr.spro.consent.granted.v1 1",
                    "fr.spro.referral.awaiting_consent.v1 1", "fr.spro.referral.submitted.v1 2",
                    "fr.spro.referral.under_review.v1 3", "fr.spro.referral.accepted.v1 4",
                    "fr.spro.referral.in_progress.v1 5", "fr.spro.reception.opened.v1 2",
                    "fr.spro.consent.withdrawn.v1 2", "fr.spro.referral.withdrawn.v1 6", "fr.spro.demand.closed.v1 3",
                ])
            let reporting = try await Self.feed(broker, .eventsReporting)
            #expect(reporting.map(\.id) == plain.map(\.id))
            var persons: Set<UUID> = []
            for (event, same) in zip(reporting, plain) {
                switch (event.data, same.data) {
                case (.receptionOpened(let full), .receptionOpened(let bare)):
                    #expect(bare.person == nil && bare.ageBand == nil && bare.situations.isEmpty && !bare.isAnonymous)
                    #expect(full.ageBand == "18-25" && full.situations == ["parent"])
                    #expect(bare.network != nil && bare.territory == "territoire-spro:52-02")
                    persons.insert(try #require(full.person))
                case (.demandClosed(let full), .demandClosed(let bare)):
                    #expect(bare.structuresCount == 2 && bare.receptionsCount == 2 && bare.isSummaryGiven)
                    #expect(bare.person == nil)
                    persons.insert(try #require(full.person))
                case (.referralSubmitted(let full), .referralSubmitted(let bare)):
                    #expect(bare.recipient.network == "cio" && bare.sender.territory == "territoire-spro:52-02")
                    #expect(bare.cepLevel == 2 && bare.person == nil)
                    persons.insert(try #require(full.person))
                case (.referralMoved(let move), _):
                    #expect(
                        move.actorRole
                            == (["awaiting_consent"].contains(move.to.rawValue)
                                ? "sender"
                                : move.to == .withdrawn ? "person" : "recipient"))
                    #expect((move.delaySeconds == nil) == (move.to == .awaitingConsent))
                default: break
                }
            }
            // One key, and not the person's id.
            #expect(persons.count == 1 && !persons.map(\.text).contains(made.person))
        }
    }

    @Test("what is refused is not told")
    func refused() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            var narrow = ReferralRequest()
            narrow.consent = nil
            let made = try await broker.submitted(narrow)
            // What the service writes at the same moment holds the feed back.
            try await eventually { try await Self.feed(broker).count == 2 }
            let own = #"{"structure_id":"\#(ReferralFixture.sender.text)","person_id":"\#(made.person)","#
            let consent = try await broker.post(
                "/v1/consents", own + ReferralRequest.consent(categories: ["besoin"]).dropFirst(), token: sender)
            let id = try #require(try consent.json["id"]?.string)
            let refused = try await broker.command(.submit, made.id, #"{"consent_id":"\#(id)"}"#, token: sender)
            #expect(refused.status == 409)
            #expect(try await broker.post("/v1/referrals", "{}", token: sender).status == 422)
            try await eventually("the consent alone") { try await Self.feed(broker).count >= 3 }
            #expect(try await Self.feed(broker).map(\.type.name).last == "fr.spro.consent.granted.v1")
            #expect(try await Self.feed(broker).count == 3)
        }
    }
}

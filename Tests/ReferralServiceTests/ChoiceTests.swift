import Foundation
import Postgres
import Schema
import Support
import Testing
import Tokens
import Web

@testable import ReferralService

/// What the person is offered and chooses: drafts, redirects, declines reopened, the limit of structures.
@Suite("The person chooses")
struct ChoiceTests {
    @Test("a draft goes to whom the person chose among the options shown, and nobody else learns of it")
    func draft() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let stranger = try await ReferralFixture.token(ReferralFixture.stranger)
            var request = ReferralRequest()
            request.consent = nil
            let answer = try await broker.post(
                "/v1/referrals", String(request.json.dropLast()) + #","draft":true}"#, token: sender)
            try #require(answer.status == 201, "\(answer.text)")
            #expect(try answer.json["state"] == "draft")
            let made = try ReferralFixture.Made(answer)
            let path = "/v1/referrals/\(made.id)"
            // Without options there is nothing to choose from.
            let chosen = #"{"chosen_structure_id":"\#(ReferralFixture.stranger.text)""#
            try expectProblem(
                try await broker.command(.requestConsent, made.id, chosen + "}", token: sender), 409, "conflict")
            let options = [ReferralFixture.recipient, ReferralFixture.stranger].map {
                #"{"structure_id":"\#($0.text)","reasons":["near","audience"]}"#
            }
            let others = #","options":[\#(options[0])]}"#
            try expectProblem(
                try await broker.command(.requestConsent, made.id, chosen + others, token: sender), 422,
                "invalid-body", at: ["/chosen_structure_id"])
            let shown = #","options":[\#(options.joined(separator: ","))]}"#
            let asked = try await broker.command(.requestConsent, made.id, chosen + shown, token: sender)
            #expect(try asked.status == 200 && asked.json["state"] == "awaiting_consent", "\(asked.text)")
            let view = try await broker.get(path, token: sender).json
            #expect(view["recipient_structure_id"]?.string == ReferralFixture.stranger.text)
            #expect(view["options"]?.array?.map { $0["chosen"] } == [false, true])
            #expect(view["options"]?.array?.first?["reasons"]?.array?.compactMap(\.string) == ["near", "audience"])
            for token in [recipient, stranger] {
                try expectProblem(try await broker.get(path, token: token), 404, "not-found")
            }
            let consent = try await broker.record(
                ReferralRequest.consent(recipients: [ReferralFixture.stranger]), of: made.person)
            let submitted = try await broker.command(
                .submit, made.id, #"{"consent_id":"\#(consent)"}"#, token: sender)
            #expect(submitted.status == 200, "\(submitted.text)")
            let received = try await broker.get(path, token: stranger).json
            #expect(received["tier"] == "L0" && received["options"] == nil)
            try expectProblem(try await broker.get(path, token: recipient), 404, "not-found")
            // From here on the recipient stays, whatever the service asks of the database.
            await #expect(throws: (any Error).self) {
                try await broker.sql("update referrals set recipient_id = \(ReferralFixture.recipient)")
            }
            let draft = String(request.json.dropLast()) + #","draft":true,"consent_id":"\#(consent)"}"#
            try expectProblem(
                try await broker.post("/v1/referrals", draft, token: sender), 422, "invalid-body", at: ["/draft"])
        }
    }

    @Test("a redirect goes nowhere before the person has agreed to it anew", arguments: [false, true])
    func redirect(_ isUnderWay: Bool) async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let stranger = try await ReferralFixture.token(ReferralFixture.stranger)
            let way: [ReferralCommand] = isUnderWay ? [.startReview, .accept, .start] : [.startReview]
            let made = try await broker.submitted(upTo: way)
            let path = "/v1/referrals/\(made.id)"
            let before = try await broker.get(path, token: recipient).json
            let wide = [ReferralFixture.recipient, ReferralFixture.stranger]
            let early = try await broker.record(ReferralRequest.consent(recipients: wide), of: made.person)
            let own = #"{"target_structure_id":"\#(ReferralFixture.sender.text)"}"#
            try expectProblem(
                try await broker.command(.proposeRedirect, made.id, own, token: recipient), 422, "invalid-body",
                at: ["/target_structure_id"])
            #expect(try await broker.command(.proposeRedirect, made.id, token: recipient).status == 200)
            // Who proposes sees what it saw; who is proposed, nothing.
            let proposed = try await broker.get(path, token: recipient).json
            #expect(proposed["tier"] == before["tier"] && proposed["contact"] == before["contact"])
            try expectProblem(try await broker.get(path, token: stranger), 404, "not-found")
            #expect(
                try await broker.get(path, token: sender).json["redirect_to"]?.string
                    == ReferralFixture.stranger.text)
            let confirm = { (consent: String) in
                try await broker.command(
                    .confirmRedirect, made.id, #"{"consent_id":"\#(consent)"}"#, token: sender)
            }
            try expectProblem(try await confirm(try #require(made.consent)), 409, "conflict")
            let old = try await confirm(early)
            try expectProblem(old, 409, "conflict")
            #expect(try old.json["detail"]?.string?.contains("new consent") == true, "\(old.text)")
            let narrow = try await broker.record(ReferralRequest.consent(), of: made.person)
            try expectProblem(try await confirm(narrow), 409, "conflict")
            // The person may also stay; whoever says so for them says who heard it.
            let unheard = [
                ("{}", ["/agent", "/witness"]), (#"{"agent":"agent-7","witness":"agent-7"}"#, ["/witness"]),
            ]
            for (body, places) in unheard {
                try expectProblem(
                    try await broker.command(.refuseRedirect, made.id, body, token: sender), 422, "invalid-body",
                    at: Set(places))
            }
            let back = try await broker.command(.refuseRedirect, made.id, token: sender)
            #expect(try back.json["state"]?.string == (isUnderWay ? "in_progress" : "under_review"), "\(back.text)")
            let said = try await broker.get(path + "/timeline", token: sender).json["items"]?.array?.last
            #expect(said?["agent"] == "agent-7" && said?["witness"] == "temoin-2")
            let heard = try await broker.get(path + "/timeline", token: recipient).text
            #expect(!heard.contains("temoin-2"))
            let unwitnessed = await #expect(throws: DatabaseError.self) {
                try await broker.sql(
                    "update referral_transitions set agent = null, witness = null where command = 'refuse_redirect'")
            }
            #expect(unwitnessed?.constraint == "refused_by_the_person")
            #expect(try await broker.command(.proposeRedirect, made.id, token: recipient).status == 200)
            let session = try await broker.session(of: made.person)
            let refusal = "/v1/follow-up/referrals/\(made.id)/commands/refuse_redirect"
            try expectProblem(
                try await broker.post(refusal, #"{"agent":"a","witness":"b"}"#, token: session), 422, "invalid-body",
                at: ["/agent", "/witness"])
            #expect(try await broker.post(refusal, "{}", token: session).status == 200)
            #expect(try await broker.command(.proposeRedirect, made.id, token: recipient).status == 200)
            let renewed = try await broker.record(
                ReferralRequest.consent(recipients: [ReferralFixture.stranger]), of: made.person)
            // One for one use that is used is good for nothing more.
            let used = try await broker.record(
                ReferralRequest.consent(recipients: [ReferralFixture.stranger], singleUse: true), of: made.person)
            try await broker.sql(
                """
                update consents set used_by = \(try #require(UUID(text: made.id)))
                where id = \(try #require(UUID(text: used)))
                """)
            let spent = try await confirm(used)
            try expectProblem(spent, 409, "conflict")
            #expect(try spent.json["detail"]?.string?.contains("one use") == true, "\(spent.text)")
            let confirmed = try await confirm(renewed)
            try #require(confirmed.status == 200, "\(confirmed.text)")
            let sequel = try #require(try confirmed.json["sequel_id"]?.string)
            let draft = try await broker.get("/v1/referrals/\(sequel)", token: sender).json
            #expect(draft["state"] == "draft" && draft["parent_id"]?.string == made.id)
            #expect(draft["recipient_structure_id"]?.string == ReferralFixture.stranger.text)
            try expectProblem(try await broker.get("/v1/referrals/\(sequel)", token: stranger), 404, "not-found")
            try expectProblem(try await broker.get("/v1/referrals/\(sequel)", token: recipient), 404, "not-found")
            #expect(try await broker.get(path, token: recipient).json["tier"] == "L0")
            let choice = #"{"chosen_structure_id":"\#(ReferralFixture.stranger.text)"}"#
            #expect(try await broker.command(.requestConsent, sequel, choice, token: sender).status == 200)
            let older = try await broker.command(.submit, sequel, #"{"consent_id":"\#(early)"}"#, token: sender)
            try expectProblem(older, 409, "conflict")
            #expect(try older.json["detail"]?.string?.contains("new consent") == true, "\(older.text)")
            let body = #"{"consent_id":"\#(renewed)"}"#
            #expect(try await broker.command(.submit, sequel, body, token: sender).status == 200)
            let view = try await broker.get("/v1/referrals/\(sequel)", token: stranger).json
            let pseudonym = try await broker.get(path, token: recipient).json["pseudonym"]
            #expect(view["tier"] == "L0" && view["pseudonym"] != pseudonym && view["pseudonym"] != .null)
        }
    }

    @Test("a declined referral is reopened once, within seven days, as another that is linked to it")
    func reopening() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let made = try await broker.submitted(upTo: [.decline])
            try await broker.sql("update referrals set changed_at = now() - interval '7 days 1 minute'")
            let late = try await broker.command(.reopen, made.id, token: sender)
            try expectProblem(late, 409, "conflict")
            try await broker.sql("update referrals set changed_at = now() - interval '6 days 23 hours'")
            try expectProblem(try await broker.command(.reopen, made.id, token: recipient), 409, "conflict")
            let reopened = try await broker.command(.reopen, made.id, token: sender)
            #expect(try reopened.status == 200 && reopened.json["state"] == "declined", "\(reopened.text)")
            let sequel = try #require(try reopened.json["sequel_id"]?.string)
            #expect(try await broker.get("/v1/referrals/\(sequel)", token: sender).json["parent_id"]?.string == made.id)
            try expectProblem(try await broker.command(.reopen, made.id, token: sender), 409, "conflict")
            let steps = try await broker.sql("select count(*) from referral_transitions where to_state = 'declined'")
            #expect(try steps[0].decode(Int.self) == 1, "it was declined once")
        }
    }

    @Test("a charter's limit is passed by the person's choice alone; antennes and who refused do not count")
    func limit() async throws {
        let folder = try Self.chartersWithLimit()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await withReferrals(settings: ["SPRO_CHARTERS": folder]) { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            // The first reception counts: with the recipient these are two.
            let made = try await broker.submitted()
            func refer(to structure: UUID, theme: String, _ more: String = "") async throws -> RunningService.Answer {
                var request = ReferralRequest()
                request.recipient = structure
                request.theme = theme
                request.consent = ReferralRequest.consent(recipients: [structure])
                let json = request.json
                    .replacing("\"person\":\(request.person)", with: "\"person_id\":\"\(made.person)\"")
                    .replacing(
                        "\"demand\":{\"theme\":\"\(theme)\",\"reception\":",
                        with: "\"demand_id\":\"\(made.demand)\",\"x\":")
                let cut = json[..<json.range(of: ",\"x\":")!.lowerBound]
                let body = "\(cut),\"consent\":\(request.consent ?? "")\(more)}"
                return try await broker.post("/v1/referrals", body, token: sender)
            }
            let before = try await broker.counts()
            let third = try await refer(to: ReferralFixture.stranger, theme: "emploi")
            try expectProblem(third, 409, "conflict")
            #expect(try await broker.counts() == before)
            #expect(try await refer(to: ReferralFixture.antenne, theme: "emploi").status == 201)
            let chosen = #","exceeds_limit_by_choice":true"#
            let byChoice = try await refer(to: ReferralFixture.stranger, theme: "emploi", chosen)
            try #require(byChoice.status == 201, "\(byChoice.text)")
            let id = try #require(try byChoice.json["id"]?.string)
            let view = try await broker.get("/v1/referrals/\(id)", token: sender).json
            #expect(view["exceeds_limit_by_choice"] == true)
            #expect(try await broker.get("/v1/referrals/\(made.id)", token: sender).json["state"] == "submitted")
            // Whoever refuses is none that the demand passed through.
            #expect(try await broker.command(.cancel, id, token: sender).status == 200)
            for referral in try await broker.sql("select id from referrals where state = 'submitted'").decode(UUID.self)
            {
                let answer = try await broker.command(
                    .decline, referral.text,
                    token: try await ReferralFixture.token(ReferralFixture.recipient, ReferralFixture.antenne))
                #expect(answer.status == 200, "\(answer.text)")
            }
            #expect(try await refer(to: ReferralFixture.stranger, theme: "droits").status == 201)
        }
    }

    @Test("a hold ends on a day to come, and goes on where it was", arguments: [false, true])
    func hold(_ hasBegun: Bool) async throws {
        try await withReferrals { broker in
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let made = try await broker.submitted(
                upTo: hasBegun ? [.startReview, .accept, .start] : [.startReview, .accept])
            for day in ["2026-01-01", ParisClock.today.text, "2099-01-01"] {
                try expectProblem(
                    try await broker.command(.hold, made.id, #"{"resume_by":"\#(day)"}"#, token: recipient), 422,
                    "invalid-body", at: ["/resume_by"])
            }
            let held = try await broker.command(.hold, made.id, token: recipient)
            #expect(try held.json["state"] == "on_hold", "\(held.text)")
            let view = try await broker.get("/v1/referrals/\(made.id)", token: recipient).json
            #expect(view["resume_by"]?.string != nil && view["tier"] == "L2")
            let resumed = try await broker.command(.resume, made.id, token: recipient)
            #expect(try resumed.json["state"]?.string == (hasBegun ? "in_progress" : "accepted"), "\(resumed.text)")
        }
    }

    /// The charters, with the objective of the Pays de la Loire as a limit.
    private static func chartersWithLimit() throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "charters-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: URL(filePath: Repository.path("charters")), to: folder)
        let file = folder.appending(path: "52.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        try text.replacing("kind: objective", with: "kind: limit").write(to: file, atomically: true, encoding: .utf8)
        return folder.path
    }
}

import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing

@testable import ReferralService

@Suite("What a read discloses")
struct ReadPathTests {
    /// Why a recipient must not see what it asks for.
    enum Obstacle: String, CaseIterable {
        case noConsent, expired, notYetValid, withdrawn, otherRecipient, otherPurpose, otherCategory, notMeant

        /// The consent of an accepted referral made so, behind the service's back.
        func query(_ consent: UUID, _ referral: UUID) -> Query {
            switch self {
            case .noConsent:
                "update referrals set consent_id = null, submitted_at = null, state = 'awaiting_consent' where id = \(referral)"
            case .expired:
                "update consents set valid_from = now() - interval '2 days', valid_until = now() where id = \(consent)"
            case .notYetValid: "update consents set valid_from = now() + interval '1 hour' where id = \(consent)"
            case .withdrawn: "update consents set state = 'withdrawn', withdrawn_at = now() where id = \(consent)"
            case .otherRecipient:
                "update consents set recipients = array[\(ReferralFixture.stranger)] where id = \(consent)"
            case .otherPurpose: "update consents set purposes = '{retour,rendez-vous}' where id = \(consent)"
            case .otherCategory: "update consents set data_categories = '{recit}' where id = \(consent)"
            case .notMeant: "update referrals set data_categories = '{besoin}' where id = \(referral)"
            }
        }
    }

    @Test("who has accepted joins the demand, and is told nothing by which another recipient would know the person")
    func joined() async throws {
        try await withReferrals { broker in
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let made = try await broker.submitted(upTo: [.startReview, .accept])
            let body = #"{"structure_id":"\#(ReferralFixture.recipient.text)","# + ReferralRequest.reception.dropFirst()
            let path = "/v1/referrals/\(made.id)"
            let joined = try await broker.post("\(path)/receptions", body, token: recipient)
            #expect(joined.status == 201, "\(joined.text)")
            let stored = try await broker.sql(
                "select demand_id from receptions where structure_id = \(ReferralFixture.recipient)"
            ).decode(UUID.self)
            #expect(stored.map(\.text) == [made.demand])
            try expectProblem(
                try await broker.post("/v1/demands/\(made.demand)/receptions", body, token: recipient), 404, "not-found"
            )
            let shared = [made.person, made.demand, try #require(made.consent)]
            for path in [path, "/v1/referrals?role=recipient", "\(path)/timeline", "\(path)/appointments"] {
                let answer = try await broker.get(path, token: recipient)
                #expect(answer.status == 200 && shared.allSatisfy { !answer.text.contains($0) }, "\(answer.text)")
                #expect(shared.allSatisfy { id in !"\(answer.headers)".contains(id) })
            }
            #expect(shared.allSatisfy { !joined.text.contains($0) })
        }
    }

    @Test("the guard refuses to accept on any such consent, and says why without more")
    func guardRefuses() async throws {
        try await withReferrals { broker in
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            for (index, obstacle) in Obstacle.allCases.enumerated() where ![.noConsent, .notMeant].contains(obstacle) {
                var request = ReferralRequest()
                request.theme = Vocabulary.theme.codes[index]
                let made = try await broker.submitted(request)
                #expect(try await broker.command(.startReview, made.id, token: recipient).status == 200)
                let consent = try #require(made.consent.flatMap { UUID(text: $0) })
                try await broker.sql(obstacle.query(consent, try #require(UUID(text: made.id))))
                let answer = try await broker.command(.accept, made.id, token: recipient)
                try expectProblem(answer, 409, "conflict", "\(obstacle): \(answer.text)")
                #expect(try answer.json["current_state"] == "under_review")
                #expect(try answer.json["detail"]?.string?.contains("onsent") == true)
            }
        }
    }

    @Test("absent and forbidden are the same 404, byte for byte")
    func sameNotFound() async throws {
        try await withReferrals { broker in
            let stranger = try await ReferralFixture.token(ReferralFixture.stranger)
            let onlySends = try await ReferralFixture.token(ReferralFixture.recipient, scopes: [.referralSend])
            let made = try await broker.submitted()
            func body(_ id: String, _ token: String, _ method: String) async throws -> String {
                let headers = [("Request-Id", "same"), ("Idempotency-Key", UUID().uuidString)]
                let answer =
                    method == "GET"
                    ? try await broker.service.get("/v1/referrals/\(id)", token: token, headers: headers)
                    : try await broker.service.send(
                        .POST, "/v1/referrals/\(id)/commands/accept", token: token, headers: headers, json: "{}")
                #expect(answer.status == 404)
                return answer.text.replacing(id, with: "")
            }
            for method in ["GET", "POST"] {
                let absent = try await body(UUID.v7().text, stranger, method)
                #expect(try await body(made.id, stranger, method) == absent)
                #expect(try await body(made.id, onlySends, method) == absent)
            }
        }
    }

    @Test("a withdrawal leaves the recipient nothing and the sender that it is closed")
    func withdrawal() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let made = try await broker.submitted()
            #expect(try await broker.command(.startReview, made.id, token: recipient).status == 200)
            let consent = try #require(made.consent)
            let path = "/v1/consents/\(consent)/withdrawal"
            try expectProblem(try await broker.post(path, "{}", token: recipient), 404, "not-found")
            let withdrawn = try await broker.post(path, "{}", token: sender)
            #expect(try withdrawn.status == 200 && withdrawn.json["state"] == "withdrawn")
            try expectProblem(try await broker.get("/v1/referrals/\(made.id)", token: recipient), 404, "not-found")
            try expectProblem(try await broker.command(.accept, made.id, token: recipient), 404, "not-found")
            #expect(
                try await broker.get("/v1/referrals?role=recipient", token: recipient).json["items"]?.array == [])
            let shown = try await broker.get("/v1/referrals/\(made.id)", token: sender).json
            #expect(shown.object?.members.map(\.name) == ["id", "role", "state", "allowed_commands", "links"])
            #expect(shown["state"] == "closed")
            // Again, with another key: as it was.
            let again = try await broker.post(path, "{}", token: sender)
            #expect(try again.json["withdrawn_at"] == withdrawn.json["withdrawn_at"])
            let steps = try await broker.sql("select actor from referral_transitions order by sequence desc limit 1")
            #expect(try steps[0].decode(String.self) == "person")
        }
    }

    @Test("every read of L1 and above is in the journal, and none is answered that cannot be")
    func journal() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let made = try await broker.submitted()
            let path = "/v1/referrals/\(made.id)"
            func entries() async throws -> [(Int, [String])] {
                try await broker.sql("select tier, categories from access_journal order by id").decode(
                    (Int, [String]).self)
            }
            #expect(try await broker.get(path, token: recipient).status == 200)
            #expect(try await entries().isEmpty, "L0 is not journaled")
            #expect(try await broker.command(.startReview, made.id, token: recipient).status == 200)
            _ = try await broker.get(path, token: recipient)
            _ = try await broker.get(path, token: sender)
            #expect(try await broker.command(.accept, made.id, token: recipient).status == 200)
            _ = try await broker.get(path, token: recipient)
            let found = try await entries()
            #expect(found.map(\.0) == [1, 2])
            #expect(found.first?.1 == ["alias", "canal-relais"])
            #expect(found.last?.1 == ["alias", "canal-relais", "contact", "identite"])

            try await broker.sql("revoke insert on access_journal from referral_runtime")
            let refused = try await broker.get(path, token: recipient)
            #expect(refused.status == 500)
            for secret in ReferralFixture.secrets { #expect(!refused.text.contains(secret)) }
            #expect(try await entries().count == 2)
        }
    }

    @Test("the sender learns how it ended with the purpose `retour` only")
    func feedback() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            for (theme, purposes, seen) in [
                ("emploi", ["transmission"], JSONValue.null), ("vae", ["transmission", "retour"], "complet"),
            ] {
                var request = ReferralRequest()
                request.theme = theme
                request.consent = ReferralRequest.consent(purposes: purposes)
                let made = try await broker.submitted(request)
                #expect(try await broker.command(.decline, made.id, token: recipient).status == 200)
                let view = try await broker.get("/v1/referrals/\(made.id)", token: sender).json
                #expect(view["state"] == "declined" && view["reason_code"] == seen)
            }
        }
    }

    @Test("lists page by authenticated cursors, each its own part, nothing twice")
    func lists() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            var made: [String] = []
            for theme in Vocabulary.theme.codes.prefix(5) {
                var request = ReferralRequest()
                request.theme = theme
                made.append(try await broker.submitted(request).id)
            }
            var path = "/v1/referrals?role=sender&limit=2"
            var seen: [String] = []
            while true {
                let answer = try await broker.get(path, token: sender)
                let page = try answer.json
                seen += (page["items"]?.array ?? []).compactMap { $0["id"]?.string }
                guard let cursor = page["next_cursor"]?.string else { break }
                path = "/v1/referrals?role=sender&limit=2&cursor=\(cursor)"
                #expect(answer.headers["link"] == ["<\(path)>; rel=\"next\""])
            }
            #expect(seen == made.reversed())
            let cursor = path.split(separator: "=").last ?? ""
            for wrong in [
                "?role=recipient&cursor=\(cursor)", "?role=sender&state=accepted&cursor=\(cursor)",
                "?role=sender&cursor=\(cursor.dropLast())",
            ] {
                try expectProblem(
                    try await broker.get("/v1/referrals\(wrong)", token: sender), 400, "invalid-parameters",
                    at: ["cursor"])
            }
            try expectProblem(
                try await broker.get("/v1/referrals?state=new&limit=0&x=1", token: sender), 400, "invalid-parameters",
                at: ["role", "state", "limit", "x"])
            let sends = try await ReferralFixture.token(ReferralFixture.sender, scopes: [.referralSend])
            try expectProblem(
                try await broker.get("/v1/referrals?role=recipient", token: sends), 403, "insufficient-scope")
        }
    }
}

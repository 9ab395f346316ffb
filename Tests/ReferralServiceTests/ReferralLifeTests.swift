import Foundation
import Postgres
import Schema
import Support
import Testing

@testable import ReferralService

@Suite("The life of a referral")
struct ReferralLifeTests {
    @Test("goes from one call to its end, each party seeing its part and no more")
    func life() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let made = try await broker.submitted()
            let path = "/v1/referrals/\(made.id)"
            let members: [(ReferralCommand?, String, [String])] = [
                (nil, "L0", ["need", "situation"]),
                (.startReview, "L1", ["need", "situation", "alias", "relay_channel"]),
                (.accept, "L2", ["need", "situation", "alias", "relay_channel", "identity", "contact"]),
                (.start, "L2", ["need", "situation", "alias", "relay_channel", "identity", "contact"]),
                (.complete, "L0", ["need", "situation"]),
            ]
            var pseudonyms: Set<String> = []
            for (index, (command, tier, seen)) in members.enumerated() {
                if let command {
                    let answer = try await broker.command(command, made.id, token: recipient)
                    #expect(answer.status == 200, "\(command): \(answer.text)")
                    #expect(try answer.json["sequence"] == .number(JSONNumber(index + 2)))
                }
                let view = try await broker.get(path, token: recipient).json
                #expect(view["role"] == "recipient" && view["tier"]?.string == tier, "\(view)")
                let shown = ["need", "situation", "alias", "relay_channel", "identity", "contact"].filter {
                    view[$0] != .null
                }
                #expect(shown == seen, "\(String(describing: command))")
                pseudonyms.insert(view["pseudonym"]?.string ?? "")
                let sent = try await broker.get(path, token: sender)
                #expect(try sent.json["role"] == "sender")
                #expect(try sent.json["state"] == view["state"])
                for secret in ReferralFixture.secrets { #expect(!sent.text.contains(secret)) }
            }
            #expect(pseudonyms.count == 1 && pseudonyms.first?.hasPrefix("p-") == true)
            // Without the purpose `retour`, how it ended is not told to the sender.
            #expect(try await broker.get(path, token: sender).json["outcome"] == .null)
            #expect(try await broker.get(path, token: recipient).json["outcome"] == "satisfaite")
            let steps = try await broker.sql("select sequence from referral_transitions order by sequence")
            #expect(try steps.decode(Int.self) == Array(1...6))
        }
    }

    @Test("waits for a consent where none comes along, and takes one by command")
    func awaitingConsent() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            var request = ReferralRequest()
            request.consent = nil
            let made = try await broker.submitted(request)
            #expect(made.consent == nil)
            let path = "/v1/referrals/\(made.id)"
            #expect(try await broker.get(path, token: sender).json["state"] == "awaiting_consent")
            try expectProblem(try await broker.get(path, token: recipient), 404, "not-found")
            try expectProblem(
                try await broker.command(.submit, made.id, token: sender), 422, "invalid-body", at: ["/consent_id"])
            func record(_ consent: String) async throws -> String { try await broker.record(consent, of: made.person) }
            let narrow: [(String, String)] = [
                (
                    ReferralRequest.consent(recipients: [ReferralFixture.stranger]),
                    "This consent does not name this recipient."
                ),
                (ReferralRequest.consent(purposes: ["retour"]), "transmission"),
                (ReferralRequest.consent(categories: ["besoin"]), "all of these data"),
            ]
            for (consent, _) in narrow {
                let refused = try await broker.command(
                    .submit, made.id, #"{"consent_id":"\#(try await record(consent))"}"#, token: sender)
                try expectProblem(refused, 409, "conflict")
                #expect(try refused.json["current_state"] == "awaiting_consent")
            }
            let unknown = try await broker.command(
                .submit, made.id, #"{"consent_id":"\#(UUID.v7().text)"}"#, token: sender)
            try expectProblem(unknown, 422, "invalid-body", at: ["/consent_id"])
            let id = try await record(ReferralRequest.consent(singleUse: true))
            #expect(
                try await broker.command(.submit, made.id, #"{"consent_id":"\#(id)"}"#, token: sender).status == 200)
            #expect(try await broker.get(path, token: recipient).json["tier"] == "L0")
            let shown = try await broker.get("/v1/consents/\(id)", token: sender).json
            #expect(shown["used"] == true && shown["state"] == "active" && shown["holds"] == true)
            #expect(shown["evidence_hash"]?.string?.count == 64)
            // Used up: another referral of the same person cannot rest on it.
            let other = request.json.replacing(
                "\"person\":\(request.person)", with: "\"person_id\":\"\(made.person)\""
            )
            .replacing("\"theme\":\"formation\"", with: "\"theme\":\"emploi\"")
            let second = try await broker.post("/v1/referrals", other, token: sender)
            try #require(second.status == 201, "\(second.text)")
            let refused = try await broker.command(
                .submit, try #require(try second.json["id"]?.string), #"{"consent_id":"\#(id)"}"#, token: sender)
            try expectProblem(refused, 409, "conflict")
            try expectProblem(try await broker.get("/v1/consents/\(id)", token: recipient), 404, "not-found")
        }
    }

    @Test("is refused twice to one structure on one theme while the first is open")
    func duplicates() async throws {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let request = ReferralRequest()
            let made = try await broker.submitted(request)
            let again = request.json.replacing("\"person\":\(request.person)", with: "\"person_id\":\"\(made.person)\"")
            let before = try await broker.counts()
            try expectProblem(try await broker.post("/v1/referrals", again, token: sender), 409, "conflict")
            #expect(try await broker.counts() == before)
            #expect(try await broker.command(.cancel, made.id, token: sender).status == 200)
            #expect(try await broker.post("/v1/referrals", again, token: sender).status == 201)
        }
    }

    @Test("the state machine that is shown is the table")
    func shownTable() async throws {
        try await withReferrals { broker in
            let token = try await ReferralFixture.token(ReferralFixture.sender)
            let json = try await broker.get("/v1/state-machine", token: token).json
            #expect(json["transitions"]?.array?.count == StateTable.transitions.count)
            for (shown, cell) in zip(json["transitions"]?.array ?? [], StateTable.transitions) {
                #expect(shown["from"]?.string == cell.from.rawValue && shown["to"]?.string == cell.to.rawValue)
                #expect(shown["command"]?.string == cell.command.rawValue)
                #expect(shown["actor"]?.string == cell.actor.rawValue)
                #expect(shown["guards"]?.array?.compactMap(\.string) == cell.guards.map(\.rawValue))
            }
            #expect(json["states"]?.array?.count == ReferralState.allCases.count)
        }
    }
}

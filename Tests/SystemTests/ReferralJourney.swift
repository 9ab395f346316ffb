import Foundation
import Schema
import Testing

@testable import DemoActivity

/// A person's way from the mission locale of Saint-Nazaire (`partner-a`) to the CIO of Nantes (`partner-b`), each step
/// as those partners' systems take it.
struct ReferralJourney: Sendable {
    static let home = "019b76da-a800-71e1-aebf-12a7ec0c6887"
    static let next = "019b76da-a800-77ef-adb4-848cc2d4fdb4"

    let sender: ServiceCaller
    let recipient: ServiceCaller

    struct End: Sendable {
        let referral: String
        let state: String
    }

    /// Every fifth person withdraws, every third of the others is declined, the rest are helped and their demand closed.
    func walk(_ number: Int) async throws -> End {
        let made = try await sender.post("/v1/referrals", key: "referral-\(number)-0000", Self.referral(number))
        #expect(made["state"]?.string == "submitted")
        let id = try #require(made["id"]?.string)
        var answer = try await command("start_review", id, number)
        if number % 5 == 4 {
            let consent = try #require(made["consent_id"]?.string)
            _ = try await sender.post("/v1/consents/\(consent)/withdrawal", key: "withdraw-\(number)-0000", "{}")
            // Nobody is told more of it than that.
            return End(referral: id, state: "closed")
        }
        if number % 3 == 2 {
            answer = try await command("decline", id, number, #"{"reason_code":"complet"}"#)
        } else {
            _ = try await command("accept", id, number)
            _ = try await command("start", id, number)
            answer = try await command("complete", id, number, #"{"outcome":"satisfaite"}"#)
            let made = try await sender.get("/v1/referrals/\(id)")
            let demand = try #require(made["demand_id"]?.string)
            _ = try await sender.post(
                "/v1/demands/\(demand)/close", key: "close-\(number)-000000", #"{"outcome":"satisfaite"}"#)
        }
        return End(referral: id, state: try #require(answer["state"]?.string))
    }

    private func command(
        _ command: String, _ id: String, _ number: Int, _ body: String = "{}"
    ) async throws -> JSONObject {
        try await recipient.post("/v1/referrals/\(id)/commands/\(command)", key: "\(command)-\(number)-0000", body)
    }

    /// Person, demand, consent and referral in one request.
    static func referral(_ number: Int) -> String {
        """
        {"sender_structure_id":"\(home)","recipient_structure_id":"\(next)","service_kind":"orientation-scolaire",
         "theme":"metiers","urgency":"normale","data_categories":["besoin","situation","identite"],
         "person":{"mode":"identified","age_band":"18-25","identity":{"given_name":"Alix","family_name":"Exemple"}},
         "demand":{"theme":"metiers","reception":{"channel":"presentiel","access":"flux","urgency":"normale",
           "audiences":["demandeur-emploi"],"received_at":"\(RFC3339.format(Date(timeIntervalSinceNow: -60)))"}},
         "consent":\(Self.consent)}
        """
    }

    private static let consent = """
        {"granted_by":"self","agent":"conseiller-7","method":"signed",
         "notice":{"id":"notice-2026","sha256":"\(String(repeating: "ab", count: 32))"},"language":"fr",
         "purposes":["transmission","retour"],"recipients":["\(next)"],
         "data_categories":["besoin","situation","identite"],
         "valid_until":"\(RFC3339.format(Date(timeIntervalSinceNow: 30 * 86_400)))",
         "evidence":{"sha256":"\(String(repeating: "cd", count: 32))"}}
        """
}

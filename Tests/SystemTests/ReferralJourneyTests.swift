import Foundation
import NIOHTTP1
import Schema
import Support
import Testing
import Tokens
import Web

@testable import DirectoryService
@testable import ReferralService

/// The issuer, the directory and the broker over sockets, with the demo data.
@Suite("A referral's journey")
struct ReferralJourneyTests {
    @Test("A mission locale refers someone to a CIO, in one call; what no directory knows is refused")
    func referral() async throws {
        try await withDemoDirectory { issuer, directory in
            var settings = issuer.settings.merging(ServiceDefinition.referral.ownSettings) { $1 }
            settings["SPRO_DIRECTORY_URL"] = directory.url
            try await withDatabase(of: .referral) { [settings] database in
                try await withService(.referral, on: database, settings: settings, fetch: KeySetSource.http) {
                    broker in
                    try await Self.refer(broker, issuer)
                }
            }
        }
    }

    private static func refer(_ broker: RunningService, _ issuer: RunningIssuer) async throws {
        let sender = try await issuer.token(of: "partner-a")
        let recipient = try await issuer.token(of: "partner-b")
        let reporting = try await issuer.token(of: "reporting-service")
        func create(to recipient: String) async throws -> RunningService.Answer {
            let digest = String(repeating: "0a", count: 32)
            let json = """
                {"sender_structure_id":"019b76da-a800-71e1-aebf-12a7ec0c6887","recipient_structure_id":"\(recipient)",
                "service_kind":"orientation-scolaire","theme":"formation","urgency":"normale","data_categories":["besoin"],
                "person":{"mode":"anonymous","age_band":"18-25"},
                "demand":{"theme":"formation","reception":{"channel":"presentiel","access":"flux","urgency":"normale",
                "received_at":"\(RFC3339.format(Date()))"}},
                "consent":{"granted_by":"self","agent":"a1","method":"signed","notice":{"id":"n1","sha256":"\(digest)"},
                "language":"fr","purposes":["transmission"],"recipients":["\(recipient)"],"data_categories":["besoin"],
                "valid_until":"\(RFC3339.format(Date().addingTimeInterval(86_400)))","evidence":{"sha256":"\(digest)"}}}
                """
            return try await broker.send(
                .POST, "/v1/referrals", token: sender, headers: [("Idempotency-Key", UUID().uuidString)], json: json)
        }
        let made = try await create(to: "019b76da-a800-77ef-adb4-848cc2d4fdb4")
        try #require(made.status == 201, "\(made.text)")
        let id = try #require(try made.json.object?["id"]?.string)
        let seen = try await broker.get("/v1/referrals/\(id)", token: recipient)
        #expect(try seen.json.object?["tier"] == "L0" && seen.json.object?["state"] == "submitted")
        let unknown = try await create(to: UUID.v7().text)
        #expect(unknown.status == 422 && unknown.text.contains("/recipient_structure_id"))

        // What the service writes at the same moment holds the feed back.
        var told: Substring?
        try await eventually {
            let feed = try await broker.get("/v1/events", token: reporting)
            told = feed.text.split(separator: "\n").first { $0.contains("referral.submitted.v1") }
            return told != nil
        }
        let submission = try #require(told).replacing(" ", with: "")
        #expect(submission.contains(#""network":"mission-locale""#) && submission.contains(#""network":"cio""#))
        #expect(submission.contains(#""territory":"territoire-spro:52-02""#))
    }
}

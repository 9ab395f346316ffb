import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing
import Web

@testable import DemoActivity

@Suite("When the broker's neighbours are away")
struct DependencyTests {
    @Test(
        "structures that it has dealt with go on, one that it has not waits for the directory, with nothing stored",
        .timeLimit(.minutes(5)))
    func directory() async throws {
        try await withProcesses { cluster, processes in
            let token = try await RunningIssuer(url: processes.issuer).token(of: "partner-a")
            let service = RunningService(url: processes.referralURL)
            func refer(to recipient: String, _ number: Int) async throws -> RunningService.Answer {
                try await service.send(
                    .POST, "/v1/referrals", token: token,
                    headers: [("Idempotency-Key", UUID().uuidString), ("Accept-Language", "en")],
                    json: ReferralJourney.referral(number).replacing(ReferralJourney.next, with: recipient))
            }
            func referrals() async throws -> [Int] {
                var place = cluster.configuration
                place.database = "referral"
                return try await Connection.with(place) { connection in
                    // What was told longer ago than a minute is asked for again.
                    try await connection.query("update known_structures set checked_at = now() - interval '2 minutes'")
                    return try await connection.query(
                        "select count(*) from referrals union all select count(*) from persons"
                    ).decode(Int.self)
                }
            }
            #expect(try await refer(to: ReferralJourney.next, 1).status == 201)
            processes.kill("directory")
            #expect(try await referrals() == [1, 1])
            #expect(try await refer(to: ReferralJourney.next, 2).status == 201)
            for recipient in [Self.other, UUID.v7().text] {
                let answer = try await refer(to: recipient, 3)
                #expect(answer.status == 503 && answer.headers["retry-after"] == ["5"], "\(answer.text)")
                #expect(answer.text.contains("The directory does not answer. Nothing was stored."))
            }
            #expect(try await referrals() == [2, 2])

            try await processes.start("directory")
            // Whoever was refused is told to come again in some seconds.
            try await eventually { try await refer(to: Self.other, 4).status == 201 }
            let unknown = try await refer(to: UUID.v7().text, 5)
            #expect(unknown.status == 422 && unknown.text.contains("unknown-structure"), "\(unknown.text)")
            #expect(try await referrals() == [3, 3])
        }
    }

    @Test(
        "tokens by keys that it holds go on, others are refused, and it says so until the issuer is back",
        .timeLimit(.minutes(5)))
    func issuer() async throws {
        try await withProcesses { _, processes in
            let issuer = RunningIssuer(url: processes.issuer)
            let token = try await issuer.token(of: "partner-a")
            let service = RunningService(url: processes.referralURL)
            let operations = RunningService(url: "http://127.0.0.1:\(processes.base + 1002)")
            func status(_ token: String) async throws -> Int {
                try await service.get("/v1/referrals?role=sender", token: token).status
            }
            #expect(try await status(token) == 200)
            processes.kill("dev-issuer")
            #expect(try await status(token) == 200)
            // A key of that issuer's that was never published.
            let stranger = try await TestKey.es256()
            let now = Int(Date().timeIntervalSince1970)
            let forged = try await stranger.sign(
                header: TestIssuer.shared.header(of: stranger),
                claims: """
                    {"iss":"\(issuer.url)","aud":["referral"],"iat":\(now),"exp":\(now + 600),"sub":"a",\
                    "client_id":"partner-a","jti":"1","scope":"referral:send"}
                    """)
            #expect(try await status(forged) == 401)
            try await eventually(within: .seconds(90), "the issuer is missed") {
                let answer = try await operations.get("/readyz", token: nil)
                #expect(answer.status == 200)
                return answer.text.contains("token-issuer")
            }
            #expect(try await status(token) == 200)

            // It comes back with new keys: those of before are no more.
            try await processes.startIssuer()
            let renewed = try await issuer.token(of: "partner-a")
            try await eventually(within: .seconds(40)) { try await status(renewed) == 200 }
            try await eventually { try await !operations.get("/readyz", token: nil).text.contains("token-issuer") }
            let refused = try await status(forged)
            #expect(refused == 401)
        }
    }

    /// Another structure of the demo's that offers the same.
    private static let other = "019b76da-a800-754e-836b-0eb44eb660c0"
}

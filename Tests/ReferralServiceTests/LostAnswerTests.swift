import Foundation
import Postgres
import Schema
import Support
import Testing

@testable import ReferralService

/// The connection to PostgreSQL is cut once a commit was sent: by turns it was carried out and its answer is lost, or it
/// never arrived. Nobody can tell which.
@Suite("A commit without an answer")
struct LostAnswerTests {
    /// Each is made and withdrawn: two commits that are carried out and not answered.
    private static let referrals = runs(10, full: 500)

    private struct Told: Sendable {
        var unknown = 0
        var inFlight = 0
    }

    @Test("is said to be unknown, and the same request with its key comes to one thing done", .timeLimit(.minutes(30)))
    func commits() async throws {
        try await withDatabase(service: "referral", migrations: ReferralMigrations.all) { database in
            var place = database.configuration(for: .runtime)
            let proxy = FaultyProxy(to: place.port)
            defer { proxy.close() }
            (place.host, place.port) = ("127.0.0.1", proxy.port)
            let directory = ReferralFixture.Directory()
            try await withService(
                .referral(lookup: directory.lookup), at: place, settings: ReferralFixture.settings
            ) { service in
                let broker = ReferralFixture(service: service, database: database, directory: directory)
                // The last statement keeps the answer, which has these; its commit goes with it.
                proxy.fault = .cut(holding: Array(#""links":{"#.utf8))
                let told = try await sideBySide(Self.referrals) { _ in try await Self.makeAndWithdraw(broker) }
                proxy.fault = .none
                let cuts = proxy.cuts
                #expect(cuts.after == 2 * Self.referrals, "\(cuts)")
                #expect(cuts.before > 0)
                let unknown = told.reduce(0) { $0 + $1.unknown }
                #expect(unknown == cuts.after + cuts.before)
                let withdrawn = try await Self.expectRows(broker)
                print(
                    "lost answers: \(cuts.after) commits carried out and not answered, \(cuts.before) never arrived;",
                    "\(unknown) said to be unknown, \(told.reduce(0) { $0 + $1.inFlight }) still in flight when",
                    "repeated; of \(Self.referrals) referrals \(withdrawn) made and withdrawn once")
            }
        }
    }

    private static func makeAndWithdraw(_ broker: ReferralFixture) async throws -> Told {
        var told = Told()
        let sender = try await ReferralFixture.token(ReferralFixture.sender)
        let made = try await insist("/v1/referrals", ReferralRequest().json, 201, broker, sender, &told)
        let consent = try #require(try made.json["consent_id"]?.string)
        let id = try #require(try made.json["id"]?.string)
        _ = try await insist("/v1/consents/\(consent)/withdrawal", "{}", 200, broker, sender, &told)
        let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
        try expectProblem(try await broker.get("/v1/referrals/\(id)", token: recipient), 404, "not-found")
        return told
    }

    /// Repeats a request with its key until it is answered, and once more.
    private static func insist(
        _ path: String, _ json: String, _ status: Int, _ broker: ReferralFixture, _ token: String, _ told: inout Told
    ) async throws -> RunningService.Answer {
        let key = UUID().uuidString
        for _ in 0..<200 {
            let answer = try await broker.post(path, json, token: token, key: key)
            switch answer.status {
            case status:
                let again = try await broker.post(path, json, token: token, key: key)
                #expect(again.status == status && again.body == answer.body)
                return answer
            case 503:
                told.unknown += 1
                try expectProblem(answer, 503, "outcome-unknown")
            default:
                // PostgreSQL has not noticed yet that the connection is gone.
                told.inFlight += 1
                try expectProblem(answer, 409, "idempotency-key-in-flight")
                try await Task.sleep(for: .milliseconds(5))
            }
        }
        throw NeverAnswered(path: path)
    }

    private struct NeverAnswered: Error { let path: String }

    /// - Returns: how many were withdrawn.
    private static func expectRows(_ broker: ReferralFixture) async throws -> Int {
        let counts = try await broker.counts()
        for table in ["persons", "person_keys", "demands", "receptions", "consents", "referrals"] {
            #expect(counts[table] == referrals, "\(table)")
        }
        // Made, submitted, withdrawn.
        #expect(counts["referral_transitions"] == 3 * referrals && counts["idempotency_keys"] == 2 * referrals)
        let rows = try await broker.sql(
            """
            select count(*) from referrals join consents on consents.id = consent_id
            where referrals.state = 'withdrawn' and consents.state = 'withdrawn'
            """)
        let withdrawn = try rows[0].decode(Int.self)
        #expect(withdrawn == referrals)
        return withdrawn
    }
}

import Foundation
import Postgres
import Support
import Synchronization
import Testing

@testable import ReferralService

/// A withdrawal must not wait until its readers are tired.
@Suite("A withdrawal among readers who never stop")
struct WithdrawalUnderReadingTests {
    private static let readers = 24

    private final class Reading: Sendable {
        let count = Mutex(0)
        let isOver = Mutex(false)
    }

    @Test("is answered within two seconds, and nobody reads anything from then on", .timeLimit(.minutes(3)))
    func shows() async throws {
        try await among { broker, made, token in
            try await broker.get("/v1/referrals/\(made[0].id)", token: token)
        }
    }

    @Test("also where lists hold many consents at a time", .timeLimit(.minutes(3)))
    func lists() async throws {
        try await among { broker, made, token in
            try await broker.get("/v1/referrals?role=recipient&state=accepted&limit=100", token: token)
        }
    }

    /// Withdraws five consents while readers, each on a connection of its own to the service and to the database, repeat
    /// `read`.
    private func among(
        _ read:
            @Sendable @escaping (ReferralFixture, [ReferralFixture.Made], String) async throws -> RunningService.Answer
    ) async throws {
        try await withReferrals(settings: ["SPRO_DATABASE_CONNECTIONS": "\(Self.readers + 2)"]) { broker in
            try await broker.service.withConnections(Self.readers + 2) { service in
                try await Self.repeatedly(
                    ReferralFixture(service: service, database: broker.database, directory: broker.directory), read)
            }
        }
    }

    private static func repeatedly(
        _ broker: ReferralFixture,
        _ read:
            @Sendable @escaping (ReferralFixture, [ReferralFixture.Made], String) async throws -> RunningService.Answer
    ) async throws {
        let sender = try await ReferralFixture.token(ReferralFixture.sender)
        let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
        for _ in 0..<5 {
            let made = [try await broker.submitted(), try await broker.submitted()]
            try await broker.sql("update referrals set state = 'accepted' where state = 'submitted'")
            try await withdraw(made[0], broker, sender) { try await read(broker, made, recipient) }
            let after = try await broker.get("/v1/referrals/\(made[0].id)", token: recipient)
            try expectProblem(after, 404, "not-found")
            #expect(try await broker.get("/v1/referrals/\(made[1].id)", token: recipient).status == 200)
        }
        let late = try await broker.sql(
            """
            select count(*) from access_journal join referrals on referrals.id = referral_id
                join consents on consents.id = referrals.consent_id
            where at >= withdrawn_at
            """)
        #expect(try late[0].decode(Int.self) == 0)
    }

    private static func withdraw(
        _ made: ReferralFixture.Made, _ broker: ReferralFixture, _ sender: String,
        among read: @Sendable @escaping () async throws -> RunningService.Answer
    ) async throws {
        let reading = Reading()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<readers {
                group.addTask {
                    while !reading.isOver.withLock({ $0 }) {
                        let answer = try await read()
                        try #require(answer.status == 200 || answer.status == 404, "\(answer.text)")
                        reading.count.withLock { $0 += 1 }
                    }
                }
            }
            while reading.count.withLock({ $0 }) < 2 * readers { try await Task.sleep(for: .milliseconds(10)) }
            let consent = try #require(made.consent)
            let start = ContinuousClock.now
            let answer = try await broker.post("/v1/consents/\(consent)/withdrawal", "{}", token: sender)
            let duration = ContinuousClock.now - start
            reading.isOver.withLock { $0 = true }
            #expect(answer.status == 200, "\(answer.text)")
            #expect(duration < .seconds(2), "\(duration)")
            try await group.waitForAll()
        }
    }
}

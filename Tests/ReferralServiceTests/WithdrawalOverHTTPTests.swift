import Foundation
import Postgres
import Schema
import Support
import Testing

@testable import ReferralService

/// The races of ``WithdrawalRaceTests`` through all that a partner's request goes through: socket, token, key, pool.
/// A thousand in all.
@Suite("A withdrawal wins every race over HTTP")
struct WithdrawalOverHTTPTests {
    private static let trials = 500

    @Test("no read that starts after the withdrawal's answer discloses anything", .timeLimit(.minutes(5)))
    func reads() async throws {
        let outcomes = try await race(from: .accepted) { try await $0.readAgainstWithdrawal() }
        let before = outcomes.count { $0.cameFirst }
        let after = outcomes.count { $0.cameTooLate }
        #expect(before > 0 && after > 0, "a race has two orders: \(before) read first, \(after) came too late")
    }

    @Test("an acceptance comes before the withdrawal, and is withdrawn too, or finds nothing", .timeLimit(.minutes(5)))
    func acceptances() async throws {
        let outcomes = try await race(from: .underReview) { try await $0.acceptAgainstWithdrawal() }
        let accepted = outcomes.count { $0 }
        #expect(accepted > 0 && accepted < Self.trials, "a race has two orders: \(accepted) accepted first")
    }

    /// Lets some trials run side by side, and looks at what they leave.
    private func race<Outcome: Sendable>(
        from state: ReferralState, _ run: @Sendable @escaping (Trial) async throws -> Outcome
    ) async throws -> [Outcome] {
        try await withReferrals { broker in
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let made = try await Self.sideBySide { _ in try await broker.submitted() }
            try await broker.sql("update referrals set state = \(state)")
            let outcomes = try await Self.sideBySide { number in
                try await run(
                    Trial(number: number, made: made[number], broker: broker, sender: sender, recipient: recipient))
            }
            let left = try await broker.sql(
                """
                select count(*), count(*) filter (where referrals.state = 'withdrawn' and consents.state = 'withdrawn'),
                    (select count(*) from access_journal j join referrals r on r.id = j.referral_id
                        join consents c on c.id = r.consent_id where j.at >= c.withdrawn_at)
                from referrals join consents on consents.id = consent_id
                """)
            let (count, withdrawn, late) = try left[0].decode((Int, Int, Int).self)
            #expect(count == Self.trials && withdrawn == count)
            // By the database's own clock: whoever was reading had finished before the consent was withdrawn.
            #expect(late == 0)
            return outcomes
        }
    }

    /// The outcomes of all trials in their order, four at a time.
    private static func sideBySide<Outcome: Sendable>(
        _ run: @Sendable @escaping (Int) async throws -> Outcome
    ) async throws -> [Outcome] {
        try await withThrowingTaskGroup(of: [(Int, Outcome)].self) { group in
            for lane in 0..<4 {
                group.addTask {
                    var outcomes: [(Int, Outcome)] = []
                    for number in stride(from: lane, to: trials, by: 4) {
                        outcomes.append((number, try await run(number)))
                    }
                    return outcomes
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }
}

/// One referral, the two parties to it, and what they do at the same time.
private struct Trial: Sendable {
    let number: Int
    let made: ReferralFixture.Made
    let broker: ReferralFixture
    let sender: String
    let recipient: String

    struct Read: Sendable {
        let start: ContinuousClock.Instant
        let end: ContinuousClock.Instant
        let discloses: Bool
    }

    private func read() async throws -> Read {
        let start = ContinuousClock.now
        let answer = try await broker.get("/v1/referrals/\(made.id)", token: recipient)
        #expect(answer.status == 200 || answer.status == 404, "\(answer.text)")
        let discloses = answer.status == 200 || ReferralFixture.secrets.contains { answer.text.contains($0) }
        return Read(start: start, end: .now, discloses: discloses)
    }

    private func readUntilGone() async throws -> [Read] {
        var reads: [Read] = []
        repeat { reads.append(try await read()) } while reads.last?.discloses == true
        return reads
    }

    /// Reads that were under way together with a withdrawal.
    struct Rivals: Sendable {
        var cameFirst = false
        var cameTooLate = false
    }

    func readAgainstWithdrawal() async throws -> Rivals {
        async let reading = readUntilGone()
        let withdrawal = try await withdraw(after: .microseconds(number % 20 * 500))
        var reads = try await reading
        reads.append(try await read())
        var rivals = Rivals()
        for read in reads {
            if read.start >= withdrawal.end {
                #expect(!read.discloses, "disclosed by a read that started after the withdrawal's answer")
            } else if read.end > withdrawal.start {
                if read.discloses { rivals.cameFirst = true } else { rivals.cameTooLate = true }
            }
        }
        return rivals
    }

    /// - Returns: whether the acceptance came first.
    func acceptAgainstWithdrawal() async throws -> Bool {
        async let accepting = accept(after: .microseconds(number % 20 * 500))
        let withdrawal = try await withdraw(after: .microseconds(number / 20 % 20 * 500))
        let read = try await read()
        #expect(read.start >= withdrawal.end && !read.discloses)
        return try await accepting
    }

    /// From when it was asked for to when its answer was there.
    struct Withdrawal: Sendable {
        let start: ContinuousClock.Instant
        let end: ContinuousClock.Instant
    }

    private func withdraw(after delay: Duration) async throws -> Withdrawal {
        try await Task.sleep(for: delay)
        let start = ContinuousClock.now
        let consent = try #require(made.consent)
        let answer = try await broker.post("/v1/consents/\(consent)/withdrawal", "{}", token: sender)
        #expect(answer.status == 200, "\(answer.text)")
        return Withdrawal(start: start, end: .now)
    }

    private func accept(after delay: Duration) async throws -> Bool {
        try await Task.sleep(for: delay)
        let answer = try await broker.command(.accept, made.id, token: recipient)
        #expect(answer.status == 200 || answer.status == 404, "\(answer.text)")
        return answer.status == 200
    }
}

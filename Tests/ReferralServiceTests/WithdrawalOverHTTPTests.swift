import Foundation
import Postgres
import Schema
import Support
import Testing

@testable import ReferralService

/// The races of ``WithdrawalRaceTests`` through all that a partner's request goes through: socket, token, key, pool.
@Suite("A withdrawal wins every race over HTTP")
struct WithdrawalOverHTTPTests {
    private static let trials = runs(200, full: 10_000)

    @Test("no read that starts after the withdrawal's answer discloses anything", .timeLimit(.minutes(30)))
    func reads() async throws {
        let outcomes = try await race(from: .accepted) { try await $0.readAgainstWithdrawal() }
        let before = outcomes.count { $0.cameFirst }
        let after = outcomes.count { $0.cameTooLate }
        #expect(before > 0 && after > 0, "a race has two orders: \(before) read first, \(after) came too late")
        let late = outcomes.reduce(0) { $0 + $1.late }
        #expect(late == 0, "disclosed by a read that started after the withdrawal's answer")
        print(
            "reads against a withdrawal: \(Self.trials) trials, \(outcomes.reduce(0) { $0 + $1.reads }) reads; in",
            "\(before) one beside it came first, in \(after) too late; after its answer \(late) disclosed")
    }

    @Test(
        "an acceptance and its appointment come before the withdrawal, and end with it, or find nothing",
        .timeLimit(.minutes(30)))
    func acceptances() async throws {
        let outcomes = try await race(from: .underReview) { try await $0.acceptAgainstWithdrawal() }
        let accepted = outcomes.count { $0.accepted }
        let scheduled = outcomes.count { $0.scheduled }
        #expect(accepted > 0 && accepted < Self.trials, "a race has two orders: \(accepted) accepted first")
        #expect(scheduled > 0 && scheduled < Self.trials, "a race has two orders: \(scheduled) scheduled first")
        let late = outcomes.reduce(0) { $0 + $1.late }
        #expect(late == 0, "taken by a command that was sent after the withdrawal's answer")
        print(
            "acceptances against a withdrawal: \(Self.trials) trials, \(accepted) accepted first, \(scheduled) with",
            "an appointment; \(late) after its answer")
    }

    private static var request: ReferralRequest {
        var request = ReferralRequest()
        request.consent = ReferralRequest.consent(purposes: ["transmission", "rendez-vous"])
        return request
    }

    /// Lets some trials run side by side, and looks at what they leave.
    private func race<Outcome: Sendable>(
        from state: ReferralState, _ run: @Sendable @escaping (Trial) async throws -> Outcome
    ) async throws -> [Outcome] {
        try await withReferrals { broker in
            let made = try await sideBySide(Self.trials) { _ in try await broker.submitted(Self.request) }
            try await broker.sql("update referrals set state = \(state)")
            let outcomes = try await sideBySide(Self.trials) { number in
                // Tokens of its own: the longest race outlives one.
                try await run(
                    Trial(
                        number: number, made: made[number], broker: broker,
                        sender: try await ReferralFixture.token(ReferralFixture.sender),
                        recipient: try await ReferralFixture.token(ReferralFixture.recipient)))
            }
            let left = try await broker.sql(
                """
                select count(*), count(*) filter (where referrals.state = 'withdrawn' and consents.state = 'withdrawn'),
                    (select count(*) from access_journal j join referrals r on r.id = j.referral_id
                        join consents c on c.id = r.consent_id where j.at >= c.withdrawn_at),
                    (select count(*) from appointments where attendance is null and cancelled_at is null)
                from referrals join consents on consents.id = consent_id
                """)
            let (count, withdrawn, late, open) = try left[0].decode((Int, Int, Int, Int).self)
            #expect(count == Self.trials && withdrawn == count)
            // By the database's own clock: whoever was reading had finished before the consent was withdrawn.
            #expect(late == 0 && open == 0, "\(late) read too late, \(open) appointments open")
            return outcomes
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
        var reads = 0
        /// How many disclosed that began after the withdrawal's answer.
        var late = 0
        var cameFirst = false
        var cameTooLate = false
    }

    func readAgainstWithdrawal() async throws -> Rivals {
        async let reading = readUntilGone()
        let withdrawal = try await withdraw(after: .microseconds(number % 20 * 500))
        var reads = try await reading
        reads.append(try await read())
        var rivals = Rivals(reads: reads.count)
        for read in reads {
            if read.start >= withdrawal.end {
                if read.discloses { rivals.late += 1 }
            } else if read.end > withdrawal.start {
                if read.discloses { rivals.cameFirst = true } else { rivals.cameTooLate = true }
            }
        }
        return rivals
    }

    /// What came first.
    struct Steps: Sendable {
        var accepted = false
        var scheduled = false
        /// How many were sent after the withdrawal's answer.
        var late = 0
    }

    func acceptAgainstWithdrawal() async throws -> Steps {
        async let accepting = acceptAndSchedule(after: .microseconds(number % 20 * 500))
        let withdrawal = try await withdraw(after: .microseconds(number * 7 % 40 * 500))
        let read = try await read()
        #expect(read.start >= withdrawal.end && !read.discloses)
        let steps = try await accepting
        return Steps(
            accepted: steps[0].isTaken, scheduled: steps.count > 1 && steps[1].isTaken,
            late: steps.count { $0.isTaken && $0.start >= withdrawal.end })
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

    struct Step: Sendable {
        let start: ContinuousClock.Instant
        let isTaken: Bool
    }

    /// Accepts and, where that was taken, schedules.
    private func acceptAndSchedule(after delay: Duration) async throws -> [Step] {
        try await Task.sleep(for: delay)
        var steps: [Step] = []
        for command in [ReferralCommand.accept, .schedule] where steps.allSatisfy(\.isTaken) {
            let start = ContinuousClock.now
            let answer = try await broker.command(command, made.id, token: recipient)
            #expect(answer.status == 200 || answer.status == 404, "\(answer.text)")
            steps.append(Step(start: start, isTaken: answer.status == 200))
        }
        return steps
    }
}

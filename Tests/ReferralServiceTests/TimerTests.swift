import Charters
import Foundation
import Logging
import Postgres
import Schema
import Support
import Testing
import Tokens
import Web

@testable import ReferralService

@Suite("What happens when nobody does anything")
struct TimerTests {
    private static let scopes: [Scope] = [.referralCoordinate]
    private static let here = "territoire-spro:52-02"

    /// Lets so much time pass for a referral, or all.
    private static func age(_ broker: ReferralFixture, by interval: String, _ id: String? = nil) async throws {
        let id = id.flatMap { UUID(text: $0) }
        try await broker.sql(
            """
            update referrals set submitted_at = submitted_at - \(interval)::interval,
                changed_at = changed_at - \(interval)::interval
            where \(id)::uuid is null or id = \(id)
            """)
        try await broker.sql(
            "update referral_notices set since = since - \(interval)::interval where kind <> 'hold-over'")
        try await broker.sql(
            "update referral_timers set due_at = now() where \(id)::uuid is null or referral_id = \(id)")
    }

    private static func alerts(_ broker: ReferralFixture, _ territory: String = here) async throws -> [JSONValue] {
        let token = try await TestIssuer.shared.token(scopes: scopes, territories: [territory])
        let answer = try await broker.get("/v1/alerts", token: token)
        try #require(answer.status == 200, "\(answer.text)")
        for secret in ReferralFixture.secrets { #expect(!answer.text.contains(secret)) }
        return try answer.json["items"]?.array ?? []
    }

    private static func notices(_ broker: ReferralFixture) async throws -> [String] {
        try await broker.sql("select kind || ' ' || delay / 3600 from referral_notices order by raised_at, delay")
            .decode(String.self)
    }

    @Test("every delay comes once, in its time, and ends with the expiry")
    func unanswered() async throws {
        try await withReferrals { broker in
            let worker = try broker.worker()
            let made = try await broker.submitted()
            let steps: [(String, [String])] = [
                ("23 hours 59 minutes", []), ("1 minute", ["urgent-untouched 24"]), ("2 days", ["reminder 72"]),
                ("7 days", ["reminder 240"]), ("5 days", ["sender-warning 360"]), ("14 days", []),
            ]
            var told: [String] = []
            for (interval, expected) in steps {
                try await Self.age(broker, by: interval)
                for _ in 0..<2 { try await worker.sweep() }
                told += expected
                // The service's own worker may have it in hand.
                try await eventually { try await Self.notices(broker).sorted() == told.sorted() }
            }
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            #expect(try await broker.get("/v1/referrals/\(made.id)", token: sender).json["state"] == "submitted")
            try await Self.age(broker, by: "2 days")
            try await worker.sweep()
            try await eventually {
                try await broker.get("/v1/referrals/\(made.id)", token: sender).json["state"] == "expired"
            }
            #expect(try await broker.sql("select count(*) from referral_timers")[0].decode(Int.self) == 0)
            let told2 = try await broker.sql(
                "select plain ->> 'actor_role' from event_outbox where type = 'fr.spro.referral.expired.v1'")
            #expect(try told2.decode(String.self) == ["timer"])
            // Each is told to whom it is for.
            #expect(try await Self.alerts(broker).compactMap { $0["kind"]?.string } == ["urgent-untouched"])
            #expect(try await Self.alerts(broker, "territoire-spro:52-03").isEmpty)
            let items = try await broker.get("/v1/referrals/\(made.id)/timeline", token: sender).json["items"]?.array
            let kinds = (items ?? []).compactMap { $0["what"]?.string }.filter(Vocabulary.noticeKind.codes.contains)
            #expect(kinds == ["sender-warning"])
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let seen = try await broker.get("/v1/referrals/\(made.id)/timeline", token: recipient).json["items"]?.array
            #expect(
                (seen ?? []).compactMap { $0["what"]?.string }.filter(Vocabulary.noticeKind.codes.contains)
                    == ["reminder", "reminder"])
        }
    }

    @Test("the timer does in every state what the table says, and nothing in the others")
    func everyState() async throws {
        try await withReferrals { broker in
            let worker = try broker.worker()
            let made = try await broker.submitted()
            for state in ReferralState.allCases {
                try await broker.put(made.id, into: state, after: .underReview)
                try await broker.sql("delete from referral_notices")
                try await broker.sql(
                    """
                    update referrals set resume_by = '2026-01-01', changed_at = now(),
                        submitted_at = case when submitted_at is not null then now() end
                    """)
                try await Self.age(broker, by: "20 days")
                try await worker.sweep()
                let tells = StateTable.commands(in: state, for: [.timer]).contains { $0 != .expire }
                try await eventually { try await Self.notices(broker).isEmpty != tells }
                try await Self.age(broker, by: "100 days")
                try await worker.sweep()
                let expected = StateTable.transition(from: state, .expire, by: .timer)?.to ?? state
                try await eventually {
                    try await broker.sql("select state from referrals")[0].decode(ReferralState.self) == expected
                }
            }
        }
    }

    @Test("accepted without contact, and a hold past its day, are told to the coordinator")
    func accepted() async throws {
        try await withReferrals { broker in
            let worker = try broker.worker()
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let made = try await broker.submitted(upTo: [.startReview, .accept])
            try await Self.age(broker, by: "15 days")
            try await worker.sweep()
            try await eventually { try await Self.alerts(broker).compactMap { $0["kind"]?.string } == ["uncontacted"] }
            #expect(try await broker.command(.hold, made.id, token: recipient).status == 200)
            try await broker.sql("update referrals set resume_by = '2026-01-01'")
            try await Self.age(broker, by: "1 minute")
            try await worker.sweep()
            try await eventually { try await Self.alerts(broker).first?["kind"] == "hold-over" }
            // Who begins the delay again is told again.
            #expect(try await broker.command(.resume, made.id, token: recipient).status == 200)
            try await Self.age(broker, by: "15 days")
            try await worker.sweep()
            try await eventually { try await Self.alerts(broker).count == 3 }
            // A coordinator says that it was a mistake, and sees nothing of it.
            let token = try await TestIssuer.shared.token(scopes: Self.scopes, territories: [Self.here])
            try expectProblem(try await broker.get("/v1/referrals/\(made.id)", token: token), 403, "insufficient-scope")
            #expect(try await broker.command(.markEnteredInError, made.id, token: token).status == 200)
            try expectProblem(try await broker.get("/v1/referrals/\(made.id)", token: recipient), 404, "not-found")
        }
    }

    @Test("a draft that nobody moves on expires, and is no refusal")
    func draft() async throws {
        try await withReferrals { broker in
            let worker = try broker.worker()
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            var request = ReferralRequest()
            request.consent = nil
            let body = String(request.json.dropLast()) + #","draft":true}"#
            let made = try ReferralFixture.Made(try await broker.post("/v1/referrals", body, token: sender))
            let path = "/v1/referrals/\(made.id)"
            try await Self.age(broker, by: "29 days 23 hours")
            try await worker.sweep()
            #expect(try await broker.get(path, token: sender).json["state"] == "draft")
            // Whoever moves it on has the time of the next state.
            let options =
                #"{"chosen_structure_id":"\#(ReferralFixture.recipient.text)","options":[{"structure_id":"\#(ReferralFixture.recipient.text)","reasons":["near"]}]}"#
            let other = try ReferralFixture.Made(
                try await broker.post(
                    "/v1/referrals",
                    body.replacing("Colibri", with: "Merle").replacing("\(ReferralFixture.canary)", with: "Autre"),
                    token: sender))
            #expect(try await broker.command(.requestConsent, other.id, options, token: sender).status == 200)
            try await Self.age(broker, by: "1 hour")
            try await worker.sweep()
            try await eventually { try await broker.get(path, token: sender).json["state"] == "expired" }
            #expect(
                try await broker.get("/v1/referrals/\(other.id)", token: sender).json["state"] == "awaiting_consent")
            let row = try await broker.sql(
                "select reason_code, submitted_at is null from referrals where state = 'expired'")[0]
            #expect(try row.decode((String?, Bool).self) == (nil, true))
            #expect(try await Self.notices(broker).isEmpty)
            let steps = try await broker.sql(
                "select from_state from referral_transitions where to_state = 'expired' and actor = 'timer'")
            #expect(try steps.decode(String.self) == ["draft"])
        }
    }

    @Test("a proposed redirect that nobody answers is told of, and lapses", arguments: [false, true])
    func redirect(_ isUnderWay: Bool) async throws {
        try await withReferrals { broker in
            let worker = try broker.worker()
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            let way: [ReferralCommand] = isUnderWay ? [.startReview, .accept, .start] : [.startReview]
            let made = try await broker.submitted(upTo: way + [.proposeRedirect])
            let path = "/v1/referrals/\(made.id)"
            try await Self.age(broker, by: "14 days 23 hours")
            try await worker.sweep()
            #expect(try await Self.notices(broker).isEmpty)
            try await Self.age(broker, by: "1 hour")
            for _ in 0..<2 { try await worker.sweep() }
            try await eventually {
                try await Self.notices(broker).sorted() == ["redirect-unanswered 360", "sender-warning 360"]
            }
            #expect(try await Self.alerts(broker).compactMap { $0["kind"]?.string } == ["redirect-unanswered"])
            #expect(try await Self.alerts(broker, "territoire-spro:52-03").isEmpty)
            let told = try await broker.get(path + "/timeline", token: sender).text
            #expect(told.contains("sender-warning") && !told.contains("redirect-unanswered"))
            try await Self.age(broker, by: "15 days")
            try await worker.sweep()
            let before = isUnderWay ? "in_progress" : "under_review"
            try await eventually {
                try await broker.get(path, token: recipient).json["state"]?.string == before
            }
            let steps = try await broker.sql(
                """
                select plain ->> 'from', plain ->> 'to' from event_outbox where plain ->> 'actor_role' = 'timer'
                """)
            #expect(
                try steps.map { try $0.decode((String, String).self) }.map { [$0, $1] } == [
                    ["redirect_proposed", before]
                ])
            // The recipient has its time again, and what it could see.
            try await Self.age(broker, by: "2 days")
            try await worker.sweep()
            #expect(try await broker.get(path, token: recipient).json["state"]?.string == before)
            #expect(try await broker.get(path, token: recipient).json["tier"]?.string == (isUnderWay ? "L2" : "L1"))
            #expect(try await broker.command(.proposeRedirect, made.id, token: recipient).status == 200)
            #expect(try await broker.command(.refuseRedirect, made.id, token: sender).status == 200)
            guard !isUnderWay else { return }
            try await Self.age(broker, by: "31 days")
            try await worker.sweep()
            try await eventually { try await broker.get(path, token: sender).json["state"] == "expired" }
        }
    }

    @Test("an answer and a lapse at once leave one of both")
    func lapseRace() async throws {
        try await withReferrals { broker in
            let worker = try broker.worker()
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            for trial in 0..<20 {
                let made = try await broker.submitted(upTo: [.startReview, .proposeRedirect])
                try await Self.age(broker, by: "31 days", made.id)
                let answer = Task { try await broker.command(.refuseRedirect, made.id, token: sender) }
                try await Task.sleep(for: .microseconds(trial * 300))
                try await worker.sweep()
                let status = try await answer.value.status
                #expect([200, 409].contains(status))
                let id = try #require(UUID(text: made.id))
                let rows = try await broker.sql(
                    "select actor from referral_transitions where referral_id = \(id) and from_state = 'redirect_proposed'"
                )
                #expect(try rows.decode(String.self) == [status == 200 ? "sender" : "timer"])
                #expect(try await broker.command(.withdraw, made.id, token: sender).status == 200)
            }
        }
    }

    @Test("the worker moves referrals nowhere else")
    func leastRights() async throws {
        try await withReferrals { broker in
            let made = try await broker.submitted(upTo: [.startReview])
            let id = try #require(UUID(text: made.id))
            let pool = broker.database.pool(for: .worker)
            for state in ReferralState.allCases where state != .expired {
                await #expect(throws: DatabaseError.self, "\(state)") {
                    try await pool.withTransaction { transaction in
                        try await transaction.query(
                            "update referrals set state = \(state), previous_state = 'submitted' where id = \(id)")
                    }
                }
            }
        }
    }

    @Test("several workers do each thing once, and one that dies leaves it to the others")
    func replicas() async throws {
        try await withReferrals { broker in
            let count = 30
            for _ in 0..<count { _ = try await broker.submitted() }
            // One begins, and dies before it commits.
            struct Death: Error {}
            let repository = TimerRepository()
            try await Self.age(broker, by: "31 days")
            await #expect(throws: Death.self) {
                try await broker.database.pool(for: .worker).withTransaction { transaction in
                    guard case (_, .due(let due)) = try await repository.next(passingOver: [], in: transaction) else {
                        throw Death()
                    }
                    try await repository.expire(due, in: transaction)
                    throw Death()
                }
            }
            let workers = try (0..<4).map { _ in try broker.worker() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in workers { group.addTask { _ = try await worker.sweep() } }
                try await group.waitForAll()
            }
            try await eventually {
                try await broker.sql("select count(*) from referrals where state = 'expired'")[0].decode(Int.self)
                    == count
            }
            let told = try await broker.sql(
                """
                select (select count(*) from event_outbox where type = 'fr.spro.referral.expired.v1'),
                    (select count(*) from referral_transitions where actor = 'timer'),
                    (select count(*) from referral_timers)
                """)[0].decode((Int, Int, Int).self)
            #expect(told == (count, count, 0))
        }
    }

    @Test("an acceptance and an expiry at once leave one of both")
    func race() async throws {
        try await withReferrals { broker in
            let worker = try broker.worker()
            let recipient = try await ReferralFixture.token(ReferralFixture.recipient)
            var accepted = 0
            for trial in 0..<40 {
                let made = try await broker.submitted(upTo: [.startReview])
                try await Self.age(broker, by: "31 days", made.id)
                let acceptance = Task { try await broker.command(.accept, made.id, token: recipient) }
                try await Task.sleep(for: .microseconds(trial * 200))
                try await worker.sweep()
                let answer = try await acceptance.value
                let id = try #require(UUID(text: made.id))
                if answer.status == 200 {
                    accepted += 1
                    #expect(
                        try await broker.sql("select state from referrals where id = \(id)")[0]
                            .decode(ReferralState.self) == .accepted)
                } else {
                    try expectProblem(answer, 409, "conflict")
                    #expect(try answer.json["current_state"] == "expired", "\(answer.text)")
                }
                let steps = try await broker.sql(
                    "select count(*) from referral_transitions where referral_id = \(id)")[0].decode(Int.self)
                #expect(steps == 4)
            }
            #expect(accepted > 0, "else it would be no race")
        }
    }

    private static func abandoned(_ broker: ReferralFixture) throws -> AbandonedDemands {
        AbandonedDemands(
            worker: broker.database.pool(for: .worker),
            timers: CharterTimers(try CharterSet.load(from: Repository.path("charters"))), logger: Logger(label: "test")
        )
    }

    @Test("however many are abandoned, all are closed, each once, beside whoever holds one")
    func manyAbandoned() async throws {
        try await withReferrals { broker in
            let made = try await broker.submitted()
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            #expect(try await broker.command(.cancel, made.id, token: sender).status == 200)
            let person = try #require(UUID(text: made.person))
            try await broker.sql(
                """
                insert into demands (id, structure_id, person_id, theme, opened_at)
                select gen_random_uuid(), structure_id, id, 'emploi', now() - make_interval(days => 400 + number)
                from persons, generate_series(1, 130) as number where id = \(person)
                """)
            let (sweeps, held) = (
                [try Self.abandoned(broker), try Self.abandoned(broker)],
                try await broker.sql("select id from demands order by opened_at limit 1")[0].decode(UUID.self)
            )
            let closed = try await Connection.with(broker.database.superuserConfiguration) { connection in
                try await connection.withTransaction { transaction in
                    try await transaction.query("select from demands where id = \(held) for update")
                    async let one = sweeps[0].sweep()
                    async let two = sweeps[1].sweep()
                    let counts = [try await one, try await two]
                    return counts[0] + counts[1]
                }
            }
            #expect(closed == 129)
            #expect(try await sweeps[0].sweep() == 1)
            #expect(try await sweeps[1].sweep() == 0)
            let told = try await broker.sql("select from event_outbox where type = 'fr.spro.demand.closed.v1'")
            #expect(told.count == 130)
            #expect(try await broker.sql("select from demands where state = 'open'").count == 1)
        }
    }

    @Test("a demand that nobody came back to is closed as abandoned, once")
    func abandoned() async throws {
        try await withReferrals { broker in
            let demands = try Self.abandoned(broker)
            let made = try await broker.submitted()
            try await broker.sql(
                "update demands set opened_at = now() - interval '181 days'")
            try await broker.sql("update receptions set created_at = now() - interval '179 days'")
            try await Self.age(broker, by: "181 days")
            func isOpen() async throws -> Bool {
                try await broker.sql("select state from demands")[0].decode(String.self) == "open"
            }
            // A referral of it is under way.
            try await broker.sql("delete from referral_timers")
            try await broker.sql("update receptions set created_at = now() - interval '181 days'")
            _ = try await demands.sweep()
            #expect(try await isOpen())
            let sender = try await ReferralFixture.token(ReferralFixture.sender)
            #expect(try await broker.command(.cancel, made.id, token: sender).status == 200)
            _ = try await demands.sweep()
            #expect(try await isOpen(), "it took a step today")
            try await Self.age(broker, by: "181 days")
            try await broker.sql("update receptions set created_at = now() - interval '179 days'")
            _ = try await demands.sweep()
            #expect(try await isOpen(), "the person was received since")
            try await broker.sql("update receptions set created_at = now() - interval '181 days'")
            for _ in 0..<2 { _ = try await demands.sweep() }
            let row = try await broker.sql("select outcome, sequence from demands")[0].decode((String?, Int).self)
            #expect(row == ("abandonnee", 2))
            let told = try await broker.sql(
                "select plain ->> 'outcome' from event_outbox where type = 'fr.spro.demand.closed.v1'")
            #expect(try told.decode(String.self) == ["abandonnee"])
        }
    }

    @Test("the plan is of the charter's delays, whatever was told before")
    func plan() {
        let timers = Timers.productDefaults
        let start = Date(timeIntervalSince1970: 1_800_000_000)
        func plan(
            _ state: ReferralState, urgency: String = "normale", days: Double, told: Set<TimerPlan.Notice> = []
        ) -> TimerPlan {
            let standing = TimerPlan.Standing(
                state: state, urgency: urgency, submittedAt: start, changedAt: start, resumeBy: nil)
            return TimerPlan(of: standing, after: told, by: timers, at: start.addingTimeInterval(days * 86_400))
        }
        #expect(plan(.submitted, days: 2).due.isEmpty)
        #expect(plan(.submitted, days: 2).next == start.addingTimeInterval(3 * 86_400))
        let first = TimerPlan.Notice(kind: "reminder", delay: 3 * 86_400, since: start)
        #expect(plan(.submitted, days: 3).due == [.tell(first)])
        #expect(plan(.underReview, days: 4, told: [first]).due.isEmpty)
        #expect(plan(.submitted, days: 20).due.count == 3, "whoever was away catches up")
        #expect(plan(.submitted, urgency: "immediate", days: 1).due.count == 1)
        #expect(plan(.underReview, urgency: "immediate", days: 1).due.isEmpty)
        #expect(plan(.submitted, days: 30).due == [.expire] && plan(.submitted, days: 30).next == nil)
        #expect(plan(.awaitingConsent, days: 14).due == [.expire])
        #expect(plan(.accepted, days: 60).due == [.expire])
        #expect(plan(.draft, days: 29).due.isEmpty && plan(.draft, days: 30).due == [.expire])
        #expect(plan(.redirectProposed, days: 15).due.count == 2)
        #expect(plan(.redirectProposed, days: 15).next == start.addingTimeInterval(30 * 86_400))
        #expect(plan(.redirectProposed, days: 30).due == [.expire])
        // Who comes back from a proposal begins anew, from then on.
        let back = TimerPlan.Standing(
            state: .underReview, previous: .redirectProposed, urgency: "haute", submittedAt: start,
            changedAt: start.addingTimeInterval(40 * 86_400))
        let later = TimerPlan(of: back, after: [], by: timers, at: start.addingTimeInterval(41 * 86_400))
        #expect(later.due.isEmpty && later.next == start.addingTimeInterval(43 * 86_400))
        for state in [ReferralState.inProgress, .scheduled, .completed] {
            #expect(plan(state, days: 1000).due.isEmpty && plan(state, days: 1000).next == nil)
        }
    }
}

import Foundation
import Postgres
import Schema

/// What the worker reads and writes of referrals whose time has come, in transactions of its own role.
struct TimerRepository: Sendable {
    private let referrals = ReferralRepository()

    /// A referral whose row the transaction holds, with what its delays depend on.
    struct Due: Sendable {
        let id: UUID
        let standing: TimerPlan.Standing
        /// Whose charter holds: the recipient's, or the sender's where the recipient's is not known.
        let region: String?
        let told: Set<TimerPlan.Notice>
        /// By the database's clock.
        let now: Date
    }

    enum Found: Sendable {
        case due(Due)
        /// One that is due is being moved by somebody else.
        case busy
        case none
    }

    /// The referral that is due for longest, unless other replicas have it.
    /// - Parameter passedOver: those that did not work out in this sweep.
    func next(passingOver passedOver: [UUID], in transaction: Transaction) async throws -> (UUID?, Found) {
        let timers = try await transaction.query(
            """
            select referral_id from referral_timers
            where due_at <= now() and referral_id <> all (\(passedOver))
            order by due_at limit 1 for update skip locked
            """)
        guard let id = try timers.first?.decode(UUID.self) else { return (nil, .none) }
        // Never waits: whoever moves a referral waits for its timer.
        let rows = try await transaction.query(
            """
            select state, previous_state, urgency, submitted_at, changed_at, resume_by, now() as present,
                coalesce((select region from known_structures where id = recipient_id),
                    (select region from known_structures where id = sender_id)) as region
            from referrals where id = \(id) for no key update skip locked
            """)
        guard let row = rows.first else { return (id, .busy) }
        let told = try await transaction.query(
            "select kind, delay, since from referral_notices where referral_id = \(id)")
        let notices = try told.map { row -> TimerPlan.Notice in
            let (kind, delay, since) = try row.decode((String, Int, Date).self)
            return TimerPlan.Notice(kind: kind, delay: delay, since: since)
        }
        let standing = TimerPlan.Standing(
            state: try row["state"], previous: try row["previous_state"], urgency: try row["urgency"],
            submittedAt: try row["submitted_at"], changedAt: try row["changed_at"],
            resumeBy: try row["resume_by", as: String?.self].flatMap { CalendarDate(text: $0) })
        let due = Due(
            id: id, standing: standing, region: try row["region"], told: Set(notices), now: try row["present"])
        return (id, .due(due))
    }

    /// Lets it expire, or what was proposed in it, as the table has it. That winds its timer up again, or ends it.
    /// - Returns: false where the table has nothing of the kind.
    @discardableResult
    func expire(_ due: Due, in transaction: Transaction) async throws -> Bool {
        let circumstances = StateTable.Circumstances(previous: due.standing.previous)
        guard
            let transition = StateTable.transition(
                from: due.standing.state, .expire, by: .timer, in: circumstances)
        else { return false }
        return try await referrals.apply(
            transition, to: due.id, by: .timer, of: nil, client: "timer", in: transaction) != nil
    }

    func tell(_ notice: TimerPlan.Notice, of due: Due, in transaction: Transaction) async throws {
        try await transaction.query(
            """
            insert into referral_notices (id, referral_id, kind, delay, since, sender_id, recipient_id, territories,
                theme, urgency)
            select \(UUID.v7()), referrals.id, \(notice.kind), \(notice.delay), \(notice.since), sender_id, recipient_id,
                coalesce((select territories from known_structures where known_structures.id = recipient_id), '{}'),
                theme, urgency
            from referrals where referrals.id = \(due.id)
            """)
    }

    /// - Parameter next: nil: not again.
    func windUp(_ referral: UUID, next: Date?, in transaction: Transaction) async throws {
        guard let next else {
            try await transaction.query("delete from referral_timers where referral_id = \(referral)")
            return
        }
        try await transaction.query("update referral_timers set due_at = \(next) where referral_id = \(referral)")
    }

    /// Looks at it again later: something is wrong with it, and the others shall not wait.
    func putOff(_ referral: UUID, in transaction: Transaction) async throws {
        try await transaction.query(
            """
            update referral_timers set due_at = now() + interval '5 minutes'
            where referral_id = \(referral) and due_at <= now()
            """)
    }
}

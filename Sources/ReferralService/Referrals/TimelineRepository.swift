import Foundation
import Postgres
import Schema

/// Something that happened to a referral.
struct TimelineEntry: Sendable {
    let at: Date
    /// A code of `referral_command` for a step, of `notice_kind` for what a delay told, `message` for a message; nil where
    /// the referral begins.
    let what: String?
    let from: ReferralState?
    /// nil where it stayed in its state.
    let to: ReferralState?
    let actor: ReferralActor
    let reason: String?
    /// Where the sender answered for the person.
    var word: WitnessedWord?
}

/// What happened to a referral, as far as row-level security lets its reader know.
struct TimelineRepository: Sendable {
    /// In the order in which it happened.
    func list(of referral: UUID, in transaction: Transaction) async throws -> [TimelineEntry] {
        let rows = try await transaction.query(
            """
            select at, command as what, from_state, to_state, actor, reason_code, agent, witness,
                sequence as position
            from referral_transitions where referral_id = \(referral)
            union all
            select raised_at, kind, null, null, 'timer', null, null, null, 0 from referral_notices where referral_id = \(referral)
            union all
            select created_at, 'message', null, null, author, null, null, null, 0 from messages where referral_id = \(referral)
            order by at, position
            """)
        return try rows.map { row in
            let (agent, witness): (String?, String?) = (try row["agent"], try row["witness"])
            return TimelineEntry(
                at: try row["at"], what: try row["what"], from: try row["from_state"], to: try row["to_state"],
                actor: try row["actor"], reason: try row["reason_code"],
                word: agent.flatMap { agent in witness.map { WitnessedWord(agent: agent, witness: $0) } })
        }
    }
}

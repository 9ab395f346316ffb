import Foundation
import Postgres
import Schema

/// What is to be told to which webhooks, found from the events by the service itself: as the role `worker`.
struct TellingRepository: Sendable {
    let pool: Pool

    /// Writes down what the next events mean to which webhooks. Exactly once: the position moves in the same transaction,
    /// and one replica at a time moves it.
    /// - Returns: how many events it has passed; nil where another replica is at it.
    func tellNext(_ limit: Int = 500) async throws -> Int? {
        try await pool.withTransaction { transaction in
            let turn = try await transaction.query("select pg_try_advisory_xact_lock(\(Self.lock))")
            guard try turn[0].decode(Bool.self) else { return nil }
            let passed = try await transaction.query(Self.nextEvents(limit))
            guard let last = passed.last else { return 0 }
            let subjects = try passed.compactMap { row in
                try UUID(text: String(row["subject", as: String.self].dropFirst("referrals/".count)))
            }
            try await tell(of: Array(Set(subjects)), through: last, in: transaction)
            let xid = try last["transaction", as: String.self]
            try await transaction.query(
                """
                update webhook_position set epoch = \(try last["epoch", as: Int.self]), xid = \(xid)::text::xid8,
                    id = \(try last["id", as: Int.self])
                """)
            return passed.count
        }
    }

    /// Of each of these referrals the steps that lie between the position and the last event, to either party's webhooks.
    /// A sender is told of those that it may know of, a recipient of all from the submission on; nobody by a webhook of
    /// a structure that is gone from the directory.
    private func tell(of referrals: [UUID], through last: Row, in transaction: Transaction) async throws {
        guard !referrals.isEmpty else { return }
        let (epoch, xid, id) = (
            try last["epoch", as: Int.self], try last["transaction", as: String.self], try last["id", as: Int.self]
        )
        let told = try await transaction.query(
            """
            select webhooks.id as webhook_id, webhooks.client_id, referrals.id as referral_id, event.sequence,
                party.step, party.structure_id, party.role, event.time
            from webhook_position as position
            join event_outbox as event on (event.epoch, event.xid, event.id) > (position.epoch, position.xid, position.id)
                and (event.epoch, event.xid, event.id) <= (\(epoch), \(xid)::text::xid8, \(id))
                and event.subject = any (\(referrals.map { "referrals/\($0.text)" }))
            join referrals on referrals.id = substr(event.subject, 11)::uuid
            join referral_transitions as taken on (taken.referral_id, taken.sequence) = (referrals.id, event.sequence)
            cross join lateral (values (sender_id, 'sender', taken.sender_step), (recipient_id, 'recipient', taken.step))
                as party (structure_id, role, step)
            join webhooks on webhooks.structures @> array[party.structure_id] and webhooks.state = 'enabled'
                and webhooks.created_at <= event.time
            where party.step is not null and (role = 'sender' or event.sequence >= (select min(sequence) from referral_transitions
                    where referral_id = referrals.id and to_state = 'submitted'))
                and not exists (select from known_structures where id = party.structure_id and is_gone)
            order by event.epoch, event.xid, event.id, webhooks.id
            """)
        guard !told.isEmpty else { return }
        try await transaction.query(
            """
            insert into webhook_deliveries (id, webhook_id, client_id, type, referral_id, sequence, step,
                structure_id, role, happened_at)
            select id, webhook_id, client_id, \(WebhookDelivery.change), referral_id, sequence, step, structure_id,
                role, time
            from unnest(\(told.map { _ in UUID.v7() }), \(try told.map { try $0["webhook_id", as: UUID.self] }),
                \(try told.map { try $0["client_id", as: String.self] }),
                \(try told.map { try $0["referral_id", as: UUID.self] }),
                \(try told.map { try $0["sequence", as: Int.self] }),
                \(try told.map { try $0["step", as: Int.self] }),
                \(try told.map { try $0["structure_id", as: UUID.self] }),
                \(try told.map { try $0["role", as: String.self] }), \(try told.map { try $0["time", as: Date.self] }))
                as told (id, webhook_id, client_id, referral_id, sequence, step, structure_id, role, time)
            on conflict on constraint told_once do nothing
            """)
    }

    private static func nextEvents(_ limit: Int) -> Query {
        """
        select event.epoch, event.xid::text as transaction, event.id, event.subject
        from webhook_position as position, event_outbox as event
        where (event.epoch, event.xid, event.id) > (position.epoch, position.xid, position.id)
            and (event.epoch, event.xid) < ((select max(epoch) from event_epochs), pg_snapshot_xmin(pg_current_snapshot()))
        order by event.epoch, event.xid, event.id limit \(limit)
        """
    }

    /// «sprowebh» in ASCII.
    private static let lock: Int64 = 0x7370_726F_7765_6268
}

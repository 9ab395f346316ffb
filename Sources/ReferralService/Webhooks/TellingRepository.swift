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
            let subjects = try passed.map { (try $0["subject", as: String.self], try $0["sequence", as: Int.self]) }
            let referrals = subjects.map(\.0).filter { $0.hasPrefix("referrals/") }
            // The first event of an erasure asks; those that follow are answers.
            let erasures = subjects.compactMap { subject, sequence in
                sequence == 1 && subject.hasPrefix("erasures/")
                    ? UUID(text: String(subject.dropFirst("erasures/".count))) : nil
            }
            try await tell(of: Array(Set(referrals)), through: last, in: transaction)
            try await tell(of: erasures, in: transaction)
            let xid = try last["transaction", as: String.self]
            try await transaction.query(
                """
                update webhook_position set epoch = \(try last["epoch", as: Int.self]), xid = \(xid)::text::xid8,
                    id = \(try last["id", as: Int.self])
                """)
            return passed.count
        }
    }

    /// Of each of these referrals (`referrals/…`) the steps that lie between the position and the last event, to either
    /// party's webhooks. A sender is told of those that it may know of, a recipient of all from the submission on.
    private func tell(of referrals: [String], through last: Row, in transaction: Transaction) async throws {
        guard !referrals.isEmpty else { return }
        let (epoch, xid, id) = (
            try last["epoch", as: Int.self], try last["transaction", as: String.self], try last["id", as: Int.self]
        )
        let told = try await transaction.query(
            """
            select webhooks.id as webhook_id, webhooks.client_id, webhooks.state = 'enabled' as is_heard,
                referrals.id as referral_id, event.sequence, party.step, party.structure_id, party.role, event.time
            from webhook_position as position
            join event_outbox as event on (event.epoch, event.xid, event.id) > (position.epoch, position.xid, position.id)
                and (event.epoch, event.xid, event.id) <= (\(epoch), \(xid)::text::xid8, \(id))
                and event.subject = any (\(referrals))
            join referrals on referrals.id = substr(event.subject, 11)::uuid
            join referral_transitions as taken on (taken.referral_id, taken.sequence) = (referrals.id, event.sequence)
            cross join lateral (values (sender_id, 'sender', taken.sender_step), (recipient_id, 'recipient', taken.step))
                as party (structure_id, role, step)
            join webhooks on webhooks.structures @> array[party.structure_id] and webhooks.created_at <= event.time
            where party.step is not null
                and (role = 'sender' or event.sequence >= (select min(sequence) from referral_transitions
                    where referral_id = referrals.id and to_state = 'submitted'))
                and \(Self.isToBeTold("party"))
            order by event.epoch, event.xid, event.id, webhooks.id
            """)
        guard !told.isEmpty else { return }
        try await transaction.query(
            """
            insert into webhook_deliveries (id, webhook_id, client_id, type, referral_id, sequence, step,
                structure_id, role, happened_at, state)
            select id, webhook_id, client_id, \(WebhookDelivery.change), referral_id, sequence, step, structure_id,
                role, time, \(Self.state)
            from unnest(\(told.map { _ in UUID.v7() }), \(try told.map { try $0["webhook_id", as: UUID.self] }),
                \(try told.map { try $0["client_id", as: String.self] }),
                \(try told.map { try $0["is_heard", as: Bool.self] }),
                \(try told.map { try $0["referral_id", as: UUID.self] }),
                \(try told.map { try $0["sequence", as: Int.self] }),
                \(try told.map { try $0["step", as: Int.self] }),
                \(try told.map { try $0["structure_id", as: UUID.self] }),
                \(try told.map { try $0["role", as: String.self] }), \(try told.map { try $0["time", as: Date.self] }))
                as told (id, webhook_id, client_id, is_heard, referral_id, sequence, step, structure_id, role, time)
            on conflict on constraint told_once do nothing
            """)
    }

    /// Who is asked by these erasures to forget somebody, and has not answered yet.
    private func tell(of erasures: [UUID], in transaction: Transaction) async throws {
        guard !erasures.isEmpty else { return }
        let told = try await transaction.query(
            """
            select webhooks.id as webhook_id, webhooks.client_id, webhooks.state = 'enabled' as is_heard,
                erasure_tasks.asked_as as erasure_id, erasure_tasks.structure_id, erasures.requested_at as time
            from erasures join erasure_tasks on erasure_id = erasures.id
            join webhooks on webhooks.structures @> array[erasure_tasks.structure_id]
                and webhooks.created_at <= erasures.requested_at
            where erasures.id = any (\(erasures)) and answer is null and \(Self.isToBeTold("erasure_tasks"))
            order by erasures.id, erasure_tasks.structure_id, webhooks.id
            """)
        guard !told.isEmpty else { return }
        try await transaction.query(
            """
            insert into webhook_deliveries (id, webhook_id, client_id, type, erasure_id, structure_id, happened_at, state)
            select id, webhook_id, client_id, \(WebhookDelivery.erasure), erasure_id, structure_id, time, \(Self.state)
            from unnest(\(told.map { _ in UUID.v7() }), \(try told.map { try $0["webhook_id", as: UUID.self] }),
                \(try told.map { try $0["client_id", as: String.self] }),
                \(try told.map { try $0["is_heard", as: Bool.self] }),
                \(try told.map { try $0["erasure_id", as: UUID.self] }),
                \(try told.map { try $0["structure_id", as: UUID.self] }),
                \(try told.map { try $0["time", as: Date.self] }))
                as told (id, webhook_id, client_id, is_heard, erasure_id, structure_id, time)
            on conflict on constraint asked_once do nothing
            """)
    }

    /// Not where the client has disabled its webhook, and to no structure that is gone from the directory.
    private static func isToBeTold(_ party: Query) -> Query {
        """
        webhooks.reason is distinct from 'client'
            and not exists (select from known_structures where id = \(party).structure_id and is_gone)
        """
    }

    /// What a webhook that we have disabled does not hear has failed: once it is enabled, it can be replayed.
    private static let state: Query = "case when is_heard then 'pending' else 'failed' end"

    private static func nextEvents(_ limit: Int) -> Query {
        """
        select event.epoch, event.xid::text as transaction, event.id, event.subject, event.sequence
        from webhook_position as position, event_outbox as event
        where (event.epoch, event.xid, event.id) > (position.epoch, position.xid, position.id)
            and (event.epoch, event.xid) < ((select max(epoch) from event_epochs), pg_snapshot_xmin(pg_current_snapshot()))
        order by event.epoch, event.xid, event.id limit \(limit)
        """
    }

    /// «sprowebh» in ASCII.
    private static let lock: Int64 = 0x7370_726F_7765_6268
}

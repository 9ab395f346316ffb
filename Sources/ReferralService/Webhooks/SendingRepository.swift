import Foundation
import Postgres
import Schema

/// What is due to webhooks, taken and ended by whichever replica sends it: as the role `worker`.
struct SendingRepository: Sendable {
    let pool: Pool

    /// Something to send, with the webhook that it is for.
    struct Errand: Sendable {
        let delivery: WebhookDelivery
        let webhook: Webhook
    }

    /// How an attempt ended.
    enum Ending: Sendable {
        case delivered(status: Int)
        /// 410: the receiver wants no more.
        case gone
        /// - Parameter delay: seconds until the next attempt; nil: there is none.
        case failed(status: Int?, reason: String?, delay: Double?)
    }

    /// Takes what is due, at most `each` of one webhook, so that none keeps the others waiting. Who takes it has two
    /// minutes; then it is due again, whatever became of who took it.
    /// - Parameter busy: webhooks that have some under way.
    func take(_ limit: Int, each: Int, except busy: [UUID]) async throws -> [Errand] {
        try await pool.withTransaction { transaction in
            let taken = try await transaction.query(
                """
                update webhook_deliveries set attempts = attempts + 1, last_attempt_at = now(),
                    next_attempt_at = now() + interval '2 minutes'
                where id in (
                    select due.id from webhooks cross join lateral (
                        select id from webhook_deliveries
                        where webhook_id = webhooks.id and state = 'pending' and next_attempt_at <= now()
                        order by next_attempt_at limit \(each) for update skip locked) as due
                    where webhooks.state = 'enabled' and webhooks.id <> all (\(busy)) limit \(limit))
                returning *
                """)
            let ids = try taken.map { try $0["webhook_id", as: UUID.self] }
            guard !ids.isEmpty else { return [] }
            let webhooks = try await transaction.query("select * from webhooks where id = any (\(ids))")
                .map(Webhook.init)
            let byID = Dictionary(uniqueKeysWithValues: webhooks.map { ($0.id, $0) })
            return try zip(taken, ids).compactMap { row, id in
                try byID[id].map { Errand(delivery: try WebhookDelivery(row), webhook: $0) }
            }
        }
    }

    /// Notes how an attempt ended, unless the delivery has been taken again since, or is to be told again.
    func end(_ errand: Errand, _ ending: Ending) async throws {
        let this: Query = "id = \(errand.delivery.id) and attempts = \(errand.delivery.attempts)"
        var queries: [Query]
        switch ending {
        case .delivered(let status):
            queries = [
                """
                update webhook_deliveries set state = 'delivered', last_status = \(status), last_failure = null
                where \(this)
                """
            ]
        case .gone:
            queries = [
                "update webhook_deliveries set state = 'failed', last_status = 410, last_failure = null where \(this)",
                Self.disable(errand.webhook.id, "gone"),
            ]
        case .failed(let status, let reason, let delay):
            queries = [
                """
                update webhook_deliveries set last_status = \(status), last_failure = \(reason),
                    state = case when \(delay)::double precision is null then 'failed' else state end,
                    next_attempt_at = now() + make_interval(secs => coalesce(\(delay)::double precision, 0))
                where \(this)
                """
            ]
            if delay == nil, try await hasHeardNothing(errand.webhook.id, since: errand.delivery.id) {
                queries.append(Self.disable(errand.webhook.id, "failing"))
            }
        }
        try await pool.transact(queries)
    }

    /// Whether nothing that is newer was delivered.
    private func hasHeardNothing(_ webhook: UUID, since delivery: UUID) async throws -> Bool {
        try await pool.query(
            """
            select not exists (select from webhook_deliveries
                where webhook_id = \(webhook) and id > \(delivery) and state = 'delivered')
            """)[0].decode(Bool.self)
    }

    private static func disable(_ webhook: UUID, _ reason: String) -> Query {
        "update webhooks set state = 'disabled', reason = \(reason) where id = \(webhook) and state = 'enabled'"
    }

    /// Forgets what is past its time.
    func forget(atMost limit: Int = 1_000) async throws -> Int {
        try await pool.query(
            """
            delete from webhook_deliveries where id in (
                select id from webhook_deliveries
                where created_at < now() - make_interval(days => \(DeliveryRepository.kept)::integer)
                order by created_at limit \(limit) for update skip locked)
            """
        ).affected
    }
}

import Foundation
import Postgres
import Schema

/// What is told to webhooks, as their clients see it and ask for it again.
struct DeliveryRepository: Sendable {
    /// Days for which it is kept.
    static let kept = 30

    /// One page of what was told to a webhook, or is to be, the newest first.
    func list(
        of webhook: UUID, states: [WebhookDelivery.State], before: UUID?, limit: Int, in transaction: Transaction
    ) async throws -> [WebhookDelivery] {
        var conditions: [Query] = ["webhook_id = \(webhook)"]
        if !states.isEmpty { conditions.append("state = any (\(states))") }
        if let before { conditions.append("id < \(before)") }
        return try await transaction.query(
            """
            select * from webhook_deliveries where \(Query(conditions, separator: " and "))
            order by id desc limit \(limit)
            """
        ).map(WebhookDelivery.init)
    }

    /// Something to try a webhook with.
    func insertTest(_ id: UUID, for webhook: UUID, of client: String, in transaction: Transaction) async throws {
        try await transaction.query(
            """
            insert into webhook_deliveries (id, webhook_id, client_id, type, happened_at)
            values (\(id), \(webhook), \(client), \(WebhookDelivery.test), now())
            """)
    }

    /// Tells again what was told, or could not be: one delivery, or all that failed since.
    /// - Returns: how many.
    func replay(
        _ delivery: UUID?, failedSince since: Date?, of webhook: UUID, in transaction: Transaction
    ) async throws -> Int {
        let which: Query =
            if let delivery {
                "id = \(delivery)"
            } else {
                "state = 'failed' and created_at >= \(since ?? .distantPast)"
            }
        return try await transaction.query(
            """
            update webhook_deliveries set state = 'pending', attempts = 0, next_attempt_at = now()
            where webhook_id = \(webhook) and \(which)
            """
        ).affected
    }
}

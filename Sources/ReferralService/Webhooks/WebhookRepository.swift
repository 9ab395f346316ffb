import Foundation
import Postgres
import Schema

/// The webhooks of partners; row-level security shows a client its own.
struct WebhookRepository: Sendable {
    /// As many as one client may have.
    static let most = 20
    /// Hours for which the secret of before goes on beside a new one.
    static let overlap = 24.0

    /// - Throws: ``Refusal`` `conflict` where the client has as many as it may.
    func insert(_ draft: WebhookDraft, id: UUID, of client: String, in transaction: Transaction) async throws {
        try await transaction.query("select pg_advisory_xact_lock(hashtextextended(\(client), 17))")
        let count = try await transaction.query("select count(*) from webhooks")[0].decode(Int.self)
        guard count < Self.most else {
            throw Refusal(
                .conflict, fr: "Un client a \(Self.most) webhooks au plus.",
                en: "A client has at most \(Self.most) webhooks.")
        }
        try await transaction.query(
            """
            insert into webhooks (id, client_id, structures, url, description)
            values (\(id), \(client), \(draft.structures), \(draft.url), \(draft.description))
            """)
    }

    func list(in transaction: Transaction) async throws -> [Webhook] {
        try await transaction.query("select * from webhooks order by id").map(Webhook.init)
    }

    func find(_ id: UUID, in transaction: Transaction) async throws -> Webhook? {
        try await transaction.query("select * from webhooks where id = \(id)").first.map(Webhook.init)
    }

    /// - Returns: nil where there is none.
    func enable(_ id: UUID, in transaction: Transaction) async throws -> Webhook? {
        try await transaction.query(
            "update webhooks set state = 'enabled', reason = null where id = \(id) returning *"
        ).first.map(Webhook.init)
    }

    func disable(_ id: UUID, in transaction: Transaction) async throws -> Webhook? {
        try await transaction.query(
            """
            update webhooks set state = 'disabled', reason = coalesce(reason, 'client') where id = \(id) returning *
            """
        ).first.map(Webhook.init)
    }

    /// Another secret; both sign for a day.
    func rotate(_ id: UUID, in transaction: Transaction) async throws -> Webhook? {
        try await transaction.query(
            """
            update webhooks set generation = generation + 1,
                previous_until = now() + make_interval(secs => \(Self.overlap * 3600))
            where id = \(id) returning *
            """
        ).first.map(Webhook.init)
    }

    /// With all that was told to it, or is still to be.
    func delete(_ id: UUID, in transaction: Transaction) async throws -> Bool {
        try await transaction.query("delete from webhooks where id = \(id)").affected > 0
    }
}

/// A webhook as it is stored.
struct Webhook: Sendable {
    let id: UUID
    let structures: [UUID]
    let url: String
    let description: String?
    let isEnabled: Bool
    let reason: String?
    let generation: Int
    let previousUntil: Date?
    let createdAt: Date

    init(_ row: Row) throws {
        id = try row["id"]
        structures = try row["structures"]
        url = try row["url"]
        description = try row["description"]
        isEnabled = try row["state", as: String.self] == "enabled"
        reason = try row["reason"]
        generation = try row["generation"]
        previousUntil = try row["previous_until"]
        createdAt = try row["created_at"]
    }

    /// The generations that sign at this moment, the newest first.
    func generations(at moment: Date) -> [Int] {
        guard generation > 1, let previousUntil, moment < previousUntil else { return [generation] }
        return [generation, generation - 1]
    }
}

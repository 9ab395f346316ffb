import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import Schema
import Tokens
import Web

/// Webhooks: where a partner's system is called, with which secret, and what it was told.
struct WebhooksRoutes {
    let tenants: TenantDatabase
    let partners: PartnerStructures
    let key: WebhookKey
    let cursors: CursorCoder
    private let webhooks = WebhookRepository()
    private let deliveries = DeliveryRepository()

    init(tenants: TenantDatabase, partners: PartnerStructures, key: WebhookKey, cursors: CursorCoder) {
        self.tenants = tenants
        self.partners = partners
        self.key = key
        self.cursors = cursors
    }

    var routes: [Route] {
        let parties: Access = .anyOf([.referralSend, .referralReceive])
        return [
            Route(.post, "/v1/webhooks", parties, create),
            Route(.get, "/v1/webhooks", parties, list),
            Route(.get, "/v1/webhooks/{id}", parties, show),
            Route(.delete, "/v1/webhooks/{id}", parties, produces: [], delete),
            Route(.get, "/v1/webhooks/{id}/secret", parties, secret),
            Route(.post, "/v1/webhooks/{id}/rotation", parties, rotate),
            Route(.post, "/v1/webhooks/{id}/enable", parties, enable),
            Route(.post, "/v1/webhooks/{id}/disable", parties, disable),
            Route(.post, "/v1/webhooks/{id}/test", parties, test),
            Route(.get, "/v1/webhooks/{id}/deliveries", parties, listDeliveries),
            Route(.post, "/v1/webhooks/{id}/replay", parties, replay),
        ]
    }

    private func create(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await tenants.post(request, context, operation: "create-webhook") { body, key, acting in
            let draft = try request.parse(body) { WebhookDraft($0) }
            for (index, structure) in draft.structures.enumerated() {
                _ = try await partners.requireOwn(structure, for: acting, at: "/structures/\(index)")
            }
            return try await tenants.once(key, acting) { transaction in
                let id = UUID.v7()
                try await webhooks.insert(draft, id: id, of: acting.caller.clientID, in: transaction)
                return .created(id, at: "/v1/webhooks/\(id.text)") { $0.member("state", "enabled") }
            }
        }
    }

    private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let found = try await tenants.withTransaction(try await tenants.acting(context)) {
            try await webhooks.list(in: $0)
        }
        var json = JSONWriter()
        json.object { json in json.member("items") { json in json.array(of: found) { $1.write(to: &$0) } } }
        return .confidential(json)
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        var json = JSONWriter()
        try await find(context).write(to: &json)
        return .confidential(json)
    }

    private func delete(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let id = try context.id()
        let isGone = try await tenants.withTransaction(try await tenants.acting(context)) {
            try await webhooks.delete(id, in: $0)
        }
        guard isGone else { throw Refusal(.notFound) }
        return Response(status: .noContent, headers: [.cacheControl: "no-store"])
    }

    /// Shown as often as the client asks, so that an answer that was lost loses no secret.
    private func secret(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let webhook = try await find(context)
        let generations = webhook.generations(at: Date())
        var json = JSONWriter()
        json.object { json in
            json.member("secret", key.secret(of: webhook.id, generation: generations[0]).text.revealed)
            let previous = generations.dropFirst().first
            json.member("previous", previous.map { key.secret(of: webhook.id, generation: $0).text.revealed })
            json.member("previous_until", previous == nil ? nil : webhook.previousUntil.map(RFC3339.format))
        }
        return .confidential(json)
    }

    private func rotate(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await change(request, context, "rotate-webhook") { try await webhooks.rotate($0, in: $1) }
    }

    private func enable(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await change(request, context, "enable-webhook") { try await webhooks.enable($0, in: $1) }
    }

    private func disable(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await change(request, context, "disable-webhook") { try await webhooks.disable($0, in: $1) }
    }

    private func test(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let id = try context.id()
        return try await told(request, context, "test-webhook") { object in
        } work: { _, transaction in
            let delivery = UUID.v7()
            guard let webhook = try await webhooks.find(id, in: transaction) else { throw Refusal(.notFound) }
            guard webhook.isEnabled else { throw Self.disabled }
            try await deliveries.insertTest(
                delivery, for: id, of: try context.caller.clientID, in: transaction)
            return .created(delivery, at: nil) { $0.member("state", "pending") }
        }
    }

    private func replay(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let id = try context.id()
        return try await told(request, context, "replay-webhook") { object -> WebhookReplay? in
            WebhookReplay(object)
        } work: { replay, transaction in
            guard let webhook = try await webhooks.find(id, in: transaction) else { throw Refusal(.notFound) }
            guard webhook.isEnabled else { throw Self.disabled }
            let count = try await deliveries.replay(
                replay.delivery, failedSince: replay.failedSince, of: id, in: transaction)
            if replay.delivery != nil, count == 0 {
                throw Refusal(.invalidBody, violations: [Violation(WebhookReplay.unknown, at: "/delivery_id")])
            }
            var json = JSONWriter()
            json.object { $0.member("replayed", count) }
            return .init(status: 200, location: "", body: json.bytes)
        }
    }

    private func listDeliveries(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let webhook = try await find(context)
        let parameters = try DeliveryListParameters(try request.query(), of: webhook.id, cursors: cursors)
        let found = try await tenants.withTransaction(try await tenants.acting(context)) { transaction in
            try await deliveries.list(
                of: webhook.id, states: parameters.states, before: parameters.before, limit: parameters.limit + 1,
                in: transaction)
        }
        let page = found.prefix(parameters.limit)
        let cursor = found.count > page.count ? page.last.map { parameters.cursor(after: $0.id, cursors) } : nil
        var json = JSONWriter(reservingCapacity: 4096)
        json.object { json in
            json.member("items") { json in json.array(of: page) { $1.write(to: &$0) } }
            json.member("next_cursor", cursor)
        }
        return .confidential(json, link: cursor.map { "<\(parameters.link($0))>; rel=\"next\"" })
    }

    // MARK: What they have in common

    private func find(_ context: ServiceContext) async throws -> Webhook {
        let id = try context.id()
        let found = try await tenants.withTransaction(try await tenants.acting(context)) {
            try await webhooks.find(id, in: $0)
        }
        guard let found else { throw Refusal(.notFound) }
        return found
    }

    /// A change without a body, answered with the webhook as it is then.
    private func change(
        _ request: Request, _ context: ServiceContext, _ operation: String,
        _ change: (UUID, Transaction) async throws -> Webhook?
    ) async throws -> Response {
        let id = try context.id()
        return try await told(request, context, operation) { _ in
        } work: { _, transaction in
            guard let webhook = try await change(id, transaction) else { throw Refusal(.notFound) }
            var json = JSONWriter()
            webhook.write(to: &json)
            return .init(status: 200, location: "", body: json.bytes)
        }
    }

    private func told<Draft: Sendable>(
        _ request: Request, _ context: ServiceContext, _ operation: String, _ read: (ObjectReader) -> Draft?,
        work: (Draft, Transaction) async throws -> IdempotencyRepository.Answer
    ) async throws -> Response {
        let id = try context.id()
        return try await tenants.post(request, context, operation: "\(operation) \(id.text)") { body, key, acting in
            let draft = try request.parse(body, read)
            return try await tenants.once(key, acting) { try await work(draft, $0) }
        }
    }

    private static let disabled = Refusal(
        .conflict, fr: "Ce webhook est désactivé : réactivez-le d’abord.",
        en: "This webhook is disabled: enable it first.")
}

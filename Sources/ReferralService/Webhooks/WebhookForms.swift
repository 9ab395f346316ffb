import Foundation
import Schema
import Web

/// What of a webhook is told again: one delivery, or all that failed since a moment.
struct WebhookReplay: Sendable {
    let delivery: UUID?
    let failedSince: Date?

    init?(_ object: ObjectReader) {
        delivery = object.optional("delivery_id", .string(.uuid))
        failedSince = object.optional("failed_since", .string(.instant))
        if object.holds("delivery_id") == object.holds("failed_since") {
            object.report(Self.either, at: "delivery_id")
            return nil
        }
    }

    private static let either = Flaw(
        "either-or", fr: "Donnez delivery_id ou failed_since, un seul des deux.",
        en: "Give delivery_id or failed_since, one of the two.")
    static let unknown = Flaw(
        "unknown", fr: "Ce webhook n’a pas cette livraison.", en: "This webhook has no such delivery.")
}

/// The parameters of `GET /v1/webhooks/{id}/deliveries`.
struct DeliveryListParameters: Sendable {
    let states: [WebhookDelivery.State]
    let before: UUID?
    let limit: Int
    private let webhook: UUID

    init(_ reader: QueryReader, of webhook: UUID, cursors: CursorCoder) throws(Refusal) {
        self.webhook = webhook
        let states = reader.list("state", .code(WebhookDelivery.State.allCases.map(\.rawValue)))
            .compactMap(WebhookDelivery.State.init)
        limit = reader.optional("limit", .int(1...100)) ?? 20
        let list = Self.list(of: webhook, states)
        before = reader.optional("cursor", .listPosition(cursors, list))
        try reader.finish()
        self.states = states
    }

    func cursor(after id: UUID, _ cursors: CursorCoder) -> String {
        cursors.encode(id.text, for: Self.list(of: webhook, states))
    }

    func link(_ cursor: String) -> String {
        let states = states.map { "state=\($0.rawValue)&" }.joined()
        return "/v1/webhooks/\(webhook.text)/deliveries?\(states)limit=\(limit)&cursor=\(cursor)"
    }

    private static func list(of webhook: UUID, _ states: [WebhookDelivery.State]) -> String {
        "deliveries|\(webhook.text)|\(Set(states.map(\.rawValue)).sorted().joined(separator: ","))"
    }
}

extension Webhook {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id.text)
            json.member("structures", structures.map(\.text))
            json.member("url", url)
            json.member("description", description)
            json.member("state", isEnabled ? "enabled" : "disabled")
            json.member("reason", reason)
            json.member("created_at", RFC3339.format(createdAt))
            json.member("links") { json in
                json.object { json in
                    json.member("self", "/v1/webhooks/\(id.text)")
                    json.member("deliveries", "/v1/webhooks/\(id.text)/deliveries")
                }
            }
        }
    }
}

extension WebhookDelivery {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id.text)
            json.member("type", type)
            json.member("referral_id", referral?.text)
            json.member("erasure_id", erasure?.text)
            json.member("sequence", sequence)
            json.member("structure_id", structure?.text)
            json.member("role", role)
            json.member("happened_at", RFC3339.format(happenedAt))
            json.member("state", state.rawValue)
            json.member("attempts", attempts)
            json.member("last_attempt_at", lastAttemptAt.map(RFC3339.format))
            json.member("last_status", lastStatus)
            json.member("last_failure", lastFailure)
            json.member("next_attempt_at", state == .pending ? RFC3339.format(nextAttemptAt) : nil)
        }
    }
}

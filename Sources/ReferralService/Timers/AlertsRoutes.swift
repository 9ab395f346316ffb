import Foundation
import Hummingbird
import Schema
import Web

/// `GET /v1/alerts`: what delays tell the coordinator of a territory.
struct AlertsRoutes {
    let tenants: TenantDatabase
    let cursors: CursorCoder
    private let alerts = AlertRepository()

    init(tenants: TenantDatabase, cursors: CursorCoder) { (self.tenants, self.cursors) = (tenants, cursors) }

    private static let kinds = ["urgent-untouched", "uncontacted", "hold-over", "redirect-unanswered"]

    var routes: [Route] { [Route(.get, "/v1/alerts", .scope(.referralCoordinate), list)] }

    private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let query = try request.query()
        let kinds = query.list("kind", .code(Self.kinds))
        let limit = query.optional("limit", .int(1...100)) ?? 20
        let canonical = "alerts|\(Set(kinds).sorted().joined(separator: ","))"
        let before = query.optional("cursor", .listPosition(cursors, canonical))
        try query.finish()
        let acting = try await tenants.acting(context)
        let found = try await tenants.withTransaction(acting) { transaction in
            try await alerts.page(kinds: kinds, before: before, limit: limit + 1, in: transaction)
        }
        let page = found.prefix(limit)
        let cursor = found.count > limit ? page.last.map { cursors.encode($0.id.text, for: canonical) } : nil
        var json = JSONWriter(reservingCapacity: 4096)
        json.object { json in
            json.member("items") { json in json.array(of: page) { $1.write(to: &$0) } }
            json.member("next_cursor", cursor)
        }
        let narrowed = kinds.map { "kind=\($0)&" }.joined()
        return .confidential(
            json, link: cursor.map { "</v1/alerts?\(narrowed)limit=\(limit)&cursor=\($0)>; rel=\"next\"" })
    }
}

extension Alert {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id.text)
            json.member("kind", kind)
            json.member("referral_id", referral.text)
            json.member("sender_structure_id", sender.text)
            json.member("recipient_structure_id", recipient.text)
            json.member("theme", theme)
            json.member("urgency", urgency)
            json.member("since", RFC3339.format(since))
            json.member("raised_at", RFC3339.format(raisedAt))
        }
    }
}

import Foundation
import Hummingbird
import Schema
import Web

/// Messages between the parties to a referral: its structures, and the person on a side of their own.
struct MessagesRoutes {
    let tenants: TenantDatabase
    let messaging: Messaging

    var routes: [Route] {
        let parties: Access = .anyOf([.referralSend, .referralReceive])
        return [
            Route(.get, "/v1/referrals/{id}/messages", parties, list),
            Route(.post, "/v1/referrals/{id}/messages", parties, create),
            Route(.get, "/v1/follow-up/referrals/{id}/messages", .scope(.followUp), list),
            Route(.post, "/v1/follow-up/referrals/{id}/messages", .scope(.followUp), create),
        ]
    }

    private func create(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let id = try context.id()
        return try await tenants.post(request, context, operation: "message \(id.text)") { body, key, acting in
            let text = try request.parse(body) { $0.required("text", .string(.personalLines(1...2000))) }
            return try await messaging.send(text, on: id, key, acting)
        }
    }

    private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let messages = try await messaging.list(on: try context.id(), try await tenants.acting(context))
        var json = JSONWriter()
        json.object { json in
            json.member("items") { json in
                json.array(of: messages) { $1.write(to: &$0) }
            }
        }
        return .confidential(json)
    }
}

extension Messaging.Message {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id.text)
            json.member("author", author.rawValue)
            json.member("text", text.revealed)
            json.member("created_at", RFC3339.format(createdAt))
            json.member("delivered_at", deliveredAt.map(RFC3339.format))
        }
    }
}

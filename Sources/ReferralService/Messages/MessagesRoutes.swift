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
            let (text, structure) = try request.parse(body) { object -> (String, UUID?)? in
                let structure = acting.person == nil ? object.optional("structure_id", .string(.uuid)) : nil
                return object.required("text", .string(.personalLines(1...2000))).map { ($0, structure) }
            }
            return try await messaging.send(text, on: id, as: structure, key, acting)
        }
    }

    private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let query = try request.query()
        let acting = try await tenants.acting(context)
        let role = acting.person == nil ? query.optional("role", .referralRole) : nil
        try query.finish()
        let id = try context.id()
        // To ask whether there is an answer delivers none.
        let messages = try await messaging.list(on: id, as: role, acting, isShown: request.method != .head)
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

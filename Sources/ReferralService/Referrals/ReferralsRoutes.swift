import Foundation
import HTTPTypes
import Hummingbird
import Schema
import Tokens
import Web

/// Referrals: made, listed, read, and moved on by commands.
struct ReferralsRoutes {
    let tenants: TenantDatabase
    let making: ReferralMaking
    let reading: ReferralReading
    let timeline: Timeline
    let cursors: CursorCoder

    var routes: [Route] {
        let parties: Access = .anyOf([.referralSend, .referralReceive])
        return [
            Route(.post, "/v1/referrals", .scope(.referralSend), create),
            Route(.get, "/v1/referrals", parties, list),
            Route(.get, "/v1/referrals/{id}", parties, show),
            Route(
                .post, "/v1/referrals/{id}/commands/{command}",
                .anyOf([.referralSend, .referralReceive, .referralCoordinate]), apply),
            Route(.post, "/v1/follow-up/referrals/{id}/commands/{command}", .scope(.followUp), apply),
            Route(.get, "/v1/referrals/{id}/timeline", parties, listTimeline),
        ]
    }

    private func create(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await tenants.post(request, context, operation: "create-referral") { body, key, acting in
            let now = Date()
            let draft = try request.parse(body) { ReferralDraft($0, now: now) }
            return try await making.make(draft, key, acting)
        }
    }

    private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let parameters = try ReferralListParameters(try request.query(), cursors: cursors)
        let acting = try await tenants.acting(context)
        let needed: Scope = parameters.role == .sender ? .referralSend : .referralReceive
        guard acting.caller.scopes.contains(needed) else {
            throw Refusal(
                .insufficientScope, fr: "Cette liste demande la portée \(needed.rawValue).",
                en: "This list needs the scope \(needed.rawValue).")
        }
        let page = try await reading.list(
            as: parameters.role, states: parameters.states, before: parameters.before, limit: parameters.limit, acting)
        let cursor = page.next.map { parameters.cursor(after: $0, cursors) }
        var json = JSONWriter(reservingCapacity: 4096)
        json.object { json in
            json.member("items") { json in json.array(of: page.items) { $1.write(to: &$0) } }
            json.member("next_cursor", cursor)
        }
        return .confidential(json, link: cursor.map { "<\(parameters.link($0))>; rel=\"next\"" })
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let query = try request.query()
        let role = query.optional("role", .referralRole)
        try query.finish()
        let view = try await reading.show(try context.id(), as: role, try await tenants.acting(context))
        var json = JSONWriter(reservingCapacity: 1024)
        view.write(to: &json)
        return .confidential(json)
    }

    private func apply(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let id = try context.id()
        guard let command = context.pathParameter("command").flatMap(ReferralCommand.init) else {
            throw Refusal(.notFound)
        }
        let operation = "\(command.rawValue) \(id.text)"
        return try await tenants.post(request, context, operation: operation) { body, key, acting in
            let now = Date()
            let draft = try request.parse(body) {
                CommandDraft($0, of: command, isByPerson: acting.person != nil, now: now)
            }
            return try await making.apply(draft, command, to: id, key, acting)
        }
    }

    private func listTimeline(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let entries = try await timeline.list(of: try context.id(), try await tenants.acting(context))
        var json = JSONWriter()
        json.object { json in
            json.member("items") { json in
                json.array(of: entries) { json, entry in
                    json.object { json in
                        json.member("at", RFC3339.format(entry.at))
                        json.member("what", entry.what)
                        json.member("from", entry.from?.rawValue)
                        json.member("to", entry.to?.rawValue)
                        json.member("actor", entry.actor.rawValue)
                        json.member("reason_code", entry.reason)
                        json.member("agent", entry.word?.agent)
                        json.member("witness", entry.word?.witness)
                    }
                }
            }
        }
        return .confidential(json)
    }
}

extension TextRule where Value == ReferralActor {
    /// The part from which a caller looks at referrals.
    static let referralRole = TextRule { text throws(Flaw) in
        switch text {
        case "sender": return .sender
        case "recipient": return .recipient
        default: throw .unknownCode(["sender", "recipient"])
        }
    }
}

import Foundation
import Hummingbird
import Schema
import Tokens
import Web

/// Links that a structure gives to its person: made, listed, revoked.
struct FollowUpLinksRoutes {
    let tenants: TenantDatabase
    let partners: PartnerStructures
    /// For so many days.
    let days: Int
    private let links = FollowUpLinkRepository()

    /// - Parameter days: how long a link holds.
    init(tenants: TenantDatabase, partners: PartnerStructures, days: Int) {
        self.tenants = tenants
        self.partners = partners
        self.days = days
    }

    var routes: [Route] {
        [
            Route(.post, "/v1/persons/{id}/follow-up-links", .scope(.consentManage), create),
            Route(.get, "/v1/persons/{id}/follow-up-links", .scope(.consentManage), list),
            Route(.post, "/v1/follow-up-links/{id}/revocation", .scope(.consentManage), revoke),
        ]
    }

    /// The secret is in the first answer and nowhere else: the one that is kept for repetitions has none.
    private func create(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let person = try context.id()
        let (id, secret) = (UUID.v7(), FollowUpSecret())
        return try await tenants.post(
            request, context, operation: "create-follow-up-link \(person.text)"
        ) { body, key, acting in
            let structure = try request.parse(body) { $0.required("structure_id", .string(.uuid)) }
            _ = try await partners.requireOwn(structure, for: acting, at: "/structure_id")
            var made: FollowUpLink?
            let answer = try await tenants.once(key, acting.only(structure)) { transaction in
                let link = try await links.insert(
                    secret, id: id, of: person, at: structure, for: days, by: acting.caller.clientID, in: transaction)
                made = link
                return Self.answer(link, secret: nil)
            }
            // Another request with this key may have been first.
            guard let made, answer == Self.answer(made, secret: nil) else { return answer }
            return Self.answer(made, secret: secret)
        }
    }

    private static func answer(_ link: FollowUpLink, secret: FollowUpSecret?) -> IdempotencyRepository.Answer {
        .created(link.id, at: nil) { json in
            link.writeTimes(to: &json)
            json.member("secret", secret?.text.revealed)
        }
    }

    private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let person = try context.id()
        let acting = try await tenants.acting(context)
        let found = try await tenants.withTransaction(acting) { transaction in
            try await links.list(of: person, at: acting.structures, in: transaction)
        }
        var json = JSONWriter()
        json.object { json in
            json.member("items") { json in json.array(of: found) { $1.write(to: &$0) } }
        }
        return .confidential(json)
    }

    private func revoke(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let id = try context.id()
        return try await tenants.post(
            request, context, operation: "revoke-follow-up-link \(id.text)"
        ) { body, key, acting in
            try request.parse(body) { _ in () }
            return try await tenants.once(key, acting) { transaction in
                guard let link = try await links.revoke(id, of: acting.structures, in: transaction) else {
                    throw Refusal(.notFound)
                }
                var json = JSONWriter()
                link.write(to: &json)
                return .init(status: 200, location: "", body: json.bytes)
            }
        }
    }
}

extension FollowUpLink {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id.text)
            writeTimes(to: &json)
        }
    }

    fileprivate func writeTimes(to json: inout JSONWriter) {
        json.member("structure_id", structure.text)
        json.member("created_at", RFC3339.format(createdAt))
        json.member("expires_at", RFC3339.format(expiresAt))
        json.member("revoked_at", revokedAt.map(RFC3339.format))
    }
}

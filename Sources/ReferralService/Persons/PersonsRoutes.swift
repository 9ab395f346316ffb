import Foundation
import Hummingbird
import Schema
import Web

/// `POST /v1/persons`: register a person, anonymous or identified.
struct PersonsRoutes {
    let tenants: TenantDatabase
    let partners: PartnerStructures
    let persons: PersonRepository

    var routes: [Route] { [Route(.post, "/v1/persons", .scope(.referralSend), create)] }

    private func create(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await tenants.post(request, context, operation: "create-person") { body, key, acting in
            let (structure, draft) = try request.parse(body) { object -> (UUID, PersonDraft)? in
                let structure = object.required("structure_id", .string(.uuid))
                guard let draft = PersonDraft(object), let structure else { return nil }
                return (structure, draft)
            }
            _ = try await partners.requireOwn(structure, for: acting, at: "/structure_id")
            let acting = acting.including(structure)
            return try await tenants.once(key, acting) { transaction in
                let id = UUID.v7()
                _ = try await persons.insert(draft, id: id, of: structure, in: transaction)
                return .created(id, at: nil)
            }
        }
    }
}

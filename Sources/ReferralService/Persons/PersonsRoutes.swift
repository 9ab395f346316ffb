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
            let (structure, draft, isAnother) = try request.parse(body) { object -> (UUID, PersonDraft, Bool)? in
                let structure = object.required("structure_id", .string(.uuid))
                let isAnother = object.optional("another_person", .bool) ?? false
                guard let draft = PersonDraft(object), let structure else { return nil }
                return (structure, draft, isAnother)
            }
            _ = try await partners.requireOwn(structure, for: acting, at: "/structure_id")
            let acting = acting.including(structure)
            return try await tenants.once(key, acting) { transaction in
                let id = UUID.v7()
                _ = try await persons.insert(
                    draft, id: id, of: structure, isAnother: isAnother, in: transaction)
                return .created(id, at: nil)
            }
        }
    }
}

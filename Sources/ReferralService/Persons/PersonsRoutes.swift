import Foundation
import Hummingbird
import Schema
import Web

/// Persons: registered, anonymous or identified, and given everything that is kept about them.
struct PersonsRoutes {
    let tenants: TenantDatabase
    let partners: PartnerStructures
    let persons: PersonRepository
    let export: PersonExport

    var routes: [Route] {
        [
            Route(.post, "/v1/persons", .scope(.referralSend), create),
            Route(.get, "/v1/persons/{id}/export", .scope(.consentManage), showExport),
        ]
    }

    private func create(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await tenants.post(request, context, operation: "create-person") { body, key, acting in
            let (structure, draft) = try request.parse(body) { object -> (UUID, PersonDraft)? in
                let structure = object.required("structure_id", .string(.uuid))
                guard let draft = PersonDraft(object, today: ParisClock.today), let structure else { return nil }
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

    private func showExport(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let id = try context.id()
        let acting = try await tenants.acting(context)
        let record = try await tenants.withTransaction(acting) { try await export.find(id, acting, in: $0) }
        var json = JSONWriter(reservingCapacity: 8192)
        record.write(to: &json, at: "/v1")
        return .confidential(json)
    }
}

import Foundation
import Hummingbird
import Postgres
import Schema
import Web

/// Demands: opened at a first reception, heard again at others, closed with an outcome.
struct DemandsRoutes {
    let tenants: TenantDatabase
    let partners: PartnerStructures
    private let demands = DemandRepository()

    init(tenants: TenantDatabase, partners: PartnerStructures) {
        self.tenants = tenants
        self.partners = partners
    }

    var routes: [Route] {
        [
            Route(.post, "/v1/demands", .scope(.referralSend), create),
            Route(.post, "/v1/demands/{id}/receptions", .scope(.referralSend), addReception),
            Route(.post, "/v1/referrals/{id}/receptions", .scope(.referralReceive), addReceptionOfReferral),
            Route(.post, "/v1/demands/{id}/close", .scope(.referralSend), close),
        ]
    }

    private func create(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await tenants.post(request, context, operation: "create-demand") { body, key, acting in
            let now = Date()
            let (structure, person, draft) = try request.parse(body) { object -> (UUID, UUID, DemandDraft)? in
                let structure = object.required("structure_id", .string(.uuid))
                let person = object.required("person_id", .string(.uuid))
                guard let draft = DemandDraft(object, now: now), let structure, let person else { return nil }
                return (structure, person, draft)
            }
            let facts = try await partners.requireOwn(structure, for: acting, at: "/structure_id")
            return try await tenants.once(key, acting.including(structure)) { transaction in
                let id = UUID.v7()
                try await demands.insert(draft, id: id, person: person, at: facts, in: transaction)
                return .created(id, at: nil) { $0.member("state", "open") }
            }
        }
    }

    private func addReception(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let demand = try context.id()
        return try await receive(request, context, operation: "add-reception \(demand.text)") {
            try await demands.addReception($1, id: $0, to: demand, at: $2, in: $3)
        }
    }

    private func addReceptionOfReferral(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let referral = try context.id()
        return try await receive(request, context, operation: "add-reception-of-referral \(referral.text)") {
            try await demands.addReception($1, id: $0, joiningBy: referral, at: $2, in: $3)
        }
    }

    /// - Parameter add: the reception's id, what was said of it, at whom.
    private func receive(
        _ request: Request, _ context: ServiceContext, operation: String,
        _ add: @Sendable @escaping (UUID, ReceptionDraft, StructureFacts, Transaction) async throws -> Void
    ) async throws -> Response {
        try await tenants.post(request, context, operation: operation) { body, key, acting in
            let now = Date()
            let (structure, draft) = try request.parse(body) { object -> (UUID, ReceptionDraft)? in
                let structure = object.required("structure_id", .string(.uuid))
                guard let draft = ReceptionDraft(object, now: now), let structure else { return nil }
                return (structure, draft)
            }
            let facts = try await partners.requireOwn(structure, for: acting, at: "/structure_id")
            return try await tenants.once(key, acting.only(structure)) { transaction in
                let id = UUID.v7()
                try await add(id, draft, facts, transaction)
                return .created(id, at: nil)
            }
        }
    }

    private func close(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let demand = try context.id()
        return try await tenants.post(request, context, operation: "close-demand \(demand.text)") { body, key, acting in
            let closure = try request.parse(body) { DemandClosure($0) }
            return try await tenants.once(key, acting) { transaction in
                let way = try await demands.close(demand, closure, of: acting.structures, in: transaction)
                var json = JSONWriter()
                json.object { json in
                    json.member("id", demand.text)
                    json.member("state", "closed")
                    json.member("structures_count", way.structures)
                    json.member("receptions_count", way.receptions)
                }
                return .init(status: 200, location: "", body: json.bytes)
            }
        }
    }
}

import Foundation
import Hummingbird
import Schema
import Web

/// Summaries for their authors: written, read, approved by them, and by the person before a witness.
struct SummariesRoutes {
    let tenants: TenantDatabase
    let handling: SummaryHandling

    var routes: [Route] {
        let parties: Access = .anyOf([.referralSend, .referralReceive])
        return [
            Route(.post, "/v1/referrals/{id}/summaries", parties, create),
            Route(.get, "/v1/referrals/{id}/summaries", parties, list),
            Route(.get, "/v1/summaries/{id}", parties, produces: SummaryPage.forms, show),
            Route(.post, "/v1/summaries/{id}/approval", parties, approve),
            Route(.post, "/v1/summaries/{id}/approval-in-person", parties, approveInPerson),
        ]
    }

    private func create(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let referral = try context.id()
        return try await tenants.post(
            request, context, operation: "write-summary \(referral.text)"
        ) { body, key, acting in
            let (draft, structure) = try request.parse(body) { object -> (SummaryDraft, UUID?)? in
                let structure = object.optional("structure_id", .string(.uuid))
                return SummaryDraft(object).map { ($0, structure) }
            }
            return try await handling.create(draft, about: referral, as: structure, key, acting)
        }
    }

    private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let query = try request.query()
        let role = query.optional("role", .referralRole)
        try query.finish()
        let found = try await handling.list(about: try context.id(), as: role, try await tenants.acting(context))
        var json = JSONWriter(reservingCapacity: 4096)
        json.object { json in
            json.member("items") { json in
                json.array(of: found) { $1.write(to: &$0, at: SummaryHandling.path) }
            }
        }
        return .confidential(json)
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let summary = try await handling.find(try context.id(), try await tenants.acting(context))
        return try SummaryPage.response(to: request, summary, at: SummaryHandling.path, in: context.language)
    }

    private func approve(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let id = try context.id()
        return try await tenants.post(request, context, operation: "approve-summary \(id.text)") { body, key, acting in
            let digest = try request.parse(body) { $0.required("sha256", .string(.sha256)) }
            return try await handling.approve(id, digest, .author, key, acting)
        }
    }

    private func approveInPerson(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let id = try context.id()
        return try await tenants.post(
            request, context, operation: "approve-summary-in-person \(id.text)"
        ) { body, key, acting in
            let (digest, word) = try request.parse(body) { object -> (String, WitnessedWord)? in
                let digest = object.required("sha256", .string(.sha256))
                guard let word = WitnessedWord(object), let digest else { return nil }
                return (digest, word)
            }
            return try await handling.approve(
                id, digest, .personBefore(witness: word.witness, agent: word.agent), key, acting)
        }
    }
}

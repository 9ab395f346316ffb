import Crypto
import Foundation
import Hummingbird
import Schema
import Tokens
import Web

/// The person's own side, within a session of theirs: what is stored, and what they decide.
struct FollowUpRoutes {
    let tenants: TenantDatabase
    let reading: FollowUpReading
    let consents: ConsentHandling
    let summaries: SummaryHandling

    static let consentsPath = "/v1/follow-up/consents"
    static let summariesPath = "/v1/follow-up/summaries"

    var routes: [Route] {
        let own: Access = .scope(.followUp)
        return [
            Route(.get, "/v1/follow-up", own, show),
            Route(.post, Self.consentsPath, own, grant),
            Route(.get, Self.consentsPath + "/{id}", own, showConsent),
            Route(
                .get, Self.consentsPath + "/{id}/receipt", own, produces: [ConsentReceipt.mediaType], showReceipt),
            Route(.post, Self.consentsPath + "/{id}/withdrawal", own, withdraw),
            Route(
                .get, Self.summariesPath + "/{id}", own, produces: SummaryPage.forms, showSummary),
            Route(.post, Self.summariesPath + "/{id}/approval", own, approve),
        ]
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let view = try await reading.show(try await tenants.acting(context))
        var json = JSONWriter(reservingCapacity: 8192)
        view.write(to: &json, in: context.language)
        return .confidential(json)
    }

    // MARK: Decisions

    /// The session is the evidence: what was sent there, under which token, is what the digest is of.
    private func grant(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await tenants.post(request, context, operation: "grant-consent") { body, key, acting in
            let now = Date()
            let terms = try request.parse(body) { object -> ConsentTerms? in
                object.refuse(["granted_by", "agent", "method", "evidence", "structure_id", "person_id"])
                return ConsentTerms(object, now: now)
            }
            let session = acting.caller.tokenID
            let digest = SHA256.hash(data: Data("\(acting.caller.clientID) \(session) ".utf8) + body).hexadecimal
            let draft = ConsentDraft(
                byPerson: terms, evidence: ConsentEvidenceDraft(inSession: session, digest: digest, at: now))
            return try await consents.create(
                draft, of: try FollowUpReading.person(acting), at: try await reading.structure(acting), key, acting,
                path: Self.consentsPath)
        }
    }

    private func showConsent(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let consent = try await consents.find(try context.id(), try await tenants.acting(context))
        var json = JSONWriter()
        consent.write(to: &json, at: Self.consentsPath)
        return .confidential(json)
    }

    private func showReceipt(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        return try await consents.receipt(try context.id(), try await tenants.acting(context))
    }

    private func withdraw(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let id = try context.id()
        return try await tenants.post(request, context, operation: "withdraw-consent \(id.text)") { body, key, acting in
            try request.parse(body) { _ in () }
            return try await consents.withdraw(id, key, acting, path: Self.consentsPath)
        }
    }

    // MARK: Summaries

    private func showSummary(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let summary = try await summaries.find(try context.id(), try await tenants.acting(context))
        return try SummaryPage.response(to: request, summary, at: Self.summariesPath, in: context.language)
    }

    private func approve(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let id = try context.id()
        return try await tenants.post(request, context, operation: "approve-summary \(id.text)") { body, key, acting in
            let digest = try request.parse(body) { $0.required("sha256", .string(.sha256)) }
            return try await summaries.approve(id, digest, .person, key, acting, path: Self.summariesPath)
        }
    }
}

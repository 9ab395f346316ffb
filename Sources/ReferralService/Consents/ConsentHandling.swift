import Foundation
import Hummingbird
import Schema
import Tokens
import Web

/// Grants and withdraws consents, for a structure that records them as for the person themselves.
struct ConsentHandling: Sendable {
    let tenants: TenantDatabase
    /// Signs receipts.
    let issuer: OwnIssuer
    let persons: PersonRepository
    private let consents = ConsentRepository()
    private let referrals = ReferralRepository()

    init(tenants: TenantDatabase, issuer: OwnIssuer, persons: PersonRepository) {
        self.tenants = tenants
        self.issuer = issuer
        self.persons = persons
    }

    /// - Parameter path: where consents are read by the caller.
    func create(
        _ draft: ConsentDraft, of person: UUID, at structure: UUID, _ key: IdempotencyKey, _ acting: Acting,
        path: String = "/v1/consents"
    ) async throws -> IdempotencyRepository.Answer {
        try await tenants.once(key, acting) { transaction in
            let id = UUID.v7()
            try await persons.renewAgeBand(of: person, on: ParisClock.today, in: transaction)
            try await consents.insert(draft, id: id, person: person, at: structure, in: transaction)
            return .created(id, at: "\(path)/\(id.text)") { $0.member("state", "active") }
        }
    }

    /// - Throws: ``Refusal`` `not-found`, also for what is not the caller's.
    func find(_ id: UUID, _ acting: Acting) async throws -> Consent {
        let found = try await tenants.withTransaction(acting) { try await consents.find(id, acting, in: $0) }
        guard let found else { throw Refusal(.notFound) }
        return found
    }

    /// Withdraws the consent and every open referral that rests on it, in one transaction: whoever reads afterwards finds
    /// nothing.
    func withdraw(
        _ id: UUID, _ key: IdempotencyKey, _ acting: Acting, path: String = "/v1/consents"
    ) async throws -> IdempotencyRepository.Answer {
        try await tenants.once(key, acting) { transaction in
            guard let isFirst = try await consents.withdraw(id, acting, in: transaction),
                let consent = try await consents.find(id, acting, in: transaction)
            else { throw Refusal(.notFound) }
            if isFirst {
                _ = try await referrals.withdrawAll(
                    restingOn: id, of: consent.structure, by: acting.caller.clientID, in: transaction)
            }
            var json = JSONWriter()
            json.object { json in
                json.member("id", id.text)
                json.member("state", consent.state)
                json.member("withdrawn_at", consent.withdrawnAt.map(RFC3339.format))
                json.member("links") { json in json.object { $0.member("self", "\(path)/\(id.text)") } }
            }
            return .init(status: 200, location: "", body: json.bytes)
        }
    }

    /// The receipt, as a compact JWS that `GET /v1/keys` checks.
    func receipt(_ id: UUID, _ acting: Acting) async throws -> Response {
        let receipt = ConsentReceipt(
            consent: try await find(id, acting), issuer: issuer.name, issuedAt: Date())
        let signed = try await CompactSignature.sign(receipt.payload, type: ConsentReceipt.type, with: issuer.key)
        return .confidential(Array(signed.utf8), type: ConsentReceipt.mediaType)
    }
}

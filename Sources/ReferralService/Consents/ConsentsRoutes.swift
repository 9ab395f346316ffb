import Foundation
import HTTPTypes
import Hummingbird
import Schema
import Tokens
import Web

/// Consents: recorded with their evidence, read by who recorded them, withdrawn in one call.
struct ConsentsRoutes {
    let tenants: TenantDatabase
    let partners: PartnerStructures
    private let consents = ConsentRepository()
    private let referrals = ReferralRepository()

    init(tenants: TenantDatabase, partners: PartnerStructures) {
        self.tenants = tenants
        self.partners = partners
    }

    var routes: [Route] {
        [
            Route(.post, "/v1/consents", .scope(.consentManage), create),
            Route(.get, "/v1/consents/{id}", .scope(.consentManage), show),
            Route(.post, "/v1/consents/{id}/withdrawal", .scope(.consentManage), withdraw),
        ]
    }

    private func create(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await tenants.post(request, context, operation: "create-consent") { body, key, acting in
            let now = Date()
            let (structure, person, draft) = try request.parse(body) { object -> (UUID, UUID, ConsentDraft)? in
                let structure = object.required("structure_id", .string(.uuid))
                let person = object.required("person_id", .string(.uuid))
                guard let draft = ConsentDraft(object, now: now), let structure, let person else { return nil }
                return (structure, person, draft)
            }
            _ = try await partners.requireOwn(structure, for: acting, at: "/structure_id")
            return try await tenants.once(key, acting.including(structure)) { transaction in
                let id = UUID.v7()
                try await consents.insert(draft, id: id, person: person, at: structure, in: transaction)
                return .created(id, at: "/v1/consents/\(id.text)") { $0.member("state", "active") }
            }
        }
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let id = try context.id()
        let acting = try await tenants.acting(context)
        let found = try await tenants.withTransaction(acting) { transaction in
            try await consents.find(id, of: acting.structures, in: transaction)
        }
        guard let found else { throw Refusal(.notFound) }
        var json = JSONWriter()
        found.write(to: &json)
        return .confidential(json)
    }

    /// Withdraws the consent and every open referral that rests on it, in one transaction: whoever reads afterwards finds
    /// nothing.
    private func withdraw(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let id = try context.id()
        return try await tenants.post(request, context, operation: "withdraw-consent \(id.text)") { body, key, acting in
            try request.parse(body) { _ in () }
            return try await tenants.once(key, acting) { transaction in
                guard let isFirst = try await consents.withdraw(id, of: acting.structures, in: transaction),
                    let consent = try await consents.find(id, of: acting.structures, in: transaction)
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
                    json.member("links") { json in json.object { $0.member("self", "/v1/consents/\(id.text)") } }
                }
                return .init(status: 200, location: "", body: json.bytes)
            }
        }
    }
}

extension Consent {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id.text)
            json.member("version", version)
            json.member("structure_id", structure.text)
            json.member("person_id", person.text)
            json.member("granted_by", grantedBy)
            json.member("agent", agent)
            json.member("method", method)
            json.member("witness", witness)
            json.member("notice") { json in
                json.object { json in
                    json.member("id", noticeID)
                    json.member("sha256", noticeDigest)
                }
            }
            json.member("language", language)
            json.member("purposes", purposes)
            json.member("recipients", recipients.map(\.text))
            json.member("data_categories", dataCategories)
            json.member("explicit_art9", explicitArticle9)
            json.member("valid_from", RFC3339.format(validFrom))
            json.member("valid_until", RFC3339.format(validUntil))
            json.member("single_use", singleUse)
            json.member("used", isUsed)
            json.member("evidence") { json in
                json.object { json in
                    json.member("id", evidenceReference)
                    json.member("sha256", evidenceDigest)
                }
            }
            json.member("evidence_hash", evidenceHash.hexadecimal)
            json.member("state", state)
            json.member("holds", holds)
            json.member("granted_at", RFC3339.format(grantedAt))
            json.member("withdrawn_at", withdrawnAt.map(RFC3339.format))
            json.member("links") { json in json.object { $0.member("self", "/v1/consents/\(id.text)") } }
        }
    }
}

extension Response {
    /// 200 with what nobody between us and the caller may keep.
    static func confidential(_ json: JSONWriter, link: String? = nil) -> Response {
        var headers: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store"]
        if let link { headers[.link] = link }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }

    /// The same in another form.
    static func confidential(_ bytes: [UInt8], type: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: type, .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

import Foundation
import HTTPTypes
import Hummingbird
import Schema
import Tokens
import Web

/// Consents: recorded with their evidence, read by who recorded them, withdrawn in one call, proved by a receipt.
struct ConsentsRoutes {
    let tenants: TenantDatabase
    let partners: PartnerStructures
    let handling: ConsentHandling

    var routes: [Route] {
        [
            Route(.post, "/v1/consents", .scope(.consentManage), create),
            Route(.get, "/v1/consents/{id}", .scope(.consentManage), show),
            Route(
                .get, "/v1/consents/{id}/receipt", .scope(.consentManage), produces: [ConsentReceipt.mediaType],
                showReceipt),
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
            return try await handling.create(draft, of: person, at: structure, key, acting.including(structure))
        }
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let found = try await handling.find(try context.id(), try await tenants.acting(context))
        var json = JSONWriter()
        found.write(to: &json, at: "/v1/consents")
        return .confidential(json)
    }

    private func showReceipt(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        return try await handling.receipt(try context.id(), try await tenants.acting(context))
    }

    private func withdraw(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let id = try context.id()
        return try await tenants.post(request, context, operation: "withdraw-consent \(id.text)") { body, key, acting in
            try request.parse(body) { _ in () }
            return try await handling.withdraw(id, key, acting)
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

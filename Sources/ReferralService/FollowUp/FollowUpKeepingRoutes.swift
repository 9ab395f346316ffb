import Foundation
import Hummingbird
import Schema
import Web

/// What is kept of the person, in their own hands: taken along (GDPR art. 15 and 20), or erased (art. 17).
struct FollowUpKeepingRoutes {
    let tenants: TenantDatabase
    let export: PersonExport
    private let erasing = Erasing()

    init(tenants: TenantDatabase, export: PersonExport) {
        self.tenants = tenants
        self.export = export
    }

    var routes: [Route] {
        let own: Access = .scope(.followUp)
        return [
            Route(.get, "/v1/follow-up/export", own, showExport),
            Route(.post, "/v1/follow-up/erasure", own, erase),
        ]
    }

    private func showExport(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let acting = try await tenants.acting(context)
        let person = try FollowUpReading.person(acting)
        let record = try await tenants.withTransaction(acting) { try await export.find(person, acting, in: $0) }
        var json = JSONWriter(reservingCapacity: 8192)
        record.write(to: &json, at: "/v1/follow-up")
        return .confidential(json)
    }

    /// The last thing that a session does. Its repetition gets the same answer, although the session is over: whoever
    /// lost the answer must be able to know that it was done.
    private func erase(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await tenants.post(request, context, operation: "erase-self", endsSession: true) { body, key, acting in
            try request.parse(body) { _ in () }
            let person = try FollowUpReading.person(acting)
            return try await tenants.once(key, acting) { transaction in
                let erasure = try await erasing.erase(person, as: UUID.v7(), acting, in: transaction)
                var json = JSONWriter()
                json.object { erasure.writeAsked(to: &$0) }
                return .init(status: 200, location: "", body: json.bytes)
            }
        }
    }
}

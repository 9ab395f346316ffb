import Hummingbird
import Schema
import Web

/// `POST /v1/referrals/batch`: several referrals, each answered by itself.
struct ReferralBatchRoutes {
    let tenants: TenantDatabase
    let batch: ReferralBatch

    var routes: [Route] { [Route(.post, "/v1/referrals/batch", .scope(.referralSend), create)] }

    private func create(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let body = try await request.bytes()
        let key = try IdempotencyKey(of: request, context, operation: "create-referral-batch", body: body)
        let items = try request.parse(body) { object in
            object.required("items", .array(1...ReferralBatch.most, of: ValueRule { value, _ in value }))
        }
        let outcomes = try await batch.make(items, key, try await tenants.acting(context))
        var json = JSONWriter(reservingCapacity: 512 * items.count)
        json.object { json in
            json.member("items") { json in
                json.array(of: outcomes.enumerated()) { json, entry in
                    json.object { json in
                        json.member("index", entry.offset)
                        switch entry.element {
                        case .made(let answer):
                            json.member("status", answer.status)
                            json.member("body") { $0.raw(answer.body) }
                        case .refused(let refusal):
                            let place = "\(request.uri.path)#/items/\(entry.offset)"
                            json.member("status", refusal.code.status.code)
                            json.member("body") {
                                $0.raw(
                                    ProblemResponse(refusal).body(
                                        instance: place, requestID: context.requestID, language: context.language))
                            }
                        }
                    }
                }
            }
        }
        return .confidential(json)
    }
}

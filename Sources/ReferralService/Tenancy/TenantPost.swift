import Foundation
import Hummingbird
import Schema
import Web

extension TenantDatabase {
    /// What every POST has in common: no query, an idempotency key, and for a repeated request the first answer,
    /// whatever has changed since.
    ///
    /// - Parameter operation: with the id of what it changes, where there is one.
    func post(
        _ request: Request, _ context: ServiceContext, operation: String,
        _ work: ([UInt8], IdempotencyKey, Acting) async throws -> IdempotencyRepository.Answer
    ) async throws -> Response {
        try request.query().finish()
        let body = try await request.bytes()
        let key = try IdempotencyKey(of: request, context, operation: operation, body: body)
        if let earlier = try await answer(to: key) { return .stored(earlier) }
        return .stored(try await work(body, key, try await acting(context)))
    }
}

extension ServiceContext {
    /// An id in the path: anything that is none is found nowhere.
    func id(_ name: String = "id") throws(Refusal) -> UUID {
        guard let id = pathParameter(name).flatMap({ UUID(text: $0) }) else { throw Refusal(.notFound) }
        return id
    }
}

extension IdempotencyRepository.Answer {
    /// 201 with id, state and where it is.
    static func created(_ id: UUID, at location: String?, _ more: (inout JSONWriter) -> Void = { _ in }) -> Self {
        var json = JSONWriter()
        json.object { json in
            json.member("id", id.text)
            more(&json)
            json.member("links") { json in
                json.object { json in if let location { json.member("self", location) } }
            }
        }
        return Self(status: 201, location: location ?? "", body: json.bytes)
    }
}

import Foundation
import Hummingbird
import Schema
import Web

extension TenantDatabase {
    /// What every POST has in common: no query, an idempotency key, and for a repeated request the first answer,
    /// whatever has changed since; but a session that has ended is refused, whatever it repeats.
    ///
    /// - Parameter operation: with the id of what it changes, where there is one.
    func post(
        _ request: Request, _ context: ServiceContext, operation: String,
        _ work: ([UInt8], IdempotencyKey, Acting) async throws -> IdempotencyRepository.Answer
    ) async throws -> Response {
        try request.query().finish()
        let body = try await request.bytes()
        let key = try IdempotencyKey(of: request, context, operation: operation, body: body)
        let acting = try await acting(context)
        if let earlier = try await answer(to: key, acting) { return .stored(earlier) }
        return .stored(try await work(body, key, acting))
    }
}

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

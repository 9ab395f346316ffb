import Foundation
import Hummingbird
import Schema
import Web

extension TenantDatabase {
    /// What every POST has in common: no query, an idempotency key, and for a repeated request the first answer,
    /// whatever has changed since; but a session that has ended is refused, whatever it repeats.
    ///
    /// - Parameters:
    ///   - operation: with the id of what it changes, where there is one.
    ///   - endsSession: a person's session ends by it, so that a repetition is answered although there is none any more.
    func post(
        _ request: Request, _ context: ServiceContext, operation: String, endsSession: Bool = false,
        _ work: ([UInt8], IdempotencyKey, Acting) async throws -> IdempotencyRepository.Answer
    ) async throws -> Response {
        try request.query().finish()
        let body = try await request.bytes()
        let key = try IdempotencyKey(of: request, context, operation: operation, body: body)
        let acting = try await acting(context)
        if let earlier = try await answer(to: key, endsSession ? nil : acting) { return .stored(earlier) }
        do {
            return .stored(try await work(body, key, acting))
        } catch let refusal as Refusal where endsSession && refusal.code == .unauthenticated {
            // The request that this one repeats has ended meanwhile.
            guard let earlier = try await answer(to: key, nil) else { throw refusal }
            return .stored(earlier)
        }
    }
}

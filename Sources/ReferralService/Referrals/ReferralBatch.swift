import Foundation
import Postgres
import Schema
import Web

/// Several referrals in one request, each made or refused by itself.
///
/// Each has a key of its own, made of the request's and its place: a request that is repeated gets the first answers of
/// those that were made, and makes the others.
struct ReferralBatch: Sendable {
    /// As many as one request may hold.
    static let most = 100

    enum Outcome: Sendable {
        case made(IdempotencyRepository.Answer)
        case refused(Refusal)
    }

    let tenants: TenantDatabase
    let making: ReferralMaking

    /// In the order of the items, one after the other: one caller takes one connection.
    /// - Throws: ``Refusal`` `idempotency-key-reused` where the key came with other items before, and nothing is made.
    func make(_ items: [JSONValue], _ key: IdempotencyKey, _ acting: Acting) async throws -> [Outcome] {
        let keys = items.indices.map { key.part($0) }
        for part in keys { _ = try await tenants.answer(to: part, acting) }
        var outcomes: [Outcome] = []
        for (item, part) in zip(items, keys) { outcomes.append(try await outcome(of: item, part, acting)) }
        return outcomes
    }

    private func outcome(of item: JSONValue, _ key: IdempotencyKey, _ acting: Acting) async throws -> Outcome {
        do {
            if let earlier = try await tenants.answer(to: key, acting) { return .made(earlier) }
            let now = Date()
            let draft = try ObjectReader.read(item) { ReferralDraft($0, now: now) }
            return .made(try await making.make(draft, key, acting))
        } catch let refusal as Refusal {
            return .refused(refusal)
        } catch let error as DatabaseError {
            guard let refusal = Refusal(error, isRead: false) else { throw error }
            return .refused(refusal)
        }
    }
}

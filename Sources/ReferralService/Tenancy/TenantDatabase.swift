import Foundation
import Postgres
import Schema
import Tokens
import Web

/// Transactions on behalf of structures: the only way to the tables that have a tenant.
struct TenantDatabase: Sendable {
    let pool: Pool
    let known: KnownStructureRepository
    /// After a commit: whoever waits for events need not wait longer.
    private let poke: @Sendable () -> Void
    private let idempotency = IdempotencyRepository()
    private let links = FollowUpLinkRepository()

    init(pool: Pool, poke: @escaping @Sendable () -> Void = {}) {
        self.pool = pool
        self.poke = poke
        known = KnownStructureRepository(pool: pool)
    }

    func acting(_ context: ServiceContext) async throws -> Acting {
        let caller = try context.caller
        // Only this service itself grants that scope, and never with another.
        if caller.scopes.contains(.followUp) {
            guard let person = UUID(text: caller.subject) else { throw Refusal(.unauthenticated) }
            return Acting(caller: caller, structures: [], person: person, correlation: context.correlation)
        }
        let ofNetworks =
            caller.networks.isEmpty ? [] : try await known.list(ofNetworks: caller.networks, in: caller.region)
        return Acting(
            caller: caller, structures: Set(caller.structures).union(ofNetworks), person: nil,
            correlation: context.correlation)
    }

    func withTransaction<Value>(
        _ acting: Acting, _ body: nonisolated(nonsending) (Transaction) async throws -> Value
    ) async throws -> Value {
        try await pool.withTransaction(settings: acting.settings) { transaction in
            if let person = acting.person {
                guard let link = FollowUpLink.id(ofClient: acting.caller.clientID),
                    try await links.holds(link, of: person, in: transaction)
                else { throw Self.ended }
            }
            return try await body(transaction)
        }
    }

    private static let ended = Refusal(
        .unauthenticated, fr: "Ce lien de suivi n’est plus valable.", en: "This follow-up link is no longer valid.")

    /// The answer that a request with this key already got.
    /// - Parameter acting: nil: whether or not the session of whoever asks still holds.
    func answer(to key: IdempotencyKey, _ acting: Acting?) async throws -> IdempotencyRepository.Answer? {
        // A person's link may have ended since.
        if let acting, acting.person != nil { try await withTransaction(acting) { _ in } }
        return try await idempotency.find(key, in: pool)
    }

    /// Does something once for each key, all of it or nothing: a repeated request gets the first one's answer.
    func once(
        _ key: IdempotencyKey, _ acting: Acting,
        _ body: nonisolated(nonsending) (Transaction) async throws -> IdempotencyRepository.Answer
    ) async throws -> IdempotencyRepository.Answer {
        do {
            let answer = try await withTransaction(acting) { transaction in
                if let earlier = try await idempotency.claim(key, in: transaction) { return earlier }
                let answer = try await body(transaction)
                idempotency.store(answer, for: key, in: transaction)
                return answer
            }
            poke()
            return answer
        } catch let error as DatabaseError {
            throw Refusal(ofConstraint: error) ?? error
        }
    }
}

extension Refusal {
    static let unknownPerson = unknown(
        "/person_id", fr: "Cette structure ne connaît pas cette personne.", en: "This structure knows no such person.")
    static let unknownDemand = unknown(
        "/demand_id", fr: "Cette personne n’a pas cette demande.", en: "This person has no such demand.")
    private static let unknownConsent = unknown(
        "/consent_id", fr: "Cette personne n’a pas donné cet accord.", en: "This person gave no such consent.")

    private static func unknown(_ pointer: String, fr: String, en: String) -> Refusal {
        Refusal(.invalidBody, violations: [Violation(Flaw("unknown", fr: fr, en: en), at: pointer)])
    }

    /// What a broken rule of the schema means to the caller; nil where it is a mistake of ours.
    fileprivate init?(ofConstraint error: DatabaseError) {
        guard let constraint = error.constraint else { return nil }
        switch constraint {
        case "person_is_known": self = .unknownPerson
        case "demand_is_known": self = .unknownDemand
        case "consent_is_known": self = .unknownConsent
        case "at_most_six_months":
            // The draft was judged by our clock, which is ahead of the database's.
            self.init(
                .invalidBody, fr: "Un accord vaut six mois au plus, à compter de son enregistrement.",
                en: "A consent holds for six months at most, from when it is recorded.")
        case "no_open_duplicate":
            self.init(
                .conflict, fr: "Une orientation vers cette structure sur ce thème est déjà ouverte.",
                en: "A referral to this structure on this theme is open already.")
        case "followed_once":
            self.init(
                .conflict, fr: "Une autre orientation suit déjà celle-ci.",
                en: "Another referral follows this one already.")
        default: return nil
        }
    }
}

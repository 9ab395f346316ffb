import Logging
package import Schema
package import Tokens

/// Our token for one other service, kept fresh: renewed when four fifths of its time are over, by one request at a
/// time; while the issuer is down the known token goes on to its end.
package actor ServiceCredentials {
    private struct Holding {
        let token: Redacted<String>
        let renewAt: Duration
        let expiresAt: Duration
    }

    /// Between two requests after one that failed, or that gave a token which was refused.
    private static let spacing = Duration.seconds(2)
    /// A token about to expire could do so on its way.
    private static let margin = Duration.seconds(5)

    private let audience: String
    private let clock: TokenClock
    private let grant: @Sendable (String) async throws(CallFailure) -> TokenSource.Grant
    private var held: Holding?
    private var renewal: Task<Result<Redacted<String>, CallFailure>, Never>?
    private var failure: (at: Duration, reason: CallFailure)?
    private var rejectedAt: Duration?

    /// - Parameter audience: the service that is called, by its name.
    package init(source: TokenSource, audience: String, clock: TokenClock = .system) {
        self.init(audience: audience, clock: clock) { audience throws(CallFailure) in
            try await source.grant(for: audience)
        }
    }

    init(
        audience: String, clock: TokenClock,
        grant: @escaping @Sendable (String) async throws(CallFailure) -> TokenSource.Grant
    ) {
        self.audience = audience
        self.clock = clock
        self.grant = grant
    }

    package func token() async throws(CallFailure) -> Redacted<String> {
        let now = clock.uptime()
        if let held, now < held.expiresAt {
            if now >= held.renewAt, !hasJustFailed(now) { _ = renewing() }
            return held.token
        }
        if let failure, hasJustFailed(now) { throw failure.reason }
        return try await renewing().value.get()
    }

    /// The service refused this token (401): the next call asks for another, unless the last refusal is too recent for
    /// a new token to be the cure.
    package func reject(_ token: Redacted<String>) {
        let now = clock.uptime()
        guard held?.token.revealed == token.revealed else { return }
        if let rejectedAt, now - rejectedAt < Self.spacing { return }
        rejectedAt = now
        held = nil
    }

    private func hasJustFailed(_ now: Duration) -> Bool { failure.map { now - $0.at < Self.spacing } ?? false }

    private func renewing() -> Task<Result<Redacted<String>, CallFailure>, Never> {
        if let renewal { return renewal }
        let task = Task { await self.renew() }
        renewal = task
        return task
    }

    private func renew() async -> Result<Redacted<String>, CallFailure> {
        defer { renewal = nil }
        let asked = clock.uptime()
        do throws(CallFailure) {
            let grant = try await grant(audience)
            held = Holding(
                token: grant.token, renewAt: asked + grant.lifetime * 4 / 5,
                expiresAt: asked + grant.lifetime - Self.margin)
            failure = nil
            return .success(grant.token)
        } catch {
            failure = (clock.uptime(), error)
            return .failure(error)
        }
    }
}

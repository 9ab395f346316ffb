package import Logging
import Schema
import ServiceLifecycle
import Synchronization

/// Says whether a bearer token is genuine, for this service, now; and what it allows.
///
/// The defences run from the cheapest to the dearest: what was verified in the last minute is looked up by its digest
/// (2 µs); an address with many failures, and a token that has failed before, are refused; then come its shape, its
/// JSON, its header, its issuer's key, and only then, in a bounded queue, 0.4 ms of cryptography; then its claims.
package final class TokenVerifier: Service {
    package struct Limits: Sendable {
        /// Failures that one address may have at once, and the time after which one of them is forgiven.
        package var failureBurst = 60
        package var failureInterval = Duration.seconds(1)
        /// Distinct tokens whose signatures are being verified at once.
        package var verifications = 64
        package var cachedTokens = 10_000
        package var cacheLifetime = Duration.seconds(60)

        package init() {}
    }

    private struct Entry {
        let verdict: Result<VerifiedToken, TokenRefusal>
        let forgottenAt: Duration
    }

    package let keys: KeyStore
    package let revocations: RevocationList

    private let audience: String
    private let issuers: [String: IssuerConfiguration]
    private let limits: Limits
    private let clock: TokenClock
    private let failures: FailureLimiter
    private let queue: VerificationQueue
    private let isGenuine: @Sendable (_ signature: String, _ input: String, _ key: VerificationKey) -> Bool
    /// Genuine tokens, and apart from them, so that a forger cannot push them out, tokens that failed.
    private let verified: Mutex<LeastRecentlyUsed<TokenDigest, Entry>>
    private let refused: Mutex<LeastRecentlyUsed<TokenDigest, Entry>>

    /// - Parameter audience: this service's name in `aud`: `directory`, `referral` or `reporting`.
    package init(
        issuers: [IssuerConfiguration], audience: String, limits: Limits = Limits(),
        keyPolicy: KeyStore.Policy = KeyStore.Policy(), revocations: RevocationList = RevocationList(),
        clock: TokenClock = .system, fetch: @escaping KeySetFetch = KeySetSource.http, logger: Logger,
        isGenuine: @escaping @Sendable (String, String, VerificationKey) -> Bool = {
            SignatureEngine.isGenuine($0, of: $1, under: $2)
        }
    ) throws(TokenSetupError) {
        guard !issuers.isEmpty else { throw .noIssuer }
        var byName: [String: IssuerConfiguration] = [:]
        for issuer in issuers {
            guard byName.updateValue(issuer, forKey: issuer.issuer) == nil else {
                throw .duplicateIssuer(issuer.issuer)
            }
        }
        guard KnownAnswers.hold(of: isGenuine) else { throw .wrongKnownAnswers }
        self.issuers = byName
        self.audience = audience
        self.limits = limits
        self.clock = clock
        self.revocations = revocations
        self.isGenuine = isGenuine
        keys = KeyStore(issuers: issuers, policy: keyPolicy, fetch: fetch, clock: clock, logger: logger)
        failures = FailureLimiter(
            burst: limits.failureBurst, interval: limits.failureInterval, capacity: 10_000, clock: clock)
        queue = VerificationQueue(limit: limits.verifications)
        verified = Mutex(LeastRecentlyUsed(capacity: limits.cachedTokens))
        refused = Mutex(LeastRecentlyUsed(capacity: limits.cachedTokens))
    }

    /// Tokens whose signatures are being verified now.
    package var occupancy: Int { queue.occupancy }

    /// Keeps the keys fresh until the service stops.
    package func run() async throws { try await keys.run() }

    /// - Parameter client: the client's address, as far as it is known; failures are counted by it. What others
    ///   behind the same address do keeps no genuine token out.
    package func verify(_ bearer: String, from client: String) async throws(TokenRefusal) -> VerifiedToken {
        let isShort = bearer.utf8.count <= CompactToken.maximumLength
        let digest = isShort ? TokenDigest(of: bearer) : nil
        if let digest, let token = cached(digest) { return try unrevoked(token) }
        do throws(TokenRefusal) {
            guard let digest else { throw .malformed }
            return try unrevoked(try await judge(bearer, digest))
        } catch {
            if error != .busy { try failures.count(client) }
            throw error
        }
    }

    private func cached(_ digest: TokenDigest) -> VerifiedToken? {
        guard let entry = verified.withLock({ $0[digest] }), case .success(let token) = entry.verdict,
            clock.uptime() < entry.forgottenAt, clock.unixTime() < token.expiresAt
        else { return nil }
        return token
    }

    private func unrevoked(_ token: VerifiedToken) throws(TokenRefusal) -> VerifiedToken {
        if revocations.contains(issuer: token.issuer, tokenID: token.tokenID) { throw .revoked }
        return token
    }

    private func judge(_ bearer: String, _ digest: TokenDigest) async throws(TokenRefusal) -> VerifiedToken {
        if let verdict = remembered(digest) { return try verdict.get() }
        let token = try CompactToken(bearer)
        guard let name = token.claims["iss"]?.string, let issuer = issuers[name] else { throw .wrongIssuer }
        let header = try TokenHeader(token.header, allowedTypes: issuer.allowedTypes)
        guard let key = await keys.key(header.keyID, of: name), key.algorithm == header.algorithm else {
            throw .unknownKey
        }
        guard token.signatureLength == key.signatureLength else { throw .badSignature }
        return try await queue.verify(digest, known: { remembered(digest) }) { [self] in
            let verdict: VerificationQueue.Verdict
            if isGenuine(token.signature, token.signingInput, key) {
                verdict = Result { () throws(TokenRefusal) in
                    try TokenClaims.read(token.claims, issuer: issuer, audience: audience, now: clock.unixTime())
                }
            } else {
                verdict = .failure(.badSignature)
            }
            remember(verdict, of: digest)
            return verdict
        }
    }

    /// What a signature already decided, as long as it holds.
    private func remembered(_ digest: TokenDigest) -> VerificationQueue.Verdict? {
        if let token = cached(digest) { return .success(token) }
        guard let entry = refused.withLock({ $0[digest] }), clock.uptime() < entry.forgottenAt else { return nil }
        return entry.verdict
    }

    /// Only verdicts that cost cryptography, and that time does not soon turn.
    private func remember(_ verdict: Result<VerifiedToken, TokenRefusal>, of digest: TokenDigest) {
        let entry = Entry(verdict: verdict, forgottenAt: clock.uptime() + limits.cacheLifetime)
        switch verdict {
        case .success: verified.withLock { $0[digest] = entry }
        case .failure(.notYetValid): break
        case .failure: refused.withLock { $0[digest] = entry }
        }
    }
}

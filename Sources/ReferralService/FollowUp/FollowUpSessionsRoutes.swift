import Foundation
import Hummingbird
import Postgres
import Schema
import Tokens
import Web

/// `POST /v1/follow-up/sessions`: a person shows the secret of their link and gets a token of this service's own for a
/// quarter of an hour. Open to all, because the secret is what they have; failures are counted by client address,
/// and refused by it once there are many; a secret that is good opens whatever others at that address show.
struct FollowUpSessionsRoutes {
    let pool: Pool
    let issuer: OwnIssuer
    private let failures: FailureLimiter
    private let links = FollowUpLinkRepository()

    /// Seconds.
    static let lifetime = 15 * 60
    /// Failures that one address may have at once; then one in ten seconds.
    static let failureBurst = 20

    init(pool: Pool, issuer: OwnIssuer) {
        self.pool = pool
        self.issuer = issuer
        failures = FailureLimiter(burst: Self.failureBurst, interval: .seconds(10), capacity: 10_000)
    }

    var routes: [Route] { [Route(.post, "/v1/follow-up/sessions", .open, open)] }

    private func open(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let body = try await request.bytes()
        let shown = try request.parse(body) { $0.required("secret", .text(1...200)) }
        guard let secret = FollowUpSecret(shown), let link = try await use(secret) else {
            try failures.count(context.clientAddress)
            throw Self.refused
        }
        let lifetime = min(Self.lifetime, Int(link.expiresAt.timeIntervalSinceNow))
        guard lifetime > 0 else { throw Self.refused }
        let token = try await TokenIssuer(issuer: issuer.name).sign(
            TokenGrant(
                subject: link.person.text, clientID: link.client, audiences: ["referral"], scopes: [.followUp],
                lifetime: lifetime), with: issuer.key)
        var json = JSONWriter()
        json.object { json in
            json.member("access_token", token)
            json.member("token_type", "Bearer")
            json.member("expires_in", lifetime)
            json.member("links") { json in json.object { $0.member("self", "/v1/follow-up") } }
        }
        return .confidential(json)
    }

    /// The link of this secret; the person sees later that it was used.
    private func use(_ secret: FollowUpSecret) async throws -> FollowUpLink? {
        let settings = [(name: "spro.secret", value: secret.hash.hexadecimal)]
        do {
            return try await pool.withTransaction(settings: settings) { transaction in
                let link = try await links.findShown(in: transaction)
                if let link { links.open(link, in: transaction) }
                return link
            }
        } catch let error as DatabaseError where error.constraint != nil {
            // Whoever it led to was forgotten since it was found.
            return nil
        }
    }

    /// The same for a secret that never was, one that has ended and one that was revoked.
    private static let refused = Refusal(
        .unauthenticated, fr: "Ce lien de suivi n’est pas valable, ou ne l’est plus.",
        en: "This follow-up link is not valid, or no longer.")
}

package import Foundation
package import Schema

/// What an access token is to say.
package struct TokenGrant: Sendable {
    package var subject: String
    package var clientID: String
    package var audiences: [String]
    package var scopes: [Scope]
    package var region: String?
    package var structures: [UUID]
    package var networks: [String]
    package var territories: [String]
    /// Seconds, at most one hour.
    package var lifetime: Int

    package init(
        subject: String, clientID: String, audiences: [String], scopes: [Scope], region: String? = nil,
        structures: [UUID] = [], networks: [String] = [], territories: [String] = [], lifetime: Int = 55 * 60
    ) {
        self.subject = subject
        self.clientID = clientID
        self.audiences = audiences
        self.scopes = scopes
        self.region = region
        self.structures = structures
        self.networks = networks
        self.territories = territories
        self.lifetime = lifetime
    }
}

/// Signs access tokens in the profile of RFC 9068.
package struct TokenIssuer: Sendable {
    package enum Failure: Error {
        /// Longer than any verifier of ours accepts.
        case lifetimeTooLong
    }

    package let issuer: String
    private let clock: TokenClock

    package init(issuer: String, clock: TokenClock = .system) {
        self.issuer = issuer
        self.clock = clock
    }

    package func sign(_ grant: TokenGrant, with key: SigningKey) async throws -> String {
        guard (1...TokenClaims.longestLifetime).contains(grant.lifetime) else { throw Failure.lifetimeTooLong }
        return try await CompactSignature.sign(claims(of: grant), type: TokenType.accessToken.rawValue, with: key)
    }

    private func claims(of grant: TokenGrant) -> [UInt8] {
        let now = clock.unixTime()
        var json = JSONWriter()
        json.object { json in
            json.member("iss", issuer)
            json.member("aud", grant.audiences)
            json.member("iat", now)
            json.member("exp", now + grant.lifetime)
            json.member("sub", grant.subject)
            json.member("client_id", grant.clientID)
            json.member("jti", UUID().text)
            json.member("scope", grant.scopes.map(\.rawValue).joined(separator: " "))
            if let region = grant.region { json.member("spro_region", region) }
            if !grant.structures.isEmpty { json.member("spro_structures", grant.structures.map(\.text)) }
            if !grant.networks.isEmpty { json.member("spro_networks", grant.networks) }
            if !grant.territories.isEmpty { json.member("spro_territories", grant.territories) }
        }
        return json.bytes
    }
}

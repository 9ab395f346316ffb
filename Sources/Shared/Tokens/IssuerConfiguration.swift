import Foundation
package import Schema

/// The header `typ` of an access token, letter by letter.
package enum TokenType: String, Sendable {
    /// RFC 9068 §2.1.
    case accessToken = "at+jwt"
    case accessTokenMediaType = "application/at+jwt"
    /// What issuers older than RFC 9068 write; only where the configuration says so for one of them.
    case plain = "JWT"
}

/// An issuer whose tokens are believed, and where its public keys are.
package struct IssuerConfiguration: Sendable {
    package enum Keys: Sendable {
        /// A JWKS document, fetched and kept fresh.
        case url(String)
        /// Keys known beforehand, such as a service's own.
        case fixed([VerificationKey])
    }

    /// The `iss` claim, compared byte by byte.
    package let issuer: String
    package let keys: Keys
    package let allowedTypes: Set<TokenType>
    /// What its tokens may allow; other scopes in them mean nothing.
    package let grants: Set<Scope>

    package init(
        issuer: String, keys: Keys, allowedTypes: Set<TokenType> = [.accessToken, .accessTokenMediaType],
        grants: Set<Scope> = Set(Scope.granted), allowsLoopbackHTTP: Bool = false
    ) throws(TokenSetupError) {
        guard !issuer.isEmpty else { throw .emptyIssuer }
        if case .url(let text) = keys, !Self.isTrustworthy(text, allowsLoopbackHTTP: allowsLoopbackHTTP) {
            throw .untrustworthyKeyURL(text)
        }
        self.issuer = issuer
        self.keys = keys
        self.allowedTypes = allowedTypes
        self.grants = grants
    }

    package init(
        issuer: String, jwksURL: String, allowedTypes: Set<TokenType> = [.accessToken, .accessTokenMediaType],
        allowsLoopbackHTTP: Bool = false
    ) throws(TokenSetupError) {
        try self.init(
            issuer: issuer, keys: .url(jwksURL), allowedTypes: allowedTypes, allowsLoopbackHTTP: allowsLoopbackHTTP)
    }

    /// HTTPS, or in development HTTP to this very machine.
    private static func isTrustworthy(_ text: String, allowsLoopbackHTTP: Bool) -> Bool {
        guard let url = URL(string: text), let host = url.host, !host.isEmpty, url.user == nil else { return false }
        switch url.scheme {
        case "https": return true
        case "http": return allowsLoopbackHTTP && ["127.0.0.1", "::1", "[::1]", "localhost"].contains(host)
        default: return false
        }
    }
}

/// Why a verifier cannot be set up; the service does not start.
package enum TokenSetupError: Error, Sendable, Equatable, CustomStringConvertible {
    case noIssuer
    case emptyIssuer
    case duplicateIssuer(String)
    case untrustworthyKeyURL(String)
    case wrongKnownAnswers

    package var description: String {
        switch self {
        case .noIssuer: "no token issuer is configured"
        case .emptyIssuer: "a token issuer has an empty name"
        case .duplicateIssuer(let issuer): "the token issuer \(issuer) is configured twice"
        case .untrustworthyKeyURL(let url): "the keys of a token issuer must come over HTTPS: \(url)"
        case .wrongKnownAnswers: "the installed libjwt fails the signatures of RFC 7515: it cannot be trusted"
        }
    }
}

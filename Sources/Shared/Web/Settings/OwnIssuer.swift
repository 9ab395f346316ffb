import Schema
package import Tokens

/// A service as an issuer of its own: what it signs, and the tokens that it gives to those who come without a partner.
package struct OwnIssuer: Sendable {
    package let key: SigningKey
    /// Its `iss`: `urn:spro:referral`.
    package let name: String

    package init(name: String, key: SigningKey) {
        (self.name, self.key) = (name, key)
    }

    /// From `SPRO_SIGNING_KEY` (or `…_FILE`): a private key of the curve P-256 in PEM, the same on every replica; required.
    init?(of service: String, _ settings: Settings) {
        guard let pem = settings.secret("signing.key") else { return nil }
        guard let key = SigningKey.es256(pem: pem.revealed) else {
            settings.complain("SPRO_SIGNING_KEY: a private key of the curve P-256 in PEM is expected")
            return nil
        }
        self.init(name: "urn:spro:\(service)", key: key)
    }

    /// By which the service believes its own tokens, and in them nothing but the scopes that are its own to give.
    func configuration() throws -> IssuerConfiguration {
        try IssuerConfiguration(
            issuer: name, keys: .fixed([try key.verificationKey()]), allowedTypes: [.accessToken],
            grants: Set(Scope.allCases).subtracting(Scope.granted))
    }
}

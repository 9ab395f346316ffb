/// Why a bearer token is refused. Nothing of the token is in it.
package enum TokenRefusal: Error, Sendable, Equatable {
    case malformed
    case unsupportedType
    case forbiddenHeader
    case unknownKey
    case badSignature
    case expired
    case notYetValid
    case wrongAudience
    case wrongIssuer
    case invalidClaims
    case revoked
    /// This client's address has shown too many bad tokens; seconds until it may show another.
    case tooManyFailures(retryAfter: Int)
    /// The queue of signatures to verify is full. Says nothing of the token.
    case busy

    /// A stable code for logs, metrics and problem documents.
    package var code: String {
        switch self {
        case .malformed: "token-malformed"
        case .unsupportedType: "token-type"
        case .forbiddenHeader: "token-header"
        case .unknownKey: "token-key"
        case .badSignature: "token-signature"
        case .expired: "token-expired"
        case .notYetValid: "token-not-yet-valid"
        case .wrongAudience: "token-audience"
        case .wrongIssuer: "token-issuer"
        case .invalidClaims: "token-claims"
        case .revoked: "token-revoked"
        case .tooManyFailures: "token-failures"
        case .busy: "token-verification-busy"
        }
    }

    /// One English sentence for `error_description`: printable ASCII without `"` and `\` (RFC 6750 §3).
    package var explanation: String {
        switch self {
        case .malformed: "The token is not a signed JWT in its canonical form"
        case .unsupportedType: "The token is not an access token of type at+jwt"
        case .forbiddenHeader: "The token has a header that is not allowed"
        case .unknownKey: "The token is signed with a key or an algorithm that its issuer does not publish"
        case .badSignature: "The signature is not the issuer's"
        case .expired: "The token has expired"
        case .notYetValid: "The token is not valid yet"
        case .wrongAudience: "The token is not meant for this service"
        case .wrongIssuer: "The issuer is not trusted here"
        case .invalidClaims: "A claim is missing or not as agreed"
        case .revoked: "The token has been revoked"
        case .tooManyFailures: "Too many bad tokens from this address"
        case .busy: "Too many tokens to verify at once"
        }
    }

    /// The `WWW-Authenticate` header of a 401 (RFC 6750 §3), or nil where the token was not judged.
    package var challenge: String? {
        switch self {
        case .tooManyFailures, .busy: nil
        default: "Bearer error=\"invalid_token\", error_description=\"\(explanation)\""
        }
    }
}

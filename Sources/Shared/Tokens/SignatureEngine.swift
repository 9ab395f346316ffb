import CLibJWT
import Foundation

/// libjwt 1.10.2, held to the one thing it is asked: is this signature genuine under this key and this algorithm.
///
/// `jwt_decode` is never called: it takes the algorithm from the token, the last of duplicate members, and anything at
/// all under an empty key. Every function here costs 0.1 to 1 ms of CPU, most of it reading the PEM key, and belongs
/// off the cooperative pool.
enum SignatureEngine {
    /// Whether `signature` (base64url) signs `input` (`header.claims`) under the pinned algorithm.
    ///
    /// Both texts are canonical base64url, so neither holds a NUL, and they come from at most 8 KiB: libjwt keeps a
    /// copy of its input on the stack.
    static func isGenuine(_ signature: String, of input: String, under key: VerificationKey) -> Bool {
        defer { ERR_clear_error() }
        guard !signature.isEmpty, !key.pem.isEmpty, let jwt = makeJWT(key.algorithm, pem: key.pem) else { return false }
        defer { jwt_free(jwt) }
        return jwt_verify_sha_pem(jwt, input, signature) == 0 && jwt_get_alg(jwt) == name(key.algorithm)
    }

    /// The compact token of these claims (a JSON object), or nil if libjwt refuses the key or the claims.
    static func sign(claims: String, keyID: String, algorithm: TokenAlgorithm, pem: [UInt8]) -> String? {
        defer { ERR_clear_error() }
        guard !pem.isEmpty, let jwt = makeJWT(algorithm, pem: pem) else { return nil }
        defer { jwt_free(jwt) }
        // libjwt writes `typ: JWT` unless there is one already. RFC 9068 §2.1.
        guard jwt_add_header(jwt, "typ", "at+jwt") == 0, jwt_add_header(jwt, "kid", keyID) == 0,
            jwt_add_grants_json(jwt, claims) == 0, let text = jwt_encode_str(jwt)
        else { return nil }
        defer { free(text) }
        return String(cString: text)
    }

    private static func makeJWT(_ algorithm: TokenAlgorithm, pem: [UInt8]) -> OpaquePointer? {
        var jwt: OpaquePointer?
        guard jwt_new(&jwt) == 0, let jwt else { return nil }
        guard jwt_set_alg(jwt, name(algorithm), pem, Int32(pem.count)) == 0 else {
            jwt_free(jwt)
            return nil
        }
        return jwt
    }

    private static func name(_ algorithm: TokenAlgorithm) -> jwt_alg_t {
        switch algorithm {
        case .rs256: JWT_ALG_RS256
        case .rs384: JWT_ALG_RS384
        case .rs512: JWT_ALG_RS512
        case .es256: JWT_ALG_ES256
        case .es384: JWT_ALG_ES384
        case .es512: JWT_ALG_ES512
        }
    }
}

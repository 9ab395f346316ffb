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

    /// The signature's octets over `input` (`header.claims`), or nil if libjwt refuses the key.
    ///
    /// Not `jwt_encode_str`: it writes `typ: JWT` over any other.
    static func sign(_ input: String, with key: SigningKey) -> [UInt8]? {
        defer { ERR_clear_error() }
        guard !key.pem.isEmpty, let jwt = makeJWT(key.algorithm, pem: key.pem) else { return nil }
        defer { jwt_free(jwt) }
        var signature: UnsafeMutablePointer<CChar>?
        var length: UInt32 = 0
        guard jwt_sign_sha_pem(jwt, &signature, &length, input) == 0, let signature else { return nil }
        defer { free(signature) }
        return UnsafeRawBufferPointer(start: signature, count: Int(length)).map(\.self)
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

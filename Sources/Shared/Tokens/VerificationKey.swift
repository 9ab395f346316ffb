import Crypto
import CryptoExtras
package import Schema

/// A public key with the one algorithm that it verifies. Made from a JSON Web Key (RFC 7517, RFC 7518 §6) only if it
/// is strong enough and its curve is the algorithm's.
package struct VerificationKey: Sendable, Equatable {
    package let id: String
    package let algorithm: TokenAlgorithm
    /// SubjectPublicKeyInfo in PEM.
    let pem: [UInt8]
    /// Octets of every signature that the key can have made.
    let signatureLength: Int

    package init(jwk: JSONObject) throws(JWKDefect) {
        guard let id = jwk["kid"]?.string, (1...256).contains(id.utf8.count) else { throw .missingKeyID }
        guard jwk["use"]?.string == "sig" else { throw .notForSignatures }
        if let operations = jwk["key_ops"] {
            guard operations.array?.contains("verify") == true else { throw .notForSignatures }
        }
        guard Self.privateMembers.allSatisfy({ jwk[$0] == nil }) else { throw .privateKeyPublished }
        switch jwk["kty"]?.string {
        case "RSA": self = try Self.rsa(id: id, jwk: jwk)
        case "EC": self = try Self.ellipticCurve(id: id, jwk: jwk)
        default: throw .unsupportedType
        }
    }

    private init(id: String, algorithm: TokenAlgorithm, pem: String, signatureLength: Int) {
        self.id = id
        self.algorithm = algorithm
        self.pem = Array(pem.utf8)
        self.signatureLength = signatureLength
    }

    /// The same key under another algorithm: only the known-answer test asks for such a thing.
    func pinned(to algorithm: TokenAlgorithm) -> VerificationKey {
        VerificationKey(
            id: id, algorithm: algorithm, pem: String(decoding: pem, as: UTF8.self), signatureLength: signatureLength)
    }

    private static let privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"]

    /// RSA of 2048 to 4096 bits with an odd exponent ≥ 65537; RS256 where the key does not say.
    private static func rsa(id: String, jwk: JSONObject) throws(JWKDefect) -> VerificationKey {
        let algorithm = try algorithm(of: jwk, default: .rs256)
        guard algorithm.coordinateLength == nil else { throw .algorithmMismatch }
        let modulus = try octets(jwk["n"]).drop { $0 == 0 }
        let exponent = try octets(jwk["e"]).drop { $0 == 0 }
        guard let leading = modulus.first, let trailing = modulus.last, trailing & 1 == 1,
            let exponentTrailing = exponent.last, exponentTrailing & 1 == 1
        else { throw .malformed }
        let bits = modulus.count * 8 - leading.leadingZeroBitCount
        guard (2048...4096).contains(bits) else { throw .weak }
        guard exponent.count <= 8, exponent.reduce(0, { $0 << 8 | UInt64($1) }) >= 65537 else { throw .weak }
        guard let key = try? _RSA.Signing.PublicKey(n: Array(modulus), e: Array(exponent)) else { throw .malformed }
        return VerificationKey(
            id: id, algorithm: algorithm, pem: key.pemRepresentation, signatureLength: (bits + 7) / 8)
    }

    /// A point on the algorithm's own curve, which the library checks.
    private static func ellipticCurve(id: String, jwk: JSONObject) throws(JWKDefect) -> VerificationKey {
        let own: TokenAlgorithm
        switch jwk["crv"]?.string {
        case "P-256": own = .es256
        case "P-384": own = .es384
        case "P-521": own = .es512
        default: throw .unsupportedType
        }
        let algorithm = try algorithm(of: jwk, default: own)
        guard algorithm == own, let length = algorithm.coordinateLength else { throw .algorithmMismatch }
        let x = try octets(jwk["x"])
        let y = try octets(jwk["y"])
        guard x.count == length, y.count == length else { throw .malformed }
        let point = [0x04] + x + y
        let pem: String?
        switch own {
        case .es256: pem = try? P256.Signing.PublicKey(x963Representation: point).pemRepresentation
        case .es384: pem = try? P384.Signing.PublicKey(x963Representation: point).pemRepresentation
        default: pem = try? P521.Signing.PublicKey(x963Representation: point).pemRepresentation
        }
        guard let pem else { throw .notOnCurve }
        return VerificationKey(id: id, algorithm: algorithm, pem: pem, signatureLength: 2 * length)
    }

    private static func algorithm(
        of jwk: JSONObject, default own: TokenAlgorithm
    ) throws(JWKDefect) -> TokenAlgorithm {
        guard let member = jwk["alg"] else { return own }
        guard let name = member.string, let algorithm = TokenAlgorithm(rawValue: name) else {
            throw .unsupportedAlgorithm
        }
        return algorithm
    }

    private static func octets(_ member: JSONValue?) throws(JWKDefect) -> [UInt8] {
        guard let text = member?.string, !text.isEmpty, let bytes = Base64URL.decode(text.utf8) else {
            throw .malformed
        }
        return bytes
    }
}

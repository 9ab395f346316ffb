package import Crypto
import CryptoExtras
import Foundation
package import Schema

/// A private key that signs tokens. Its id is the JWK thumbprint of its public half (RFC 7638).
package struct SigningKey: Sendable {
    package let id: String
    package let algorithm: TokenAlgorithm
    /// The public half as a JSON Web Key.
    package let jwk: JSONObject
    let pem: [UInt8]

    package static func es256(_ key: P256.Signing.PrivateKey = P256.Signing.PrivateKey()) -> SigningKey {
        let point = key.publicKey.rawRepresentation
        return SigningKey(
            algorithm: .es256, pem: key.pemRepresentation,
            required: [
                "crv": "P-256", "kty": "EC", "x": .string(Base64URL.encode(point.prefix(32))),
                "y": .string(Base64URL.encode(point.suffix(32))),
            ])
    }

    /// A key of the curve P-256 from its PEM (PKCS #8 or SEC 1); nil where it is none.
    package static func es256(pem: String) -> SigningKey? {
        (try? P256.Signing.PrivateKey(pemRepresentation: pem)).map { es256($0) }
    }

    /// A new RSA key of 2048 bits; making one takes about 0.1 s.
    package static func rs256() throws -> SigningKey {
        let key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let primitives = try key.publicKey.getKeyPrimitives()
        return SigningKey(
            algorithm: .rs256, pem: key.pkcs8PEMRepresentation,
            required: [
                "e": .string(Base64URL.encode(primitives.publicExponent)), "kty": "RSA",
                "n": .string(Base64URL.encode(primitives.modulus)),
            ])
    }

    /// - Parameter required: the members that the thumbprint is over, in lexicographic order (RFC 7638 §3.2).
    private init(algorithm: TokenAlgorithm, pem: String, required: JSONObject) {
        var json = JSONWriter()
        json.value(.object(required))
        id = Base64URL.encode(SHA256.hash(data: json.bytes))
        self.algorithm = algorithm
        self.pem = Array(pem.utf8)
        jwk = JSONObject(
            members: required.members + [
                (name: "kid", value: .string(id)), (name: "use", value: "sig"),
                (name: "alg", value: .string(algorithm.rawValue)),
            ])
    }

    package func verificationKey() throws(JWKDefect) -> VerificationKey { try VerificationKey(jwk: jwk) }
}

/// Whoever prints what holds a key (the log of a starting service does) prints its id.
extension SigningKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "SigningKey(\(id))" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["id": id]) }
}

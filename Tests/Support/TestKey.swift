import Crypto
import CryptoExtras
package import Foundation
import JWTKit

/// A signing key of jwt-kit, the implementation of tokens that ours is held against.
package struct TestKey: Sendable {
    package let id: String
    /// `RS256` to `ES512`.
    package let algorithm: String
    /// The public half, as the text of a JSON Web Key.
    package let jwk: String
    package let publicPEM: String
    private let keys: JWTKeyCollection

    package static func es256(id: String = UUID().uuidString) async throws -> TestKey {
        let key = ES256PrivateKey()
        return try await ellipticCurve(id, "ES256", "P-256", key.parameters, key.publicKey.pemRepresentation) {
            await $0.add(ecdsa: key, kid: JWKIdentifier(string: id))
        }
    }

    package static func es384(id: String = UUID().uuidString) async throws -> TestKey {
        let key = ES384PrivateKey()
        return try await ellipticCurve(id, "ES384", "P-384", key.parameters, key.publicKey.pemRepresentation) {
            await $0.add(ecdsa: key, kid: JWKIdentifier(string: id))
        }
    }

    package static func es512(id: String = UUID().uuidString) async throws -> TestKey {
        let key = ES512PrivateKey()
        return try await ellipticCurve(id, "ES512", "P-521", key.parameters, key.publicKey.pemRepresentation) {
            await $0.add(ecdsa: key, kid: JWKIdentifier(string: id))
        }
    }

    /// - Parameter algorithm: `RS256`, `RS384` or `RS512`; they share one key of 2048 bits, slow to make.
    package static func rsa(_ algorithm: String = "RS256", id: String = UUID().uuidString) async throws -> TestKey {
        let key = try Insecure.RSA.PrivateKey(backing: sharedRSA)
        let (modulus, exponent) = try key.publicKey.getKeyPrimitives()
        let digest: DigestAlgorithm =
            switch algorithm {
            case "RS384": .sha384
            case "RS512": .sha512
            default: .sha256
            }
        let keys = JWTKeyCollection()
        await keys.add(rsa: key, digestAlgorithm: digest, kid: JWKIdentifier(string: id))
        return TestKey(
            id: id, algorithm: algorithm,
            jwk: """
                {"kty":"RSA","kid":"\(id)","use":"sig","alg":"\(algorithm)",\
                "n":"\(base64URL(modulus))","e":"\(base64URL(exponent))"}
                """,
            publicPEM: key.publicKey.pemRepresentation, keys: keys)
    }

    /// A compact token over any texts of header and claims, genuinely signed.
    package func sign(header: String, claims: String) async throws -> String {
        try await sign(header: Data(header.utf8), claims: Data(claims.utf8))
    }

    package func sign(header: Data, claims: Data) async throws -> String {
        let input = base64URL(header) + "." + base64URL(claims)
        return input + "." + base64URL(try await signature(of: input))
    }

    package func signature(of input: String) async throws -> Data {
        Data(try await keys.getKey(for: JWKIdentifier(string: id)).sign(Data(input.utf8)))
    }

    /// A private key of the curve P-256 in PEM, for `SPRO_SIGNING_KEY`: one for all the services of a run.
    package static let signingPEM = P256.Signing.PrivateKey().pemRepresentation

    private static let sharedRSA = try! _RSA.Signing.PrivateKey(keySize: .bits2048)

    private static func ellipticCurve(
        _ id: String, _ algorithm: String, _ curve: String, _ point: ECDSAParameters?, _ pem: String,
        _ add: (JWTKeyCollection) async -> Void
    ) async throws -> TestKey {
        let keys = JWTKeyCollection()
        await add(keys)
        let x = base64URL(Data(base64Encoded: point!.x)!)
        let y = base64URL(Data(base64Encoded: point!.y)!)
        return TestKey(
            id: id, algorithm: algorithm,
            jwk: """
                {"kty":"EC","kid":"\(id)","use":"sig","alg":"\(algorithm)","crv":"\(curve)","x":"\(x)","y":"\(y)"}
                """,
            publicPEM: pem, keys: keys)
    }
}

/// Base64url without padding, by Foundation.
package func base64URL(_ bytes: Data) -> String {
    bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
}

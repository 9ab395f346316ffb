import Crypto
import Foundation
import Support
import Testing

@testable import Tokens

/// Algorithms and keys of the forger's choice. Removing the comparison of `alg` with the key's one algorithm in
/// `TokenVerifier.judge`, or `TokenAlgorithm`'s closed list, fails this suite.
@Suite("Forged algorithms")
struct ForgeryTests {
    @Test(
        "none is no algorithm, in any spelling",
        arguments: [
            "none", "None", "NONE", "nOnE", "noNe", "NoNe", "none ", "nonE",
        ])
    func none(name: String) async throws {
        let bench = try await Bench()
        let sound = try await bench.token()
        #expect(await bench.refusal(of: sound) == nil)

        let input = base64URL(Data(bench.header(["alg": "\"\(name)\""]).utf8)) + "." + sound.split(separator: ".")[1]
        #expect(await bench.refusal(of: input + ".") == .malformed)
        #expect(await bench.refusal(of: input + "." + sound.split(separator: ".")[2]) == .unknownKey)
        #expect(bench.verifications.value == 1)
    }

    @Test("A public key is no HMAC secret", arguments: ["HS256", "HS384", "HS512"])
    func publicKeyAsSecret(algorithm: String) async throws {
        let bench = try await Bench(keys: [try await .rsa()])
        let pem = bench.key.publicPEM
        let der = Data(base64Encoded: pem.split(separator: "\n").dropFirst().dropLast().joined())!
        let secrets = [
            Data(pem.utf8), Data((pem + "\n").utf8), Data(pem.trimmingCharacters(in: .newlines).utf8), der,
            Data(bench.key.jwk.utf8), Data(bench.issuer.keySet([bench.key]).utf8), Data(),
        ]
        for secret in secrets {
            // Under the key's own name of algorithm too: then it is the signature that is wrong.
            for (name, refusal) in [(algorithm, TokenRefusal.unknownKey), ("RS256", .badSignature)] {
                let input =
                    "\(base64URL(Data(bench.header(["alg": "\"\(name)\""]).utf8)))."
                    + base64URL(Data(bench.claims().utf8))
                let token = input + "." + base64URL(Self.authenticate(input, secret, algorithm))
                #expect(await bench.refusal(of: token) == refusal)
            }
        }
    }

    @Test("libjwt under an RS256 pin refuses HMAC by the public key")
    func enginePin() async throws {
        let key = try await TestKey.rsa()
        let published = try #require(try JWKS(parsing: Array(TestIssuer().keySet([key]).utf8)).keys[key.id])
        let input = "e30.e30"
        let genuine = base64URL(try await key.signature(of: input))
        #expect(SignatureEngine.isGenuine(genuine, of: input, under: published))
        for secret in [Data(published.pem), Data(key.publicPEM.utf8)] {
            let forged = base64URL(Self.authenticate(input, secret, "HS256"))
            #expect(!SignatureEngine.isGenuine(forged, of: input, under: published))
        }
        #expect(!SignatureEngine.isGenuine("", of: input, under: published))
    }

    @Test("A key has one algorithm, not its family's others")
    func otherHash() async throws {
        let keys = [try await TestKey.rsa("RS256"), try await .rsa("RS512"), try await .es256()]
        let bench = try await Bench(keys: keys)
        #expect(await bench.refusal(of: try await bench.token(key: keys[1])) == nil)
        // Signed as RS512 by the very same RSA key, under the id of the RS256 one.
        #expect(
            await bench.refusal(of: try await bench.token(header: ["kid": "\"\(keys[0].id)\""], key: keys[1]))
                == .unknownKey)
        let relabelled = try await bench.token(
            header: ["kid": "\"\(keys[0].id)\"", "alg": "\"RS256\""], key: keys[1])
        #expect(await bench.refusal(of: relabelled) == .badSignature)
        for name in ["RS384", "PS256", "ES256", "ES256K", "EdDSA", "rs256", "RS256 ", "A256GCM"] {
            #expect(await bench.refusal(of: try await bench.token(header: ["alg": "\"\(name)\""])) == .unknownKey)
        }
    }

    @Test("A curve signs under its own algorithm only")
    func otherCurve() async throws {
        let keys = [try await TestKey.es256(), try await .es384(), try await .es512()]
        let bench = try await Bench(keys: keys)
        for key in keys {
            #expect(await bench.refusal(of: try await bench.token(key: key)) == nil)
            for other in keys where other.id != key.id {
                let stolen = try await bench.token(header: ["kid": "\"\(other.id)\""], key: key)
                #expect(await bench.refusal(of: stolen) == .unknownKey)
                let relabelled = try await bench.token(
                    header: ["kid": "\"\(other.id)\"", "alg": "\"\(other.algorithm)\""], key: key)
                #expect(await bench.refusal(of: relabelled) == .badSignature)
            }
        }
    }

    @Test("Another key's signature, another token's signature and an altered claim are refused")
    func transplants() async throws {
        let bench = try await Bench()
        let stranger = try await TestKey.es256(id: bench.key.id)
        #expect(await bench.refusal(of: try await bench.token(key: stranger)) == .badSignature)

        let parts = try await bench.token().split(separator: ".")
        let others = try await bench.token().split(separator: ".")
        #expect(await bench.refusal(of: "\(parts[0]).\(parts[1]).\(others[2])") == .badSignature)
        let promoted = base64URL(Data(bench.claims(["scope": "\"audit:read\""]).utf8))
        #expect(await bench.refusal(of: "\(parts[0]).\(promoted).\(parts[2])") == .badSignature)
    }

    @Test("A signature of any other length costs no cryptography")
    func signatureLengths() async throws {
        let bench = try await Bench()
        let parts = try await bench.token().split(separator: ".")
        for length in [1, 32, 63, 65, 70, 72, 96, 128, 256] {
            let token = "\(parts[0]).\(parts[1])." + base64URL(Data(repeating: 1, count: length))
            #expect(await bench.refusal(of: token) == .badSignature)
        }
        #expect(
            await bench.refusal(of: "\(parts[0]).\(parts[1])." + base64URL(Data(repeating: 0, count: 64)))
                == .badSignature)
        #expect(bench.verifications.value == 1)
    }

    private static func authenticate(_ input: String, _ secret: Data, _ algorithm: String) -> Data {
        let key = SymmetricKey(data: secret)
        let message = Data(input.utf8)
        return switch algorithm {
        case "HS256": Data(HMAC<SHA256>.authenticationCode(for: message, using: key))
        case "HS384": Data(HMAC<SHA384>.authenticationCode(for: message, using: key))
        default: Data(HMAC<SHA512>.authenticationCode(for: message, using: key))
        }
    }
}

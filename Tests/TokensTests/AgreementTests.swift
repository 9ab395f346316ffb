import Crypto
import Foundation
import JWTKit
import Schema
import Support
import Testing

@testable import Tokens

/// Two implementations that share no code: what one signs, the other verifies.
@Suite("Agreement with jwt-kit")
struct AgreementTests {
    @Test(
        "Tokens of every algorithm by jwt-kit are verified by ours",
        arguments: [
            "ES256", "ES384", "ES512", "RS256", "RS384", "RS512",
        ])
    func theirs(algorithm: String) async throws {
        let key: TestKey =
            switch algorithm {
            case "ES256": try await .es256()
            case "ES384": try await .es384()
            case "ES512": try await .es512()
            default: try await .rsa(algorithm)
            }
        let bench = try await Bench(keys: [key])
        // Several, because a signature of which an integer happens to be short has tripped implementations.
        for _ in 0..<(algorithm.hasPrefix("ES") ? 300 : 5) {
            #expect(await bench.refusal(of: try await bench.token()) == nil)
        }
    }

    @Test("Tokens by ours are verified by jwt-kit", arguments: [TokenAlgorithm.es256, .rs256])
    func ours(algorithm: TokenAlgorithm) async throws {
        let key = algorithm == .rs256 ? try SigningKey.rs256() : .es256()
        let collection = JWTKeyCollection()
        try await collection.add(jwk: JWK(json: text(key.jwk)))
        let issuer = TokenIssuer(issuer: "https://ours.test")
        let grant = TokenGrant(
            subject: "subject", clientID: "client", audiences: ["directory", "referral"],
            scopes: [.directoryRead, .auditRead], region: "52", structures: [UUID.v7()], networks: ["cio"],
            territories: ["epci:1"], lifetime: 60)
        for _ in 0..<(algorithm == .es256 ? 300 : 5) {
            let token = try await issuer.sign(grant, with: key)
            let payload = try await collection.verify(token, as: Payload.self)
            #expect(payload.iss.value == "https://ours.test")
            #expect(payload.aud.value == ["directory", "referral"])
            #expect(payload.scope == "directory:read audit:read")
            #expect(payload.structures == grant.structures.map(\.text))
            let header = try #require(Base64URL.decode(token.split(separator: ".")[0].utf8))
            #expect(String(decoding: header, as: UTF8.self).contains(#""typ":"at+jwt""#))
        }
        await #expect(throws: TokenIssuer.Failure.self) {
            var long = grant
            long.lifetime = 3601
            _ = try await issuer.sign(long, with: key)
        }
    }

    @Test("A signing key's id is its thumbprint")
    func thumbprint() throws {
        // RFC 7638 §3.2's rule, by Foundation's sorted keys.
        let key = SigningKey.es256()
        let members = try #require(
            try JSONSerialization.jsonObject(with: Data(text(key.jwk).utf8)) as? [String: String])
        let required = members.filter { ["crv", "kty", "x", "y"].contains($0.key) }
        let sorted = try JSONSerialization.data(withJSONObject: required, options: .sortedKeys)
        #expect(key.id == base64URL(Data(SHA256.hash(data: sorted))))
    }

    private func text(_ object: JSONObject) -> String {
        var json = JSONWriter()
        json.value(.object(object))
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private struct Payload: JWTPayload {
        let iss: IssuerClaim
        let aud: AudienceClaim
        let exp: ExpirationClaim
        let scope: String
        let structures: [String]

        enum CodingKeys: String, CodingKey {
            case iss, aud, exp, scope
            case structures = "spro_structures"
        }

        func verify(using _: some JWTAlgorithm) throws { try exp.verifyNotExpired() }
    }
}

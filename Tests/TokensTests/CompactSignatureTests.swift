import Crypto
import Foundation
import JWTKit
import Schema
import Support
import Testing

@testable import Tokens

@Suite("What a service signs itself")
struct CompactSignatureTests {
    @Test("A key is read from its PEM, in either form, and nothing else is")
    func pem() throws {
        let key = P256.Signing.PrivateKey()
        #expect(SigningKey.es256(pem: key.pemRepresentation)?.id == SigningKey.es256(key).id)
        let publicHalf = key.publicKey.pemRepresentation
        for wrong in ["", "x", publicHalf, P384.Signing.PrivateKey().pemRepresentation] {
            #expect(SigningKey.es256(pem: wrong) == nil)
        }
    }

    @Test("Any bytes are signed, and verified by another library; one bit less is not")
    func signs() async throws {
        let key = SigningKey.es256()
        let payload = Array(#"{"receipt":"é"}"#.utf8)
        let text = try await CompactSignature.sign(payload, type: "consent-receipt+jws", with: key)
        let segments = text.split(separator: ".")
        #expect(segments.count == 3)
        #expect(Base64URL.decode(segments[1].utf8) == payload)
        let header = try JSONValue(parsing: try #require(Base64URL.decode(segments[0].utf8))).object
        #expect(header?["typ"] == "consent-receipt+jws" && header?["kid"]?.string == key.id)
        let publicKey = try P256.Signing.PublicKey(
            pemRepresentation: String(decoding: key.verificationKey().pem, as: UTF8.self))
        var signature = try #require(Base64URL.decode(segments[2].utf8))
        let input = Data((segments[0] + "." + segments[1]).utf8)
        #expect(publicKey.isValidSignature(try .init(rawRepresentation: signature), for: input))
        signature[5] ^= 1
        #expect(!publicKey.isValidSignature(try .init(rawRepresentation: signature), for: input))
    }

    @Test("What was signed is read again by the same key, as the same type, and unchanged; nothing else is")
    func reads() async throws {
        let key = SigningKey.es256()
        let payload = Array(#"{"n":1}"#.utf8)
        let text = try await CompactSignature.sign(payload, type: "line+jws", with: key)
        #expect(CompactSignature.payload(of: text, type: "line+jws", signedBy: key) == payload)
        #expect(CompactSignature.payload(of: text, type: "other+jws", signedBy: key) == nil)
        #expect(CompactSignature.payload(of: text, type: "line+jws", signedBy: .es256()) == nil)
        for index in text.indices {
            var changed = text
            changed.replaceSubrange(index...index, with: text[index] == "A" ? "B" : "A")
            #expect(CompactSignature.payload(of: changed, type: "line+jws", signedBy: key) == nil)
        }
        for broken in ["", "..", text + ".", text + "=", String(text.dropLast()), "a." + text] {
            #expect(CompactSignature.payload(of: broken, type: "line+jws", signedBy: key) == nil)
        }
    }

    @Test("No way of printing shows a private key")
    func printed() {
        struct Holder { let key: SigningKey }
        let key = SigningKey.es256()
        let secret = key.pem.dropFirst(40).prefix(12).map { "\($0)" }.joined(separator: ", ")
        var dumped = ""
        dump(Holder(key: key), to: &dumped)
        for text in ["\(key)", "\(Holder(key: key))", String(reflecting: Holder(key: key)), dumped] {
            #expect(text.contains(key.id) && !text.contains(secret))
        }
    }

    @Test("An issuer grants no more than it is believed for")
    func grants() async throws {
        let key = SigningKey.es256()
        let issuer = TokenIssuer(issuer: "urn:spro:referral")
        let token = try await issuer.sign(
            TokenGrant(
                subject: "s", clientID: "c", audiences: ["referral"], scopes: [.followUp, .referralSend, .auditRead]),
            with: key)
        for (grants, believed) in [
            (Set(Scope.granted), [.referralSend, .auditRead]), ([.followUp], [.followUp]), ([], []),
        ] as [(Set<Scope>, Set<Scope>)] {
            let verifier = try TokenVerifier(
                issuers: [
                    try IssuerConfiguration(
                        issuer: issuer.issuer, keys: .fixed([try key.verificationKey()]), grants: grants)
                ], audience: "referral", logger: .silent)
            #expect(try await verifier.verify(token, from: "").scopes == believed)
        }
        #expect(!Scope.granted.contains(.followUp))
    }

    @Test("What is signed for another purpose is no access token")
    func receiptIsNoToken() async throws {
        let key = SigningKey.es256()
        let issuer = TokenIssuer(issuer: "urn:spro:referral")
        let token = try await issuer.sign(
            TokenGrant(subject: "s", clientID: "c", audiences: ["referral"], scopes: [.followUp]), with: key)
        let claims = try #require(Base64URL.decode(token.split(separator: ".")[1].utf8))
        let other = try await CompactSignature.sign(claims, type: "consent-receipt+jws", with: key)
        let verifier = try TokenVerifier(
            issuers: [try IssuerConfiguration(issuer: issuer.issuer, keys: .fixed([try key.verificationKey()]))],
            audience: "referral", logger: .silent)
        await #expect(throws: TokenRefusal.unsupportedType) { try await verifier.verify(other, from: "") }
    }
}

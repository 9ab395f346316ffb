import Crypto
import CryptoExtras
import Foundation
import Schema
import Support
import Testing

@testable import Tokens

/// Keys that must not be believed. Removing any one check of `JWKS` or `VerificationKey` fails this suite.
@Suite("Key sets")
struct KeySetTests {
    @Test("Sound keys of every algorithm are read")
    func soundKeys() async throws {
        let keys = [
            try await TestKey.es256(), try await .es384(), try await .es512(), try await .rsa("RS256"),
            try await .rsa("RS384"), try await .rsa("RS512"),
        ]
        let set = try JWKS(parsing: Array(TestIssuer().keySet(keys).utf8))
        #expect(set.unused.isEmpty)
        for key in keys {
            #expect(set.keys[key.id]?.algorithm.rawValue == key.algorithm)
            let pem = String(decoding: try #require(set.keys[key.id]).pem, as: UTF8.self)
            #expect(
                pem.filter(\.isASCII).split(separator: "\n").dropFirst().dropLast().joined()
                    == key.publicPEM.split(separator: "\n").dropFirst().dropLast().joined())
        }
    }

    @Test(
        "RSA keys of less than 2048 or more than 4096 bits are not used",
        arguments: [
            (512, false), (1024, false), (2047, false), (2048, true), (4096, true), (4097, false), (8192, false),
        ])
    func modulusLength(bits: Int, isUsed: Bool) throws {
        var modulus = [UInt8](repeating: 0xFF, count: (bits + 7) / 8)
        if bits % 8 != 0 { modulus[0] = 0xFF >> UInt8(8 - bits % 8) }
        let jwk = Self.rsa(modulus: modulus)
        if isUsed {
            #expect(try VerificationKey(jwk: jwk).signatureLength == bits / 8)
            let padded = Self.rsa(modulus: [0] + modulus)
            #expect(try VerificationKey(jwk: padded) == VerificationKey(jwk: jwk))
        } else {
            #expect(throws: JWKDefect.weak) { try VerificationKey(jwk: jwk) }
        }
    }

    @Test(
        "RSA exponents are odd and at least 65537",
        arguments: [
            ([3], JWKDefect.weak), ([17], .weak), ([1], .weak), ([0xFF, 0xFF], .weak), ([1, 0, 0], .malformed),
            ([], .malformed), ([0], .malformed), ([UInt8](repeating: 0xFF, count: 9), .weak),
        ])
    func exponents(exponent: [UInt8], defect: JWKDefect) {
        let jwk = Self.rsa(modulus: [UInt8](repeating: 0xFF, count: 256), exponent: exponent)
        #expect(throws: defect) { try VerificationKey(jwk: jwk) }
    }

    @Test("An even modulus is no modulus")
    func evenModulus() {
        let jwk = Self.rsa(modulus: [UInt8](repeating: 0xFF, count: 255) + [0xFE])
        #expect(throws: JWKDefect.malformed) { try VerificationKey(jwk: jwk) }
    }

    @Test(
        "An elliptic key lies on the curve that its algorithm names",
        arguments: [
            (["crv": "P-384"], JWKDefect.algorithmMismatch), (["crv": "P-521", "alg": nil], .malformed),
            (["crv": "secp256k1"], .unsupportedType), (["crv": nil], .unsupportedType),
            (["alg": "ES384"], .algorithmMismatch), (["alg": "RS256"], .algorithmMismatch),
            (["alg": "HS256"], .unsupportedAlgorithm), (["alg": "none"], .unsupportedAlgorithm),
            (["alg": "ES256K"], .unsupportedAlgorithm), (["x": "AAAA"], .malformed), (["y": nil], .malformed),
            (["x": .string(String(repeating: "A", count: 43))], .notOnCurve),
            (["y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a1"], .malformed),
            (["y": "y_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"], .notOnCurve),
        ] as [([String: JSONValue?], JWKDefect)])
    func curves(changes: [String: JSONValue?], defect: JWKDefect) throws {
        #expect(throws: Never.self) { try VerificationKey(jwk: Self.ellipticCurve()) }
        #expect(throws: defect) { try VerificationKey(jwk: Self.ellipticCurve(changes)) }
    }

    @Test(
        "Only public signature keys with a name are used",
        arguments: [
            (["use": "enc"], JWKDefect.notForSignatures), (["use": nil], .notForSignatures),
            (["key_ops": ["sign"]], .notForSignatures), (["key_ops": "verify"], .notForSignatures),
            (["kid": nil], .missingKeyID), (["kid": ""], .missingKeyID), (["kid": 1], .missingKeyID),
            (["d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"], .privateKeyPublished),
            (["k": "AAAA"], .privateKeyPublished),
            (["kty": "oct"], .unsupportedType), (["kty": "OKP"], .unsupportedType), (["kty": nil], .unsupportedType),
        ] as [([String: JSONValue?], JWKDefect)])
    func purposes(changes: [String: JSONValue?], defect: JWKDefect) {
        #expect(throws: defect) { try VerificationKey(jwk: Self.ellipticCurve(changes)) }
    }

    @Test("An unusable key leaves the others in use")
    func mixedSet() async throws {
        let key = try await TestKey.es256()
        let weak = Self.text(Self.rsa(modulus: [UInt8](repeating: 0xFF, count: 128)))
        let set = try JWKS(parsing: Array(#"{"keys":[\#(weak),\#(key.jwk)]}"#.utf8))
        #expect(Array(set.keys.keys) == [key.id])
        #expect(set.unused.map(\.defect) == [.weak])
    }

    @Test("A set out of bounds is refused whole")
    func bounds() async throws {
        let keys = try await Self.keys(21)
        let issuer = TestIssuer()
        #expect(try JWKS(parsing: Array(issuer.keySet(Array(keys.dropLast())).utf8)).keys.count == 20)
        let refused: [(String, JWKSDefect)] = [
            (issuer.keySet(keys), .tooManyKeys),
            (issuer.keySet([keys[0], keys[0]]), .duplicateKeyID),
            (issuer.keySet([keys[0], try await .es256(id: keys[0].id)]), .duplicateKeyID),
            (#"{"keys":[\#(keys[0].jwk),{"kty":"oct","kid":"\#(keys[0].id)"}]}"#, .duplicateKeyID),
            (#"{"keys":[]}"#, .noUsableKey), (#"{"keys":{}}"#, .notAKeySet), ("[]", .notAKeySet), ("{}", .notAKeySet),
            (#"{"keys":[1]}"#, .notAKeySet), ("", .notJSON), ("<html>", .notJSON),
            (#"{"keys":[\#(keys[0].jwk)],"keys":[]}"#, .notJSON),
        ]
        for (text, defect) in refused {
            #expect(throws: defect) { try JWKS(parsing: Array(text.utf8)) }
        }
        let sound = issuer.keySet([keys[0]])
        let longest = sound + String(repeating: " ", count: 64 * 1024 - sound.utf8.count)
        #expect(try JWKS(parsing: Array(longest.utf8)).keys.count == 1)
        #expect(throws: JWKSDefect.tooLarge) { try JWKS(parsing: Array((longest + " ").utf8)) }
        #expect(throws: JWKSDefect.tooLarge) { try JWKS(parsing: [UInt8](repeating: 0x20, count: 65 * 1024)) }
    }

    @Test("Keys come over HTTPS, in development over HTTP from this machine")
    func addresses() throws {
        func configuration(_ url: String, _ allowsLoopbackHTTP: Bool) throws {
            _ = try IssuerConfiguration(issuer: "i", jwksURL: url, allowsLoopbackHTTP: allowsLoopbackHTTP)
        }
        try configuration("https://issuer.example/jwks.json", false)
        for url in ["http://127.0.0.1:8089/jwks.json", "http://localhost/jwks.json", "http://[::1]:1/jwks.json"] {
            try configuration(url, true)
            #expect(throws: TokenSetupError.untrustworthyKeyURL(url)) { try configuration(url, false) }
        }
        let others = [
            "http://issuer.example/jwks.json", "http://127.0.0.1.example/", "http://localhost.example/",
            "file:///etc/keys",
            "ftp://issuer.example", "https://", "", "jwks.json", "https://user@issuer.example/", "http://127.0.0.2/",
        ]
        for url in others {
            #expect(throws: TokenSetupError.untrustworthyKeyURL(url)) { try configuration(url, true) }
        }
        let issuer = try TestIssuer().configuration()
        #expect(throws: TokenSetupError.duplicateIssuer(issuer.issuer)) {
            _ = try TokenVerifier(issuers: [issuer, issuer], audience: "directory", logger: .silent)
        }
        #expect(throws: TokenSetupError.noIssuer) {
            _ = try TokenVerifier(issuers: [], audience: "directory", logger: .silent)
        }
    }

    @Test("A library that fails the known answers keeps the service from starting", arguments: [true, false])
    func knownAnswers(always: Bool) throws {
        #expect(KnownAnswers.hold { SignatureEngine.isGenuine($0, of: $1, under: $2) })
        let issuer = try TestIssuer().configuration()
        #expect(throws: TokenSetupError.wrongKnownAnswers) {
            _ = try TokenVerifier(
                issuers: [issuer], audience: "directory", logger: .silent, isGenuine: { _, _, _ in always })
        }
    }

    private static func keys(_ count: Int) async throws -> [TestKey] {
        var keys: [TestKey] = []
        for _ in 0..<count { keys.append(try await .es256()) }
        return keys
    }

    private static func rsa(modulus: [UInt8], exponent: [UInt8] = [1, 0, 1]) -> JSONObject {
        [
            "kty": "RSA", "kid": "r", "use": "sig", "alg": "RS256", "n": .string(base64URL(Data(modulus))),
            "e": .string(base64URL(Data(exponent))),
        ]
    }

    /// RFC 7515 A.3's key, changed.
    private static func ellipticCurve(_ changes: [String: JSONValue?] = [:]) -> JSONObject {
        let sound: JSONObject = [
            "kty": "EC", "crv": "P-256", "kid": "e", "use": "sig", "alg": "ES256",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        ]
        return JSONObject(
            members: sound.members.filter { changes[$0.name] == nil }
                + changes.compactMap { name, value in value.map { (name: name, value: $0) } })
    }

    private static func text(_ object: JSONObject) -> String {
        var json = JSONWriter()
        json.value(.object(object))
        return String(decoding: json.bytes, as: UTF8.self)
    }
}

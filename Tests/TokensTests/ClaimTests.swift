import Foundation
import Schema
import Support
import Testing

@testable import Tokens

/// Claims that are genuine and yet not acceptable. Removing any one check of `TokenClaims.read` fails this suite.
@Suite("Claims of a token")
struct ClaimTests {
    @Test("Clocks may differ by less than a minute")
    func leeway() async throws {
        let bench = try await Bench()
        let now = bench.clock.unixTime
        func refusal(_ claims: KeyValuePairs<String, String?>) async throws -> TokenRefusal? {
            await bench.refusal(of: try await bench.token(claims: claims))
        }
        #expect(try await refusal(["iat": "\(now - 600)", "exp": "\(now - 59)"]) == nil)
        #expect(try await refusal(["iat": "\(now - 600)", "exp": "\(now - 60)"]) == .expired)
        #expect(try await refusal(["iat": "\(now - 600)", "exp": "\(now - 61)"]) == .expired)
        #expect(try await refusal(["nbf": "\(now + 59)"]) == nil)
        #expect(try await refusal(["nbf": "\(now + 61)"]) == .notYetValid)
        #expect(try await refusal(["nbf": "\(now - 59)"]) == nil)
        #expect(try await refusal(["iat": "\(now + 59)"]) == nil)
        #expect(try await refusal(["iat": "\(now + 61)"]) == .notYetValid)
        #expect(try await refusal(["iat": "\(now + 61)", "nbf": "\(now)"]) == .notYetValid)
        #expect(try await refusal(["iat": "\(now)", "nbf": "\(now + 61)"]) == .notYetValid)
    }

    @Test("Times are integers", arguments: ["exp", "iat", "nbf"])
    func times(name: String) async throws {
        let bench = try await Bench()
        let now = bench.clock.unixTime
        let values = [
            "\"\(now + 300)\"", "\(now + 300).0", "\(now + 300).5", "1.8e9", "-1", "-0", "true", "null", "[]", "{}",
            "9223372036854775807", "9223372036854775808", "253402300800", "\"\"",
        ]
        for value in values {
            #expect(await bench.refusal(of: try await bench.token(claims: [name: value])) == .invalidClaims, "\(value)")
        }
        let absent = await bench.refusal(of: try await bench.token(claims: [name: nil]))
        #expect(absent == (name == "nbf" ? nil : .invalidClaims))
    }

    @Test("A token lives for an hour at most")
    func lifetime() async throws {
        let bench = try await Bench()
        let now = bench.clock.unixTime
        #expect(await bench.refusal(of: try await bench.token(claims: ["exp": "\(now + 3600)"])) == nil)
        for (issued, expires) in [
            (now, now + 3601), (now - 3000, now + 3000), (0, now + 60), (now, now), (now + 9, now),
        ] {
            let token = try await bench.token(claims: ["iat": "\(issued)", "exp": "\(expires)"])
            #expect(await bench.refusal(of: token) == .invalidClaims)
        }
    }

    @Test(
        "The audience names this service",
        arguments: [
            ("\"directory\"", nil), ("[\"referral\",\"directory\"]", nil), ("[\"directory\",\"directory\"]", nil),
            ("\"referral\"", TokenRefusal.wrongAudience), ("[\"referral\"]", .wrongAudience), ("[]", .wrongAudience),
            ("\"Directory\"", .wrongAudience), ("\"directory \"", .wrongAudience),
            ("\"directory referral\"", .wrongAudience),
            ("\"direct\"", .wrongAudience), ("\"directory2\"", .wrongAudience), ("null", .invalidClaims),
            ("[\"directory\",1]", .invalidClaims), ("[[\"directory\"]]", .invalidClaims), ("{}", .invalidClaims),
            (nil, .invalidClaims),
        ] as [(String?, TokenRefusal?)])
    func audience(value: String?, expected: TokenRefusal?) async throws {
        let bench = try await Bench()
        #expect(await bench.refusal(of: try await bench.token(claims: ["aud": value])) == expected)
    }

    @Test(
        "The issuer is one we believe, byte by byte",
        arguments: [
            "\"https://issuer.test/\"", "\"https://ISSUER.test\"", "\"http://issuer.test\"", "\"https://issuer.test \"",
            "\"\"", "null", "1", "[\"https://issuer.test\"]", nil,
        ])
    func issuer(value: String?) async throws {
        let bench = try await Bench()
        #expect(await bench.refusal(of: try await bench.token(claims: ["iss": value])) == .wrongIssuer)
        #expect(bench.verifications.value == 0)
    }

    @Test("One issuer's key does not sign for another")
    func issuersApart() async throws {
        let bench = try await Bench()
        let other = TestIssuer(name: "https://other.test")
        let otherKey = try await TestKey.es256()
        other.publish([otherKey])
        let verifier = try TokenVerifier(
            issuers: [try bench.issuer.configuration(), try other.configuration()], audience: "directory",
            limits: .forgiving, clock: bench.clock.clock,
            fetch: { try await ($0.contains("other.test") ? other : bench.issuer).fetch($0) }, logger: .silent)
        _ = try await verifier.verify(try await bench.token(), from: "")
        _ = try await verifier.verify(
            try await bench.token(claims: ["iss": "\"https://other.test\""], key: otherKey), from: "")
        await #expect(throws: TokenRefusal.unknownKey) {
            _ = try await verifier.verify(try await bench.token(key: otherKey), from: "")
        }
        await #expect(throws: TokenRefusal.unknownKey) {
            _ = try await verifier.verify(
                try await bench.token(claims: ["iss": "\"https://other.test\""]), from: "")
        }
    }

    @Test("Who, for whom and which token are texts", arguments: ["sub", "client_id", "jti"])
    func identifiers(name: String) async throws {
        let bench = try await Bench()
        for value in [
            "\"\"", "1", "null", "[\"x\"]", "{}", "\"\(String(repeating: "x", count: 257))\"", nil,
            // What ends a line in a log, or is not seen in one.
            #""a\n""#, #""a\r\nb""#, #""a\u001b[2J""#, #""a\u007f""#, #""a\u0085""#, #""a\u2028b""#,
            #""a\u202eb""#, #""a\u200bb""#,
        ] {
            #expect(await bench.refusal(of: try await bench.token(claims: [name: value])) == .invalidClaims)
        }
    }

    @Test("What a token allows is read from its claims")
    func permissions() async throws {
        let bench = try await Bench()
        let structure = UUID.v7()
        let token = try await bench.token(claims: [
            "scope": "\"directory:read unheard:of  audit:read directory:read\"", "spro_region": "\"2A\"",
            "spro_structures": "[\"\(structure.text)\"]", "spro_networks": "[\"mission-locale\",\"cio\"]",
            "spro_territories": "[\"epci:244900015\"]", "jti": "\"j\"", "sub": "\"s\"", "client_id": "\"c\"",
            "private": "{\"anything\":[1]}",
        ])
        let verified = try await bench.verifier.verify(token, from: "192.0.2.1")
        let now = bench.clock.unixTime
        #expect(
            verified
                == VerifiedToken(
                    issuer: bench.issuer.name, subject: "s", clientID: "c", tokenID: "j",
                    scopes: [.directoryRead, .auditRead], region: "2A", structures: [structure],
                    networks: ["mission-locale", "cio"], territories: ["epci:244900015"], expiresAt: now + 600))

        let bare = try await bench.verifier.verify(try await bench.token(claims: ["scope": nil]), from: "192.0.2.1")
        #expect(bare.scopes.isEmpty && bare.region == nil && bare.structures.isEmpty)
    }

    @Test(
        "A claim of ours of another type refuses the token",
        arguments: [
            ("scope", "[\"directory:read\"]"), ("scope", "null"), ("scope", "1"), ("spro_region", "52"),
            ("spro_region", "null"), ("spro_region", "\"\""), ("spro_region", "\"5 2\""), ("spro_region", "[\"52\"]"),
            ("spro_structures", "\"0199a0b0-0000-7000-8000-000000000000\""), ("spro_structures", "[1]"),
            ("spro_structures", "[\"no-uuid\"]"), ("spro_structures", "null"), ("spro_structures", "{}"),
            ("spro_structures", "[\"0199A0B0-0000-7000-8000-000000000000\"]"), ("spro_networks", "\"cio\""),
            ("spro_networks", "[\"cio,apec\"]"), ("spro_networks", "[\"\"]"), ("spro_networks", "[null]"),
            ("spro_territories", "[\"epci\"]"), ("spro_territories", "[\"epci:\"]"),
            ("spro_territories", "[\"a:b:c\"]"),
            ("spro_territories", "[\"epci:1'\"]"),
        ])
    func otherTypes(name: String, value: String) async throws {
        let bench = try await Bench()
        #expect(await bench.refusal(of: try await bench.token(claims: [name: value])) == .invalidClaims)
    }

    @Test("Fifty structures at most")
    func manyStructures() async throws {
        let bench = try await Bench()
        func list(_ count: Int) -> String {
            "[" + (0..<count).map { _ in "\"\(UUID.v7().text)\"" }.joined(separator: ",") + "]"
        }
        #expect(await bench.refusal(of: try await bench.token(claims: ["spro_structures": list(50)])) == nil)
        #expect(await bench.refusal(of: try await bench.token(claims: ["spro_structures": list(51)])) == .invalidClaims)
    }
}

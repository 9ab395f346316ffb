import Support
import Testing

@testable import Tokens

/// What a header may not say, however genuine its signature. Removing the list of forbidden members or the check of
/// `typ` in `TokenHeader` fails this suite.
@Suite("Header of a token")
struct HeaderTests {
    @Test(
        "Headers that bring keys or rules of their own are refused",
        arguments: [
            ("crit", "[\"exp\"]"), ("crit", "[]"), ("crit", "[\"unheard-of\"]"), ("crit", "null"), ("b64", "false"),
            ("b64", "true"), ("zip", "\"DEF\""), ("enc", "\"A128GCM\""), ("jku", "\"https://issuer.test/jwks.json\""),
            ("jwk", "{\"kty\":\"oct\",\"k\":\"AAAA\"}"), ("x5u", "\"https://issuer.test/x\""), ("x5c", "[\"MIIB\"]"),
        ])
    func forbidden(name: String, value: String) async throws {
        let bench = try await Bench()
        #expect(await bench.refusal(of: try await bench.token(header: [name: value])) == .forbiddenHeader)
        #expect(bench.verifications.value == 0)
    }

    @Test(
        "Only access tokens are access tokens",
        arguments: [
            "\"JWT\"", "\"jwt\"", "\"AT+JWT\"", "\"at+jwt \"", "\"id+jwt\"", "\"logout+jwt\"", "\"application/jwt\"",
            "\"\"", "null", "1", "[\"at+jwt\"]", nil,
        ])
    func otherTypes(type: String?) async throws {
        let bench = try await Bench()
        #expect(await bench.refusal(of: try await bench.token(header: ["typ": type])) == .unsupportedType)
    }

    @Test("The media type's full name is allowed; JWT where an issuer's configuration says so")
    func allowedTypes() async throws {
        let bench = try await Bench()
        #expect(await bench.refusal(of: try await bench.token(header: ["typ": "\"application/at+jwt\""])) == nil)
        let lenient = try await Bench(allowedTypes: [.accessToken, .plain])
        #expect(await lenient.refusal(of: try await lenient.token(header: ["typ": "\"JWT\""])) == nil)
        #expect(await lenient.refusal(of: try await lenient.token(header: ["typ": "\"jwt\""])) == .unsupportedType)
    }

    @Test(
        "A key id is a text that the issuer publishes",
        arguments: [
            "\"\"", "null", "1", "[]", "\"other\"", "\"../jwks\"", "\"' or 1=1\"", nil,
        ])
    func keyIDs(id: String?) async throws {
        let bench = try await Bench()
        #expect(await bench.refusal(of: try await bench.token(header: ["kid": id])) == .unknownKey)
        #expect(await bench.refusal(of: try await bench.token(header: ["alg": id])) == .unknownKey)
    }

    @Test("Members of no meaning to us do no harm")
    func otherMembers() async throws {
        let bench = try await Bench()
        #expect(await bench.refusal(of: try await bench.token(header: ["cty": "\"x\"", "x5t": "\"y\""])) == nil)
    }
}

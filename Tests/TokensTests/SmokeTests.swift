import Schema
import Support
import Testing

@testable import Tokens

@Suite("Smoke")
struct SmokeTests {
    @Test("A token of the test issuer is verified")
    func positive() async throws {
        let verifier = try TestIssuer.shared.verifier(audience: "directory")
        let token = try await TestIssuer.shared.token(scopes: [.directoryRead], region: "52")
        let verified = try await verifier.verify(token, from: "192.0.2.1")
        #expect(verified.scopes == [.directoryRead])
        #expect(verified.region == "52")
    }
}

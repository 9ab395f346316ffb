package import Foundation
import Logging
package import Schema
import Synchronization
package import Tokens

/// An issuer within the test's process: mints tokens by jwt-kit and hands its key set to verifiers without a socket.
///
/// ```swift
/// let verifier = try TestIssuer.shared.verifier(audience: "directory")
/// let token = try await TestIssuer.shared.token(scopes: [.directoryRead], region: "52")
/// ```
package final class TestIssuer: Sendable {
    package struct Down: Error {
        package init() {}
    }

    private struct Published {
        var document: [UInt8]
        var isDown = false
        var fetches = 0
    }

    /// One issuer with one ES256 key for all the suites that only need tokens.
    package static let shared = TestIssuer()

    package let name: String
    private let published = Mutex(Published(document: []))
    private let firstKey: Task<TestKey, any Error>

    package init(name: String = "https://issuer.test") {
        self.name = name
        firstKey = Task { try await .es256() }
    }

    /// The key that ``token(scopes:audiences:subject:clientID:region:structures:networks:territories:lifetime:)`` uses.
    package var key: TestKey {
        get async throws { try await firstKey.value }
    }

    // MARK: Tokens

    package func token(
        scopes: [Scope], audiences: [String] = ["directory", "referral", "reporting"], subject: String = "test-subject",
        clientID: String = "test-client", region: String? = nil, structures: [UUID] = [], networks: [String] = [],
        territories: [String] = [], lifetime: Int = 600
    ) async throws -> String {
        let now = Int(Date().timeIntervalSince1970)
        let claims: [String: Any?] = [
            "iss": name, "aud": audiences, "iat": now, "exp": now + lifetime, "sub": subject, "client_id": clientID,
            "jti": UUID().uuidString, "scope": scopes.map(\.rawValue).joined(separator: " "),
            "spro_region": region,
            "spro_structures": structures.isEmpty ? nil : structures.map(\.text),
            "spro_networks": networks.isEmpty ? nil : networks,
            "spro_territories": territories.isEmpty ? nil : territories,
        ]
        let text = try JSONSerialization.data(withJSONObject: claims.compactMapValues(\.self))
        let key = try await key
        return try await key.sign(header: Data(header(of: key).utf8), claims: text)
    }

    /// The header of a sound access token.
    package func header(of key: TestKey) -> String {
        #"{"alg":"\#(key.algorithm)","typ":"at+jwt","kid":"\#(key.id)"}"#
    }

    // MARK: Keys

    package func publish(_ keys: [TestKey]) { publish(document: keySet(keys)) }

    package func publish(document: String) { published.withLock { $0.document = Array(document.utf8) } }

    package func keySet(_ keys: [TestKey]) -> String {
        #"{"keys":["# + keys.map(\.jwk).joined(separator: ",") + "]}"
    }

    package var isDown: Bool {
        get { published.withLock { $0.isDown } }
        set { published.withLock { $0.isDown = newValue } }
    }

    /// How often the key set has been asked for.
    package var fetches: Int { published.withLock { $0.fetches } }

    /// Answers for the key set's URL: the first key, unless others have been published.
    package var fetch: KeySetFetch {
        { _ in
            let (document, isDown) = self.published.withLock { published in
                published.fetches += 1
                return (published.document, published.isDown)
            }
            if isDown { throw Down() }
            return document.isEmpty ? Array(self.keySet([try await self.key]).utf8) : document
        }
    }

    // MARK: Verifiers

    package func configuration(
        allowedTypes: Set<TokenType> = [.accessToken, .accessTokenMediaType]
    ) throws -> IssuerConfiguration {
        try IssuerConfiguration(issuer: name, jwksURL: name + "/jwks.json", allowedTypes: allowedTypes)
    }

    /// A verifier that believes this issuer. Its failures are forgiven at once: every test has the same address.
    package func verifier(audience: String) throws -> TokenVerifier {
        var limits = TokenVerifier.Limits()
        limits.failureInterval = .zero
        return try TokenVerifier(
            issuers: [try configuration()], audience: audience, limits: limits, fetch: fetch,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }
}

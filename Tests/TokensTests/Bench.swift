import Dispatch
import Foundation
import Logging
import Support
import Synchronization

@testable import Tokens

/// A verifier, an issuer that it believes, and a clock that both go by; every test has its own.
struct Bench {
    let issuer = TestIssuer()
    let clock = TestClock()
    let key: TestKey
    let verifier: TokenVerifier
    /// Signatures that libjwt has been asked about since the verifier was made.
    let verifications = Counter()

    /// - Parameters:
    ///   - keys: what the issuer publishes; the first one signs.
    ///   - whenVerifying: called off the cooperative pool before each verification.
    init(
        keys: [TestKey]? = nil, audience: String = "directory",
        allowedTypes: Set<TokenType> = [.accessToken, .accessTokenMediaType],
        limits: TokenVerifier.Limits = .forgiving, keyPolicy: KeyStore.Policy = .init(),
        revocations: RevocationList = RevocationList(), whenVerifying: @escaping @Sendable () -> Void = {}
    ) async throws {
        let keys = if let keys { keys } else { [try await TestKey.es256()] }
        key = keys[0]
        issuer.publish(keys)
        let verifications = verifications
        let isSetUp = SharedFlag()
        verifier = try TokenVerifier(
            issuers: [try issuer.configuration(allowedTypes: allowedTypes)], audience: audience, limits: limits,
            keyPolicy: keyPolicy, revocations: revocations, clock: clock.clock, fetch: issuer.fetch, logger: .silent,
            isGenuine: { signature, input, key in
                if isSetUp.isSet {
                    verifications.increment()
                    whenVerifying()
                }
                return SignatureEngine.isGenuine(signature, of: input, under: key)
            })
        isSetUp.set()
    }

    /// Members of a sound header and sound claims, as JSON texts; an override of nil leaves a member out.
    func header(_ overrides: KeyValuePairs<String, String?> = [:], key: TestKey? = nil) -> String {
        let key = key ?? self.key
        return Self.object(
            ["alg": "\"\(key.algorithm)\"", "typ": "\"at+jwt\"", "kid": "\"\(key.id)\""], overrides)
    }

    func claims(_ overrides: KeyValuePairs<String, String?> = [:]) -> String {
        let now = clock.unixTime
        return Self.object(
            [
                "iss": "\"\(issuer.name)\"", "aud": "[\"directory\",\"referral\"]", "iat": "\(now)",
                "exp": "\(now + 600)", "sub": "\"subject\"", "client_id": "\"client\"",
                "jti": "\"\(UUID().uuidString)\"", "scope": "\"directory:read\"",
            ], overrides)
    }

    private static func object(
        _ members: KeyValuePairs<String, String>, _ overrides: KeyValuePairs<String, String?>
    ) -> String {
        let changed = Set(overrides.map(\.key))
        let kept = members.filter { !changed.contains($0.key) }.map { "\"\($0.key)\":\($0.value)" }
        let added = overrides.compactMap { name, value in value.map { "\"\(name)\":\($0)" } }
        return "{" + (kept + added).joined(separator: ",") + "}"
    }

    /// A genuinely signed token.
    func token(
        header: KeyValuePairs<String, String?> = [:], claims: KeyValuePairs<String, String?> = [:], key: TestKey? = nil
    ) async throws -> String {
        try await (key ?? self.key).sign(header: self.header(header, key: key), claims: self.claims(claims))
    }

    /// Why the verifier refuses the token, or nil if it does not.
    func refusal(of token: String, from client: String = "192.0.2.1") async -> TokenRefusal? {
        do throws(TokenRefusal) {
            _ = try await verifier.verify(token, from: client)
            return nil
        } catch {
            return error
        }
    }
}

extension TokenVerifier.Limits {
    /// Failures are forgiven at once.
    static var forgiving: Self {
        var limits = Self()
        limits.failureInterval = .zero
        return limits
    }
}

extension Logger {
    static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}

final class Counter: Sendable {
    private let count = Mutex(0)
    var value: Int { count.withLock(\.self) }
    func increment() { count.withLock { $0 += 1 } }
}

/// Holds up threads until it is opened, and then no more.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    var wait: @Sendable () -> Void {
        {
            self.semaphore.wait()
            self.semaphore.signal()
        }
    }

    func open() { semaphore.signal() }
}

final class SharedFlag: Sendable {
    private let flag = Mutex(false)
    var isSet: Bool { flag.withLock(\.self) }
    func set() { flag.withLock { $0 = true } }
}

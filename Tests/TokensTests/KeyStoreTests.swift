import Support
import Testing

@testable import Tokens

/// Keys over time. Removing the spacing or the sharing of refreshes in `KeyStore`, or letting a failed refresh clear
/// the keys, fails this suite.
@Suite("Keys kept fresh")
struct KeyStoreTests {
    @Test("A thousand unknown key ids cost one refresh per 30 seconds")
    func unknownKeys() async throws {
        let bench = try await Bench()
        #expect(await bench.refusal(of: try await bench.token()) == nil)
        #expect(bench.issuer.fetches == 1)
        bench.clock.advance(by: 31)
        for seconds in [29, 2] {
            await withTaskGroup { group in
                for number in 0..<1000 {
                    group.addTask { await bench.verifier.keys.key("unknown-\(number)", of: bench.issuer.name) == nil }
                }
                for await isUnknown in group { #expect(isUnknown) }
            }
            #expect(bench.issuer.fetches == 2)
            bench.clock.advance(by: seconds)
        }
        #expect(await bench.verifier.keys.key("unknown", of: bench.issuer.name) == nil)
        #expect(bench.issuer.fetches == 3)
    }

    @Test("Twenty rotations under load refuse no good token")
    func rotations() async throws {
        let bench = try await Bench()
        var keys = [bench.key]
        for _ in 0..<20 {
            keys.insert(try await .es256(), at: 0)
            keys = Array(keys.prefix(3))
            bench.issuer.publish(keys)
            bench.clock.advance(by: 31)
            var tokens: [String] = []
            for number in 0..<40 { tokens.append(try await bench.token(key: keys[number % keys.count])) }
            await withTaskGroup { group in
                for token in tokens { group.addTask { await bench.refusal(of: token) } }
                for await refusal in group { #expect(refusal == nil) }
            }
        }
        #expect(bench.issuer.fetches <= 21)
    }

    @Test("A key that is no longer published is refused within five minutes, cached tokens included")
    func removedKey() async throws {
        let policy = KeyStore.Policy()
        let limits = TokenVerifier.Limits()
        #expect(policy.interval + policy.fetchTimeout + limits.cacheLifetime <= .seconds(300))

        let bench = try await Bench()
        let token = try await bench.token()
        #expect(await bench.refusal(of: token) == nil)
        bench.issuer.publish([try await .es256()])
        await bench.verifier.keys.refreshAll()
        #expect(await bench.refusal(of: try await bench.token()) == .unknownKey)
        bench.clock.advance(by: 60)
        #expect(await bench.refusal(of: token) == .unknownKey)
    }

    @Test("The schedule alone finds out about a removed key, and about an issuer that has come back")
    func schedule() async throws {
        let bench = try await Bench(
            keyPolicy: .init(
                interval: .milliseconds(20), retryInterval: .milliseconds(20), unknownKeySpacing: .seconds(3600)))
        bench.issuer.isDown = true
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await bench.verifier.run() }
            defer { group.cancelAll() }
            #expect(await bench.refusal(of: try await bench.token()) == .unknownKey)
            #expect(await !bench.verifier.keys.isReady)
            bench.issuer.isDown = false
            try await eventually { await bench.refusal(of: try await bench.token()) == nil }
            bench.issuer.publish([try await .es256()])
            try await eventually { await bench.refusal(of: try await bench.token()) == .unknownKey }
        }
    }

    @Test("While the issuer is out of reach its known keys go on and readiness says so")
    func issuerDown() async throws {
        let bench = try await Bench()
        let name = bench.issuer.name
        await bench.verifier.keys.refreshAll()
        #expect(await bench.verifier.keys.status == [.init(issuer: name, keyCount: 1, isReachable: true)])
        bench.issuer.isDown = true
        bench.clock.advance(by: 3600)
        await bench.verifier.keys.refreshAll()
        #expect(await bench.refusal(of: try await bench.token()) == nil)
        #expect(await bench.refusal(of: try await bench.token(key: try await .es256())) == .unknownKey)
        #expect(await bench.verifier.keys.status == [.init(issuer: name, keyCount: 1, isReachable: false)])
        #expect(await bench.verifier.keys.isReady)
    }

    @Test(
        "A key set that is refused changes nothing",
        arguments: [
            "", "{}", #"{"keys":[]}"#, String(repeating: " ", count: 65 * 1024),
        ])
    func refusedSet(document: String) async throws {
        let bench = try await Bench()
        await bench.verifier.keys.refreshAll()
        // The test issuer answers an empty document with its first key; a blank is as empty.
        bench.issuer.publish(document: document.isEmpty ? " " : document)
        await bench.verifier.keys.refreshAll()
        #expect(await bench.verifier.keys.status.map(\.isReachable) == [false])
        #expect(await bench.refusal(of: try await bench.token()) == nil)
    }

    @Test("A key set that never ends does not hold up those who wait for it")
    func endlessFetch() async throws {
        let key = try await TestKey.es256()
        let keys = KeyStore(
            issuers: [try TestIssuer().configuration()], policy: .init(fetchTimeout: .milliseconds(20)),
            fetch: { _ in
                try await Task.sleep(for: .seconds(3600))
                return []
            }, logger: .silent)
        #expect(await keys.key(key.id, of: "https://issuer.test") == nil)
    }

    @Test("Those who want the keys at one time share one fetch")
    func sharedFetch() async throws {
        let issuer = TestIssuer()
        let fetches = Counter()
        let isOpen = SharedFlag()
        let keys = KeyStore(
            issuers: [try issuer.configuration()],
            fetch: { url in
                fetches.increment()
                try await eventually { isOpen.isSet }
                return try await issuer.fetch(url)
            }, logger: .silent)
        let arrivals = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    arrivals.increment()
                    await keys.refreshAll()
                }
            }
            try await eventually { arrivals.value == 100 && fetches.value > 0 }
            isOpen.set()
            try await group.waitForAll()
        }
        #expect(fetches.value == 1)
        #expect(await keys.isReady)
    }

    @Test("Keys known beforehand are never fetched")
    func fixedKeys() async throws {
        let key = SigningKey.es256()
        let issuer = TokenIssuer(issuer: "https://self.test")
        let verifier = try TokenVerifier(
            issuers: [try IssuerConfiguration(issuer: issuer.issuer, keys: .fixed([try key.verificationKey()]))],
            audience: "referral", fetch: { _ in throw TestIssuer.Down() }, logger: .silent)
        let grant = TokenGrant(subject: "person", clientID: "follow-up", audiences: ["referral"], scopes: [])
        let token = try await verifier.verify(try await issuer.sign(grant, with: key), from: "")
        #expect(token.subject == "person")
        #expect(await verifier.keys.isReady)
    }
}

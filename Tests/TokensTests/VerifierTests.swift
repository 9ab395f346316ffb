import Support
import Testing

@testable import Tokens

/// What keeps verification cheap. Removing the cache, the negative cache, the buckets, the queue's limit, its sharing,
/// or the revocation list fails this suite.
@Suite("Verification under load")
struct VerifierTests {
    @Test("A token is verified once a minute")
    func cache() async throws {
        let bench = try await Bench()
        let token = try await bench.token()
        for _ in 0..<100 { #expect(await bench.refusal(of: token) == nil) }
        #expect(bench.verifications.value == 1)
        bench.clock.advance(by: 59)
        #expect(await bench.refusal(of: token) == nil)
        #expect(bench.verifications.value == 1)
        bench.clock.advance(by: 1)
        #expect(await bench.refusal(of: token) == nil)
        #expect(bench.verifications.value == 2)
    }

    @Test("The cache forgets a token when it expires")
    func cacheExpiry() async throws {
        let bench = try await Bench()
        let now = bench.clock.unixTime
        let token = try await bench.token(claims: ["exp": "\(now + 10)"])
        #expect(await bench.refusal(of: token) == nil)
        bench.clock.setCalendar(now + 69)
        #expect(await bench.refusal(of: token) == nil)
        #expect(bench.verifications.value == 2)
        bench.clock.setCalendar(now + 70)
        #expect(await bench.refusal(of: token) == .expired)
    }

    @Test("A calendar set back by a day keeps no token cached for a day")
    func calendarSetBack() async throws {
        let bench = try await Bench()
        let token = try await bench.token()
        #expect(await bench.refusal(of: token) == nil)
        bench.clock.setCalendar(bench.clock.unixTime - 86_400)
        bench.clock.advance(by: 60)
        #expect(await bench.refusal(of: token) == .notYetValid)
    }

    @Test("The cache holds no more than its limit, the least recently used go first")
    func cacheBound() async throws {
        var limits = TokenVerifier.Limits.forgiving
        limits.cachedTokens = 4
        let bench = try await Bench(limits: limits)
        var tokens: [String] = []
        for _ in 0..<5 { tokens.append(try await bench.token()) }
        for token in tokens[..<4] { #expect(await bench.refusal(of: token) == nil) }
        #expect(await bench.refusal(of: tokens[0]) == nil)
        #expect(await bench.refusal(of: tokens[4]) == nil)
        #expect(bench.verifications.value == 5)
        for index in [0, 2, 3, 4] { #expect(await bench.refusal(of: tokens[index]) == nil) }
        #expect(bench.verifications.value == 5)
        #expect(await bench.refusal(of: tokens[1]) == nil)
        #expect(bench.verifications.value == 6)
    }

    @Test("A bad token costs cryptography once, and pushes no good one out")
    func negativeCache() async throws {
        var limits = TokenVerifier.Limits.forgiving
        limits.cachedTokens = 2
        let bench = try await Bench(limits: limits)
        let sound = try await bench.token()
        #expect(await bench.refusal(of: sound) == nil)
        let forged = try await bench.token(key: try await .es256(id: bench.key.id))
        for _ in 0..<100 { #expect(await bench.refusal(of: forged) == .badSignature) }
        #expect(bench.verifications.value == 2)
        let misdirected = try await bench.token(claims: ["aud": "\"referral\""])
        for _ in 0..<100 { #expect(await bench.refusal(of: misdirected) == .wrongAudience) }
        let stranger = try await TestKey.es256(id: bench.key.id)
        for _ in 0..<10 { #expect(await bench.refusal(of: try await bench.token(key: stranger)) == .badSignature) }
        #expect(bench.verifications.value == 13)
        #expect(await bench.refusal(of: sound) == nil)
        #expect(bench.verifications.value == 13)
    }

    @Test("A token that is not valid yet is judged again when it is")
    func notYetValid() async throws {
        let bench = try await Bench()
        let token = try await bench.token(claims: ["nbf": "\(bench.clock.unixTime + 90)"])
        #expect(await bench.refusal(of: token) == .notYetValid)
        bench.clock.advance(by: 31)
        #expect(await bench.refusal(of: token) == nil)
    }

    @Test("An address with too many failures waits with its bad tokens; others do not, and its good ones count at once")
    func failureBuckets() async throws {
        var limits = TokenVerifier.Limits()
        limits.failureBurst = 5
        limits.failureInterval = .seconds(2)
        let bench = try await Bench(limits: limits)
        let sound = try await bench.token()
        #expect(await bench.refusal(of: sound, from: "2001:db8::1") == nil)
        let stranger = try await TestKey.es256(id: bench.key.id)
        for number in 0..<5 {
            let forged = try await bench.token(key: stranger)
            #expect(await bench.refusal(of: forged, from: "2001:db8::\(number)") == .badSignature)
        }
        #expect(await bench.refusal(of: "a.b", from: "2001:db8::ffff") == .tooManyFailures(retryAfter: 3))
        let another = try await bench.token()
        #expect(await bench.refusal(of: another, from: "2001:db8::ffff") == nil)
        #expect(await bench.refusal(of: sound, from: "2001:db8::ffff") == nil)
        #expect(await bench.refusal(of: "a.b", from: "2001:db8:0:1::1") == .malformed)
        bench.clock.advance(by: 3)
        #expect(await bench.refusal(of: "a.b", from: "2001:db8::1") == .malformed)
        #expect(await bench.refusal(of: "a.b", from: "2001:db8::1") == .tooManyFailures(retryAfter: 2))
        #expect(await bench.refusal(of: try await bench.token(), from: "2001:db8::1") == nil)
    }

    @Test("A client's network is its IPv4 address or the first half of its IPv6 address")
    func networks() {
        #expect(FailureLimiter.network(of: "192.0.2.1") == "192.0.2.1")
        #expect(FailureLimiter.network(of: "::ffff:192.0.2.1") == "192.0.2.1")
        #expect(FailureLimiter.network(of: "2001:db8::1") == FailureLimiter.network(of: "2001:db8:0:0:ffff::"))
        #expect(FailureLimiter.network(of: "2001:db8::1") != FailureLimiter.network(of: "2001:db8:0:1::1"))
        #expect(FailureLimiter.network(of: "unknown") == "unknown")
    }

    @Test("Sixty-four tokens are verified at once, the next one is told to come back")
    func fullQueue() async throws {
        let gate = Gate()
        let bench = try await Bench(whenVerifying: gate.wait)
        var tokens: [String] = []
        for _ in 0..<65 { tokens.append(try await bench.token()) }
        let last = tokens.removeLast()
        try await withThrowingTaskGroup(of: TokenRefusal?.self) { group in
            defer { gate.open() }
            // Each token twice: what is being verified already takes no second place.
            for token in tokens + tokens { group.addTask { await bench.refusal(of: token) } }
            try await eventually { bench.verifier.occupancy == 64 }
            let isJudged = SharedFlag()
            async let refusal = {
                defer { isJudged.set() }
                return await bench.refusal(of: last)
            }()
            try await eventually { isJudged.isSet || bench.verifier.occupancy > 64 }
            gate.open()
            #expect(await refusal == .busy)
            for try await refusal in group { #expect(refusal == nil) }
        }
        #expect(bench.verifications.value == 64)
        #expect(await bench.refusal(of: last) == nil)
    }

    @Test("A hundred requests with one new token verify it once")
    func oneFlight() async throws {
        let gate = Gate()
        let bench = try await Bench(whenVerifying: gate.wait)
        let token = try await bench.token()
        let arrivals = Counter()
        try await withThrowingTaskGroup(of: TokenRefusal?.self) { group in
            defer { gate.open() }
            for _ in 0..<100 {
                group.addTask {
                    arrivals.increment()
                    return await bench.refusal(of: token)
                }
            }
            try await eventually { arrivals.value == 100 && bench.verifier.occupancy > 0 }
            gate.open()
            for try await refusal in group { #expect(refusal == nil) }
        }
        #expect(bench.verifications.value == 1)
    }

    @Test("A revoked token is refused at once, in the cache or not")
    func revocation() async throws {
        let revocations = RevocationList(capacity: 2)
        let bench = try await Bench(revocations: revocations)
        let now = bench.clock.unixTime
        func revoke(_ id: String, issuer: String? = nil, until: Int, at time: Int) throws {
            try revocations.revoke(
                issuer: issuer ?? bench.issuer.name, tokenID: id, expiresAt: until, now: time)
        }
        let token = try await bench.token(claims: ["jti": "\"one\""])
        #expect(await bench.refusal(of: token) == nil)
        try revoke("one", issuer: "https://other.test", until: now, at: now)
        #expect(await bench.refusal(of: token) == nil)
        try revoke("one", until: now + 600, at: now)
        #expect(await bench.refusal(of: token) == .revoked)
        #expect(await bench.refusal(of: try await bench.token(claims: ["jti": "\"one\""])) == .revoked)
        #expect(await bench.refusal(of: try await bench.token(claims: ["jti": "\"two\""])) == nil)
        // A full list refuses rather than forget what still matters, and forgets what has expired.
        #expect(throws: RevocationList.Full.self) { try revoke("two", until: now + 600, at: now) }
        try revoke("two", until: now + 600, at: now + 60)
        #expect(revocations.contains(issuer: bench.issuer.name, tokenID: "one"))
    }

    @Test("A refusal tells nothing of the token")
    func descriptions() async throws {
        let refusals: [TokenRefusal] = [
            .malformed, .unsupportedType, .forbiddenHeader, .unknownKey, .badSignature, .expired, .notYetValid,
            .wrongAudience, .wrongIssuer, .invalidClaims, .revoked, .tooManyFailures(retryAfter: 1), .busy,
        ]
        #expect(Set(refusals.map(\.code)).count == refusals.count)
        for refusal in refusals {
            #expect(refusal.explanation.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C })
        }
        #expect(refusals.compactMap(\.challenge).count == refusals.count - 2)
        #expect(
            TokenRefusal.expired.challenge
                == #"Bearer error="invalid_token", error_description="The token has expired""#)
    }
}

import Schema
import Support
import Testing

@testable import ServiceCalls

@Suite("Credentials of a service")
struct ServiceCredentialsTests {
    @Test("many callers share one request, and one token as long as it is young")
    func shared() async throws {
        let (issuer, clock) = (Issuer(), TestClock())
        let credentials = issuer.credentials(clock: clock.clock)
        let tokens = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<50 { group.addTask { try? await credentials.token().revealed } }
            return await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(tokens == ["token-1"])
        clock.advance(by: 479)
        #expect(try await credentials.token().revealed == "token-1")
        #expect(issuer.count == 1)
    }

    @Test("a token is renewed ahead of its end, and nobody waits for it")
    func renewal() async throws {
        let (issuer, clock) = (Issuer(), TestClock())
        let credentials = issuer.credentials(clock: clock.clock)
        _ = try await credentials.token()
        clock.advance(by: 480)
        for _ in 0..<10 { #expect(try await credentials.token().revealed == "token-1") }
        try await eventually { try await credentials.token().revealed == "token-2" }
        #expect(issuer.count == 2)
    }

    @Test("while the issuer is down the known token goes on to its end, and the issuer is not pressed")
    func issuerDown() async throws {
        let (issuer, clock) = (Issuer(), TestClock())
        let credentials = issuer.credentials(clock: clock.clock)
        _ = try await credentials.token()
        issuer.fail(.unavailable("down"))
        clock.advance(by: 594)
        #expect(try await credentials.token().revealed == "token-1")
        try await eventually { issuer.count == 2 }
        clock.advance(by: 1)
        try await eventually {
            do throws(CallFailure) {
                _ = try await credentials.token()
                return false
            } catch {
                return error == .unavailable("down")
            }
        }
        for _ in 0..<20 { await #expect(throws: CallFailure.unavailable("down")) { try await credentials.token() } }
        #expect(issuer.count <= 3)
        issuer.fail(nil)
        clock.advance(by: 2)
        let token = try await credentials.token().revealed
        #expect(token == "token-\(issuer.count)")
    }

    @Test("a token that was refused is replaced, once in a while")
    func rejection() async throws {
        let (issuer, clock) = (Issuer(), TestClock())
        let credentials = issuer.credentials(clock: clock.clock)
        let first = try await credentials.token()
        await credentials.reject(first)
        let second = try await credentials.token()
        #expect(second.revealed == "token-2")
        await credentials.reject(first)
        await credentials.reject(second)
        #expect(try await credentials.token().revealed == "token-2")
        clock.advance(by: 2)
        await credentials.reject(second)
        #expect(try await credentials.token().revealed == "token-3")
    }
}

import Logging
import ServiceLifecycle
import Support
import Testing
import Web

@Suite("Edge: draining")
struct EdgeDrainTests {
    private static let hello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test("While it drains, a service answers with Connection: close; then its listener goes")
    func drains() async throws {
        try await withEdge(drainFor: .seconds(2)) { edge in
            let idle = try edge.client()
            let kept = try edge.client()
            for client in [idle, kept] {
                try await client.send(Self.hello)
                #expect(try await client.response()["connection"] == nil)
            }
            await edge.group.triggerGracefulShutdown()
            try await poll(within: .seconds(10)) { edge.drain.isDraining }

            try await kept.send(Self.hello)
            let response = try await kept.response()
            #expect(response.status == 200)
            #expect(response["connection"] == "close")
            #expect(try await kept.rest() == ("", .closed))
            // New connections are served until the listener goes: load balancers need time to see the readiness.
            let late = try edge.client()
            try await late.send(Self.hello)
            #expect(try await late.response()["connection"] == "close")

            #expect(try await idle.rest() == ("", .closed))
            try await poll(within: .seconds(10)) {
                do { _ = try edge.client() } catch { return true }
                return false
            }
        }
    }

    @Test("A request in progress is finished when the listener goes")
    func inProgress() async throws {
        try await withEdge { edge in
            let client = try edge.client()
            try await client.send("GET /wait/400 HTTP/1.1\r\nHost: a\r\n\r\n")
            try await poll(within: .seconds(10)) { edge.calls.all == ["waiting"] }
            await edge.group.triggerGracefulShutdown()
            let (text, ending) = try await client.rest()
            #expect(text.hasSuffix("waited"), "\(text)")
            #expect(ending == .closed)
        }
    }

    @Test("Who waits for the drain is woken by it, at once if it has begun, and by cancellation")
    func waiting() async {
        let drain = DrainState()
        async let first: Void = drain.begun()
        async let second: Void = drain.begun()
        let cancelled = Task { await drain.begun() }
        cancelled.cancel()
        await cancelled.value
        #expect(!drain.isDraining)
        drain.begin()
        _ = await (first, second)
        await drain.begun()
        #expect(drain.isDraining)
    }
}

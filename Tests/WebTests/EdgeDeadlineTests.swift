import Support
import Testing
import Web

/// Upper bounds are wide, because the machine may be busy; deadlines to the second are ``EdgeGateTests``.
@Suite("Edge: deadlines on the wire")
struct EdgeDeadlineTests {
    /// Runs `body` and says how long it took.
    private func timed(_ body: () async throws -> Void) async rethrows -> Duration {
        let start = ContinuousClock.now
        try await body()
        return ContinuousClock.now - start
    }

    @Test("A head that trickles is answered 408 at the deadline, whatever still comes, and good clients do not notice")
    func slowHead() async throws {
        try await withEdge(limits: .short) { edge in
            let slow = try (0..<50).map { _ in try edge.client() }
            for client in slow { try await client.send("GET /hello HTTP/1.1\r\nHost: a\r\nX: ") }
            let start = ContinuousClock.now
            var answered = 0
            while ContinuousClock.now - start < .milliseconds(450) {
                for client in slow { try await client.send("y") }
                let good = try edge.client()
                try await good.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await good.response().status == 200)
                answered += 1
            }
            for client in slow {
                let (text, ending) = try await client.rest()
                #expect(text.hasPrefix("HTTP/1.1 408 "), "\(text)")
                #expect(ending != .open)
            }
            #expect(answered > 0)
            #expect(ContinuousClock.now - start < .seconds(5))
        }
    }

    @Test("A connection that says nothing is closed without a word at the header deadline")
    func silent() async throws {
        try await withEdge(limits: .short) { edge in
            let client = try edge.client()
            let took = try await timed {
                let (text, ending) = try await client.rest()
                #expect(text.isEmpty)
                #expect(ending == .closed)
            }
            #expect(took > .milliseconds(500) && took < .seconds(5))
        }
    }

    @Test("Between requests a connection may be idle longer than a head may take")
    func idle() async throws {
        try await withEdge(limits: .short) { edge in
            let client = try edge.client()
            try await client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.response().status == 200)
            let took = try await timed {
                let (text, ending) = try await client.rest()
                #expect(text.isEmpty)
                #expect(ending == .closed)
            }
            #expect(took > .milliseconds(1100) && took < .seconds(5))
        }
    }

    @Test("The head of a later request has the header deadline, not the rest of the idle one")
    func laterHead() async throws {
        try await withEdge(limits: .short) { edge in
            let client = try edge.client()
            try await client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.response().status == 200)
            try await client.send("GET /hello HTTP/1.1\r\n")
            let took = try await timed {
                let (text, _) = try await client.rest()
                #expect(text.hasPrefix("HTTP/1.1 408 "))
            }
            #expect(took < .seconds(5))
        }
    }

    @Test(
        "A body that trickles is answered 408 at the deadline and its route sees no end of it",
        arguments: ["Content-Length: 500000", "Transfer-Encoding: chunked"])
    func slowBody(framing: String) async throws {
        try await withEdge(limits: .short) { edge in
            let client = try edge.client()
            try await client.send("POST /echo HTTP/1.1\r\nHost: a\r\n\(framing)\r\n\r\n")
            let start = ContinuousClock.now
            while ContinuousClock.now - start < .milliseconds(450) {
                try await client.send("1\r\nx\r\n")
                try await Task.sleep(for: .milliseconds(5))
            }
            let (text, ending) = try await client.rest()
            #expect(text.hasPrefix("HTTP/1.1 408 "), "\(text)")
            #expect(text.components(of: "HTTP/1.1") == 1)
            #expect(ending != .open)
            #expect(ContinuousClock.now - start < .seconds(5))
            try await poll(within: .seconds(10)) { edge.calls.all == ["echo", "echo failed"] }
        }
    }

    @Test("A client that stops reading is cut off, and its route stops")
    func slowReader() async throws {
        try await withEdge(limits: .short) { edge in
            let client = try edge.client(receiveBuffer: 4096)
            let start = ContinuousClock.now
            try await client.send("GET /flood HTTP/1.1\r\nHost: a\r\n\r\n")
            try await poll(within: .seconds(10)) { edge.calls.all == ["flood ended"] }
            #expect(ContinuousClock.now - start < .seconds(5))
        }
    }

    @Test("A client that reads steadily is not cut off by the write deadline")
    func steadyReader() async throws {
        var limits = EdgeLimits.short
        limits.writeDeadline = .seconds(2)
        try await withEdge(limits: limits) { edge in
            let client = try edge.client()
            try await client.send("GET /flood HTTP/1.1\r\nHost: a\r\n\r\n")
            let (count, ending) = try await client.skim(for: .seconds(4), bytesAtOnce: 64 * 1024)
            #expect(count > 1_000_000)
            #expect(ending == .open)
            #expect(edge.calls.all.isEmpty)
        }
    }

    @Test("A route may take longer than every deadline of the client")
    func slowRoute() async throws {
        try await withEdge(limits: .short) { edge in
            let client = try edge.client()
            try await client.send("GET /wait/1500 HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.response().text == "waited")
        }
    }
}

/// Waits for a condition, by asking again and again.
func poll(within limit: Duration, _ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            Issue.record("not in \(limit)")
            return
        }
        try await Task.sleep(for: .milliseconds(2))
    }
}

import Foundation
import Support
import Testing
import Web

@Suite("Edge: connections, and order on the wire")
struct EdgeConnectionTests {
    private static let hello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"

    // MARK: Order and persistence

    @Test("A thousand pipelined requests are answered in their order")
    func pipelined() async throws {
        try await withEdge { edge in
            let client = try edge.client()
            try await client.send((0..<1000).map { "GET /hello?\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
            for _ in 0..<1000 { #expect(try await client.response(within: .seconds(20)).text == "hello") }
            #expect(edge.calls.all == (0..<1000).map { "hello /hello?\($0)" })
        }
    }

    @Test("A bad request behind good ones is answered after them, and what follows it not at all")
    func pipelinedRefusal() async throws {
        try await withEdge { edge in
            let (text, _) = try await edge.exchange(
                "GET /wait/200 HTTP/1.1\r\nHost: a\r\n\r\n\(Self.hello)GET /x y HTTP/1.1\r\n\r\n\(Self.hello)")
            let statuses = text.components(separatedBy: "HTTP/1.1 ").dropFirst().map { $0.prefix(3) }
            #expect(statuses == ["200", "200", "400"])
            #expect(edge.calls.all == ["waiting", "hello /hello"])
        }
    }

    @Test("A client that does not close after the last response is closed at the end of the lingering")
    func linger() async throws {
        let factory = PrometheusFactory()
        try await withEdge(limits: .short, metrics: EdgeMetrics(factory: factory)) { edge in
            let client = try edge.client()
            try await client.send("GET /close HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.rest().ending == .closed)
            try await poll(within: .seconds(5)) { factory.text.contains("\nhttp_server_connections 0\n") }
        }
    }

    @Test("A response's own Connection: close is honoured: what follows is neither answered nor begun")
    func responseClose() async throws {
        try await withEdge { edge in
            let (text, ending) = try await edge.exchange("GET /close HTTP/1.1\r\nHost: a\r\n\r\n\(Self.hello)")
            #expect(text.components(of: "HTTP/1.1 ") == 1)
            #expect(text.hasSuffix("bye"))
            #expect(ending == .closed)
            #expect(edge.calls.all == ["close"])
        }
    }

    @Test(
        "A client's close, and HTTP/1.0, end the connection after one response",
        arguments: ["HTTP/1.1\r\nConnection: close", "HTTP/1.0", "HTTP/1.0\r\nConnection: keep-alive"])
    func requestClose(version: String) async throws {
        try await withEdge { edge in
            let request = "GET /stream \(version)\r\nHost: a\r\n\r\n"
            let client = try edge.client()
            try await client.send(request + Self.hello)
            let response = try await client.response()
            #expect(response.text == "partpartpartpart")
            #expect(response["connection"] == "close")
            #expect((response["transfer-encoding"] == nil) == version.hasPrefix("HTTP/1.0"))
            #expect(try await client.rest() == ("", .closed))
            #expect(edge.calls.all.isEmpty)
        }
    }

    @Test("A refused upload is answered, then cut off after a little of it has been read")
    func refusedUpload() async throws {
        try await withEdge(limits: .short) { edge in
            let client = try edge.client()
            try await client.send("POST /refuse HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nabc")
            let response = try await client.response()
            #expect(response.status == 401)
            #expect(response["connection"] == "close")
            let start = ContinuousClock.now
            let sent = try await client.sendWhatFits([UInt8](repeating: 0x61, count: 64 << 20), within: .seconds(5))
            #expect(sent < 64 << 20)
            #expect(ContinuousClock.now - start < .seconds(5))
        }
    }

    @Test("A refused request whose body has come whole keeps its connection")
    func refusedSmall() async throws {
        try await withEdge { edge in
            let client = try edge.client()
            for _ in 0..<3 {
                try await client.send("POST /refuse HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
                #expect(try await client.response().status == 401)
            }
        }
    }

    @Test("A body cut short by the client is no body: its route gets an error")
    func truncated() async throws {
        try await withEdge { edge in
            let client = try edge.client()
            try await client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel")
            try await poll(within: .seconds(10)) { edge.calls.all == ["echo"] }
            client.finishSending()
            let (text, _) = try await client.rest()
            #expect(text.hasPrefix("HTTP/1.1 400 "), "\(text)")
            try await poll(within: .seconds(10)) { edge.calls.all == ["echo", "echo failed"] }
        }
    }

    @Test("A body cut short by a reset is no body either")
    func reset() async throws {
        try await withEdge { edge in
            let client = try edge.client()
            try await client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel")
            try await poll(within: .seconds(10)) { edge.calls.all == ["echo"] }
            client.reset()
            try await poll(within: .seconds(10)) { edge.calls.all == ["echo", "echo failed"] }
        }
    }

    @Test("A client that closes its side after a request still gets the response")
    func halfClosed() async throws {
        try await withEdge { edge in
            let client = try edge.client()
            try await client.send("GET /wait/200 HTTP/1.1\r\nHost: a\r\n\r\n")
            client.finishSending()
            let (text, ending) = try await client.rest()
            #expect(text.hasSuffix("waited"), "\(text)")
            #expect(ending == .closed)
        }
    }

    // MARK: Responses

    @Test(
        "An answer to HEAD has the fields of GET and no body, streamed or not",
        arguments: ["/hello", "/stream", "/whole", "/parts"])
    func head(path: String) async throws {
        try await withEdge { edge in
            let client = try edge.client()
            for _ in 0..<3 {
                try await client.send("HEAD \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                let response = try await client.response(to: "HEAD")
                #expect(response.status == 200)
                #expect(response["content-length"] == "5" || ["/stream", "/parts"].contains(path))
            }
            // Had a body come, it would stand before this one.
            try await client.send(Self.hello)
            #expect(try await client.response().text == "hello")
        }
    }

    @Test("A refusal of HEAD has no body")
    func headRefused() async throws {
        try await withEdge { edge in
            let (text, _) = try await edge.exchange("HEAD /hello HTTP/1.1\r\n\r\n")
            #expect(text.hasPrefix("HTTP/1.1 400 "))
            #expect(text.hasSuffix("\r\n\r\n"))
        }
    }

    @Test("204 has neither length nor coding")
    func noContent() async throws {
        try await withEdge { edge in
            let client = try edge.client()
            try await client.send("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n\(Self.hello)")
            let response = try await client.response()
            #expect(response.status == 204)
            #expect(response["content-length"] == nil && response["transfer-encoding"] == nil)
            #expect(try await client.response().text == "hello")
        }
    }

    @Test("Expect: 100-continue is answered before the body, once")
    func expectContinue() async throws {
        try await withEdge { edge in
            let client = try edge.client()
            for _ in 0..<2 {
                try await client.send(
                    "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
                #expect(try await client.response().status == 100)
                try await client.send("hello")
                let response = try await client.response()
                #expect(response.status == 200)
                #expect(response.text == "hello")
            }
        }
    }

    @Test("A body that will be refused is not asked for")
    func expectRefused() async throws {
        try await withEdge { edge in
            let (text, _) = try await edge.exchange(
                "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2000000\r\n\r\n")
            #expect(text.hasPrefix("HTTP/1.1 413 "))
        }
    }
}

import Foundation
import Support
import Testing
import Web

@Suite("Edge: limits of number and size")
struct EdgeLimitTests {
    private static let hello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test("Headers up to the limit are served, one byte more is answered 431", arguments: [0, 1])
    func headerBytes(excess: Int) async throws {
        try await withEdge { edge in
            // What counts: target, names and values.
            let counted = "/hello".utf8.count + "Hosta".utf8.count + "X".utf8.count
            let filler = String(repeating: "y", count: 16_384 - counted + excess)
            let client = try edge.client()
            try await client.send("GET /hello HTTP/1.1\r\nHost: a\r\nX: \(filler)\r\n\r\n")
            #expect(try await client.response().status == (excess == 0 ? 200 : 431))
        }
    }

    @Test("Sixty-four fields are served, sixty-five are answered 431", arguments: [64, 65])
    func headerFields(count: Int) async throws {
        try await withEdge { edge in
            let fields = (1..<count).map { "X\($0): y\r\n" }.joined()
            let client = try edge.client()
            try await client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
            #expect(try await client.response().status == (count == 64 ? 200 : 431))
        }
    }

    @Test("Blanks that no header limit counts are cut off all the same")
    func blanks() async throws {
        try await withEdge { edge in
            let client = try edge.client()
            try await client.send("GET /hello HTTP/1.1\r\nHost: a\r\nX:")
            let blanks = [UInt8](repeating: 0x20, count: 8 * 1024 * 1024)
            let sent = try await client.sendWhatFits(blanks, within: .seconds(3))
            let (text, ending) = try await client.rest()
            #expect(sent < blanks.count)
            #expect(text.isEmpty || text.hasPrefix("HTTP/1.1 431 "))
            #expect(ending != .open)
        }
    }

    @Test("Chunk extensions beyond measure are refused")
    func chunkExtensions() async throws {
        try await withEdge { edge in
            let client = try edge.client()
            try await client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;")
            let extensions = [UInt8](repeating: 0x61, count: 80 * 1024)
            _ = try await client.sendWhatFits(extensions, within: .seconds(3))
            let (text, ending) = try await client.rest()
            #expect(text.hasPrefix("HTTP/1.1 400 "), "\(text)")
            #expect(ending != .open)
        }
    }

    @Test("A target up to the limit is served, one byte more is answered 414", arguments: [0, 1])
    func targetBytes(excess: Int) async throws {
        try await withEdge { edge in
            let target = "/hello?" + String(repeating: "q", count: 8 * 1024 - 7 + excess)
            let client = try edge.client()
            try await client.send("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.response().status == (excess == 0 ? 200 : 414))
        }
    }

    @Test(
        "A target beyond all that is read of a head is answered 414, not what headers are answered",
        arguments: [17, 40, 200], [false, true])
    func targetBeyondHead(kilobytes: Int, inPieces: Bool) async throws {
        try await withEdge { edge in
            let client = try edge.client()
            // The second request of its connection.
            try await client.send(Self.hello)
            #expect(try await client.response().status == 200)
            let text = "GET /hello?\(String(repeating: "q", count: kilobytes * 1024)) HTTP/1.1\r\nHost: a\r\n\r\n"
            if inPieces {
                try await client.send(String(text.prefix(5000)))
                try await Task.sleep(for: .milliseconds(50))
                _ = try await client.sendWhatFits(Array(text.dropFirst(5000).utf8), within: .seconds(3))
            } else {
                _ = try await client.sendWhatFits(Array(text.utf8), within: .seconds(3))
            }
            let (answer, _) = try await client.rest()
            #expect(answer.hasPrefix("HTTP/1.1 414 ") && answer.contains("target-too-long"), "\(answer)")
        }
    }

    @Test("A body up to the limit is read, one byte more is answered 413 before it is sent", arguments: [0, 1])
    func bodyLength(excess: Int) async throws {
        try await withEdge { edge in
            let size = 1024 * 1024 + excess
            let client = try edge.client()
            try await client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n")
            if excess == 0 { try await client.send([UInt8](repeating: 0x61, count: size)) }
            let response = try await client.response(within: .seconds(10))
            #expect(response.status == (excess == 0 ? 200 : 413))
            if excess == 0 { #expect(response.body.count == size) }
        }
    }

    @Test("A chunked body is answered 413 at the byte beyond the limit", arguments: [0, 1])
    func bodyChunked(excess: Int) async throws {
        var limits = EdgeLimits()
        limits.bodyBytes = 10
        try await withEdge(limits: limits) { edge in
            let client = try edge.client()
            try await client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
            try await client.send("6\r\nabcdef\r\n")
            try await client.send(excess == 0 ? "4\r\nghij\r\n0\r\n\r\n" : "5\r\nghijk\r\n0\r\n\r\n")
            #expect(try await client.response().status == (excess == 0 ? 200 : 413))
            #expect(edge.calls.all.contains("echoed 10") == (excess == 0))
        }
    }

    @Test("A route that streams may have a limit of its own, below its path only")
    func uploads() async throws {
        var limits = EdgeLimits()
        limits.bodyBytes = 10
        limits.uploads = [.init(path: "/import", bytes: 3_000_000, deadline: .seconds(60))]
        try await withEdge(limits: limits) { edge in
            let client = try edge.client()
            try await client.send("POST /import?dry_run=true HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n")
            try await client.send([UInt8](repeating: 0x61, count: 3_000_000), within: .seconds(10))
            #expect(try await client.response(within: .seconds(10)).text == "3000000")
            for path in ["/imports", "/echo", "/v1/import"] {
                let refused = try await edge.exchange("POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n")
                #expect(refused.text.hasPrefix("HTTP/1.1 413 "))
            }
        }
    }

    @Test("Beyond the cap a connection is answered 503, and accepted again once another has closed")
    func connectionCap() async throws {
        var limits = EdgeLimits()
        limits.connections = 2
        try await withEdge(limits: limits) { edge in
            var first: RawClient? = try edge.client()
            let second = try edge.client()
            for client in [first!, second] {
                try await client.send(Self.hello)
                #expect(try await client.response().status == 200)
            }
            let third = try edge.client()
            let (text, ending) = try await third.rest()
            #expect(text.hasPrefix("HTTP/1.1 503 "))
            #expect(text.contains("Retry-After: 1"))
            #expect(ending == .closed)

            first = nil
            try await poll(within: .seconds(10)) {
                let next = try edge.client()
                try await next.send(Self.hello)
                return try await next.response().status == 200
            }
        }
    }
}

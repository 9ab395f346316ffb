import Schema
import Support
import Testing
import Web

/// One request that two readers could understand differently, and what we answer.
struct FramingVector: Sendable, CustomTestStringConvertible {
    let name: String
    let request: String
    let status: Int
    var code: String?

    init(_ name: String, _ request: String, _ status: Int, _ code: String? = nil) {
        self.name = name
        self.request = request
        self.status = status
        self.code = code
    }

    var testDescription: String { name }
}

@Suite("Edge: framing on the wire")
struct EdgeFramingTests {
    /// Every vector is followed by a good request on the same connection, which must never be answered.
    @Test("A request that could be read in two ways gets one answer and no second", arguments: vectors)
    func refused(vector: FramingVector) async throws {
        try await withEdge { edge in
            let smuggled = "GET /hello?smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
            let (text, ending) = try await edge.exchange(vector.request + smuggled)
            #expect(text.hasPrefix("HTTP/1.1 \(vector.status) "), "\(text)")
            #expect(text.components(of: "HTTP/1.1 ") == 1, "\(text)")
            #expect(text.contains("Connection: close"))
            #expect(text.contains("Content-Type: application/problem+json"))
            if let code = vector.code { #expect(text.contains(#""code":"\#(code)""#), "\(text)") }
            #expect(ending != .open)
            #expect(!edge.calls.all.contains { $0.contains("smuggled") })
            #expect(!edge.calls.all.contains { $0.hasPrefix("echoed") })
        }
    }

    @Test(
        "What HTTP/1.1 allows is served",
        arguments: [
            "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n",
            // An empty line before and more blanks within a request line: RFC 9112 §2.2 and §3 let us.
            "\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET  /hello HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /hello?q=mission%20loc&near=47.2,-1.5 HTTP/1.1\r\nhost:a\r\n\r\n",
            "GET /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
            "GET /hello HTTP/1.1\r\nHost: a\r\nX: \t spaced value \t\r\nUser-Agent: caf\u{e9}\r\n\r\n",
            "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
            "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 005\r\n\r\nhello",
            "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
            "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;name=value\r\nhello\r\n0\r\nX: y\r\n\r\n",
        ])
    func served(request: String) async throws {
        try await withEdge { edge in
            let client = try edge.client()
            for _ in 0..<2 {
                try await client.send(request)
                let response = try await client.response()
                #expect(response.status == 200)
                #expect(response.text == "hello")
            }
        }
    }

    @Test("A refusal says of which request it is, as far as that could be read")
    func identity() async throws {
        try await withEdge { edge in
            for (request, path, id) in [
                ("GET /hello?secret=1 HTTP/1.1\r\nRequest-Id: mine-1\r\n\r\n", "/hello", "mine-1"),
                (
                    "POST /echo HTTP/1.1\r\nHost: a\r\nRequest-Id: mine-2\r\nContent-Length: 9999999\r\n\r\n", "/echo",
                    "mine-2"
                ),
                ("GET /hello HTTP/1.1\r\nRequest-Id: a b\r\n\r\n", "/hello", nil),
                ("GET /hello HTTP/1.1\r\nRequest-Id: a\r\nRequest-Id: b\r\n\r\n", "/hello", nil),
                (
                    "GET /\(String(repeating: "x", count: 300)) HTTP/1.1\r\n\r\n",
                    "/" + String(repeating: "x", count: 199), nil
                ),
                ("nonsense\r\n\r\n", nil, nil),
            ] as [(String, String?, String?)] {
                let (text, _) = try await edge.exchange(request)
                let parts = text.split(separator: "\r\n\r\n", maxSplits: 1)
                let body = try #require(try JSONValue(parsing: Array(parts[1].utf8)).object)
                let told = try #require(body["request_id"]?.string)
                #expect(body["instance"]?.string == path)
                #expect(id == nil ? told.count == 36 : told == id)
                #expect(parts[0].contains("\r\nRequest-Id: \(told)\r\n"))
                #expect(parts[0].contains("\r\nX-Content-Type-Options: nosniff\r\n"))
            }
        }
    }

    @Test("A refusal speaks English to who asks for it, French to others")
    func language() async throws {
        try await withEdge { edge in
            let french = try await edge.exchange("GET /hello HTTP/1.1\r\n\r\n")
            #expect(french.text.contains("Il faut un en-tête Host"))
            let english = try await edge.exchange("GET /hello HTTP/1.1\r\nAccept-Language: en\r\n\r\n")
            #expect(english.text.contains("One Host field"))
        }
    }

    static let vectors: [FramingVector] = {
        func post(_ fields: String, _ body: String = "5\r\nhello\r\n0\r\n\r\n") -> String {
            "POST /echo HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n\(body)"
        }
        func get(_ target: String, _ fields: String = "Host: a\r\n") -> String {
            "GET \(target) HTTP/1.1\r\n\(fields)\r\n"
        }
        return [
            // Two lengths (CL.TE, TE.CL, CL.CL).
            FramingVector("CL and TE", post("Content-Length: 5\r\nTransfer-Encoding: chunked"), 400),
            FramingVector("TE and CL", post("Transfer-Encoding: chunked\r\nContent-Length: 5"), 400),
            FramingVector("two equal CL", post("Content-Length: 5\r\nContent-Length: 5", "hello"), 400),
            FramingVector("two unlike CL", post("Content-Length: 5\r\nContent-Length: 6", "hello!"), 400),
            FramingVector("CL list", post("Content-Length: 5, 5", "hello"), 400),
            FramingVector("CL plus", post("Content-Length: +5", "hello"), 400),
            FramingVector("CL minus", post("Content-Length: -5", "hello"), 400),
            FramingVector("CL hexadecimal", post("Content-Length: 0x5", "hello"), 400),
            FramingVector("CL inner space", post("Content-Length: 0 5", "hello"), 400),
            FramingVector("CL float", post("Content-Length: 5.0", "hello"), 400),
            FramingVector("CL empty", post("Content-Length: ", ""), 400),
            FramingVector("CL overflow", post("Content-Length: 18446744073709551621", "hello"), 400),
            FramingVector("CL beyond Int", post("Content-Length: 9223372036854775808", "hello"), 400),

            // Transfer codings (TE.TE).
            FramingVector("TE identity", post("Transfer-Encoding: identity"), 400),
            FramingVector("TE identity, chunked", post("Transfer-Encoding: identity, chunked"), 400),
            FramingVector("TE chunked, chunked", post("Transfer-Encoding: chunked, chunked"), 400),
            FramingVector("TE chunked, identity", post("Transfer-Encoding: chunked, identity"), 400),
            FramingVector("TE gzip, chunked", post("Transfer-Encoding: gzip, chunked"), 400),
            FramingVector("TE twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), 400),
            FramingVector("TE twice unlike", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: x"), 400),
            FramingVector("TE xchunked", post("Transfer-Encoding: xchunked"), 400),
            FramingVector("TE quoted", post("Transfer-Encoding: \"chunked\""), 400),
            FramingVector("TE vertical tab", post("Transfer-Encoding: \u{b}chunked"), 400),
            FramingVector("TE parameter", post("Transfer-Encoding: chunked;q=1"), 400),
            FramingVector("TE empty", post("Transfer-Encoding: "), 400),
            FramingVector("TE space before colon", post("Transfer-Encoding : chunked"), 400),
            FramingVector("TE folded", post("Transfer-Encoding:\r\n chunked"), 400),
            FramingVector("TE after bare LF", post("X: y\nTransfer-Encoding: chunked"), 400),
            FramingVector("TE after bare CR", post("X: y\rTransfer-Encoding: chunked"), 400),
            FramingVector(
                "TE in HTTP/1.0",
                "POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 400,
                "unsupported-transfer-coding"),

            // Chunks.
            FramingVector("chunk size overflow", post("Transfer-Encoding: chunked", "10000000000000005\r\nhello"), 400),
            FramingVector("chunk size sign", post("Transfer-Encoding: chunked", "+5\r\nhello\r\n0\r\n\r\n"), 400),
            FramingVector("chunk size 0x", post("Transfer-Encoding: chunked", "0x5\r\nhello\r\n0\r\n\r\n"), 400),
            FramingVector("chunk size empty", post("Transfer-Encoding: chunked", "\r\nhello\r\n0\r\n\r\n"), 400),
            FramingVector("chunk size space", post("Transfer-Encoding: chunked", "5 \r\nhello\r\n0\r\n\r\n"), 400),
            FramingVector("chunk bare LF", post("Transfer-Encoding: chunked", "5\nhello\r\n0\r\n\r\n"), 400),
            FramingVector("chunk too long", post("Transfer-Encoding: chunked", "5\r\nhelloo\r\n0\r\n\r\n"), 400),
            FramingVector("chunk end LF", post("Transfer-Encoding: chunked", "5\r\nhello\n0\r\n\r\n"), 400),
            FramingVector("extension LF", post("Transfer-Encoding: chunked", "5;a\nhello\r\n0\r\n\r\n"), 400),
            FramingVector(
                "trailer LF", post("Transfer-Encoding: chunked", "5\r\nhello\r\n0\r\nX: y\nZ: t\r\n\r\n"), 400),

            // Targets.
            FramingVector("absolute form", get("http://b/hello"), 400, "invalid-target"),
            FramingVector("scheme-relative", get("hello"), 400),
            FramingVector("asterisk", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            FramingVector("target NUL encoded", get("/hello%00"), 400, "invalid-target"),
            FramingVector("target half-encoded", get("/hello%2"), 400, "invalid-target"),
            FramingVector("target not encoded", get("/hello%zz"), 400, "invalid-target"),
            FramingVector("target quotes", get("/hello?q=\""), 400),
            FramingVector("target angle", get("/hello?q=<b>"), 400),
            FramingVector("target backslash", get("/hello\\..\\"), 400),
            FramingVector("target fragment", get("/hello#x"), 400),
            FramingVector("target accent", get("/hell\u{f4}"), 400),
            FramingVector("target control", get("/hello\u{1}"), 400),
            FramingVector("target tab", get("/hello\tHTTP/1.1"), 400),
            FramingVector("target missing", "GET HTTP/1.1\r\nHost: a\r\n\r\n", 400),

            // Hosts.
            FramingVector("no Host", get("/hello", ""), 400, "host-required"),
            FramingVector("empty Host", get("/hello", "Host:\r\n"), 400, "host-required"),
            FramingVector("two Hosts", get("/hello", "Host: a\r\nHost: b\r\n"), 400, "host-required"),
            FramingVector("two equal Hosts", get("/hello", "Host: a\r\nhost: a\r\n"), 400, "host-required"),
            FramingVector("HTTP/1.0 without Host", "GET /hello HTTP/1.0\r\n\r\n", 400, "host-required"),

            // Lines and names.
            FramingVector("space before colon", get("/hello", "Host: a\r\nX : y\r\n"), 400),
            FramingVector("folded", get("/hello", "Host: a\r\nX: y\r\n z\r\n"), 400),
            FramingVector("leading space", get("/hello", " Host: a\r\n"), 400),
            FramingVector("bare LF", "GET /hello HTTP/1.1\nHost: a\n\n", 400),
            FramingVector("LF after value", get("/hello", "Host: a\nX: y\r\n"), 400),
            FramingVector("CR in value", get("/hello", "Host: a\r\nX: y\rz\r\n"), 400),
            FramingVector("NUL in value", get("/hello", "Host: a\r\nX: y\0z\r\n"), 400),
            FramingVector("control in value", get("/hello", "Host: a\r\nX: y\u{7}z\r\n"), 400),
            FramingVector("DEL in value", get("/hello", "Host: a\r\nX: y\u{7f}z\r\n"), 400),
            FramingVector("NUL in name", get("/hello", "Host: a\r\nX\0Y: z\r\n"), 400),
            FramingVector("no name", get("/hello", "Host: a\r\n: z\r\n"), 400),
            FramingVector("no colon", get("/hello", "Host: a\r\nX\r\n"), 400),
            FramingVector("bracket in name", get("/hello", "Host: a\r\n[X]: z\r\n"), 400),

            // Methods and versions.
            FramingVector("method unknown", "BREW /hello HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            FramingVector("method lower case", "get /hello HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            FramingVector("method control", "GE\u{1}T /hello HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            FramingVector("TRACE", "TRACE /hello HTTP/1.1\r\nHost: a\r\n\r\n", 405, "method-not-allowed"),
            FramingVector("CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 405, "method-not-allowed"),
            FramingVector("PROPFIND", "PROPFIND /hello HTTP/1.1\r\nHost: a\r\n\r\n", 405, "method-not-allowed"),
            FramingVector("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
            FramingVector("HTTP/0.9", "GET /hello\r\n", 400),
            FramingVector("HTTP/1.2", "GET /hello HTTP/1.2\r\nHost: a\r\n\r\n", 400),
            FramingVector("HTTP/2.0", "GET /hello HTTP/2.0\r\nHost: a\r\n\r\n", 400),
            FramingVector("HTTP/3.1", "GET /hello HTTP/3.1\r\nHost: a\r\n\r\n", 400),
            FramingVector("http lower case", "GET /hello http/1.1\r\nHost: a\r\n\r\n", 400),
            FramingVector("space after version", "GET /hello HTTP/1.1 \r\nHost: a\r\n\r\n", 400),
            FramingVector("TLS client hello", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}", 400),

            // Meaning.
            FramingVector(
                "GET with body", get("/hello", "Host: a\r\nContent-Length: 5\r\n") + "hello", 400, "unexpected-body"),
            FramingVector(
                "GET chunked", get("/hello", "Host: a\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n", 400,
                "unexpected-body"),
            FramingVector(
                "DELETE with body", "DELETE /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}", 400,
                "unexpected-body"),
            FramingVector("compressed", post("Content-Encoding: gzip\r\nContent-Length: 5", "hello"), 415),
            FramingVector("expectation", post("Expect: 200-ok\r\nContent-Length: 5", "hello"), 417),
        ]
    }()
}

extension String {
    func components(of part: String) -> Int { ranges(of: part).count }
}

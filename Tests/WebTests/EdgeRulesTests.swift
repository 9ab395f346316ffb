import NIOCore
import NIOHTTP1
import Schema
import Testing

@testable import Web

@Suite("Edge: rules of a request's head")
struct EdgeRulesTests {
    private func framing(
        _ method: HTTPMethod = .POST, _ uri: String = "/v1/x", version: HTTPVersion = .http1_1,
        host: String? = "a", fields: [(String, String)] = [], limits: EdgeLimits = EdgeLimits()
    ) -> Result<RequestFraming, EdgeRefusal> {
        let headers = HTTPHeaders((host.map { [("Host", $0)] } ?? []) + fields)
        let head = HTTPRequestHead(version: version, method: method, uri: uri, headers: headers)
        return Result { () throws(EdgeRefusal) in try RequestRules.framing(of: head, within: limits) }
    }

    private func body(_ body: RequestFraming.Body) -> Result<RequestFraming, EdgeRefusal> {
        .success(RequestFraming(body: body, expectsContinue: false))
    }

    @Test("A length is digits, at most the limit, and alone")
    func lengths() {
        #expect(framing(fields: [("Content-Length", "0")]) == body(.length(0)))
        #expect(framing(fields: [("content-LENGTH", "1048576")]) == body(.length(1_048_576)))
        #expect(framing(fields: [("Content-Length", "1048577")]) == .failure(.bodyTooLarge))
        let wrong = ["", "+1", "-1", "1.0", "0x1", "1e1", "1 ", " 1", "1,1", "١", "9223372036854775808"]
        for text in wrong {
            #expect(framing(fields: [("Content-Length", text)]) == .failure(.malformedRequest), "\(text)")
        }
        #expect(
            framing(fields: [("Content-Length", "1"), ("content-length", "1")]) == .failure(.ambiguousLength))
        #expect(
            framing(fields: [("Content-Length", "1"), ("Transfer-Encoding", "chunked")]) == .failure(.ambiguousLength))
    }

    @Test("The only transfer coding is chunked, once, in HTTP/1.1")
    func codings() {
        for text in ["chunked", "Chunked", "CHUNKED"] {
            #expect(framing(fields: [("transfer-encoding", text)]) == body(.chunked))
            #expect(
                framing(version: .http1_0, fields: [("Transfer-Encoding", text)])
                    == .failure(.unsupportedTransferCoding))
        }
        let wrong = [
            "", "identity", "gzip, chunked", "chunked, chunked", "chunked ", "chunked;q=1", "x", "chunke", "chunkedd",
        ]
        for text in wrong {
            #expect(framing(fields: [("Transfer-Encoding", text)]) == .failure(.unsupportedTransferCoding), "\(text)")
        }
        let twice = [("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "chunked")]
        #expect(framing(fields: twice) == .failure(.unsupportedTransferCoding))
    }

    @Test("Only POST, PUT and PATCH have a body; what nobody serves is 405")
    func methods() {
        for method in [HTTPMethod.POST, .PUT, .PATCH] {
            #expect(framing(method, fields: [("Content-Length", "1")]) == body(.length(1)))
            #expect(framing(method) == body(.none))
        }
        for method in [HTTPMethod.GET, .HEAD, .DELETE, .OPTIONS] {
            #expect(framing(method) == body(.none))
            #expect(framing(method, fields: [("Content-Length", "0")]) == body(.length(0)))
            #expect(framing(method, fields: [("Content-Length", "1")]) == .failure(.unexpectedBody))
            #expect(framing(method, fields: [("Transfer-Encoding", "chunked")]) == .failure(.unexpectedBody))
        }
        for method in [HTTPMethod.TRACE, .CONNECT, .COPY, .PURGE, .SEARCH, .RAW(value: "PRI"), .RAW(value: "get")] {
            #expect(framing(method) == .failure(.methodNotAllowed))
        }
    }

    @Test("One Host, in every version that is served")
    func hosts() {
        for version in [HTTPVersion.http1_0, .http1_1] {
            #expect(framing(.GET, version: version) == body(.none))
            #expect(framing(.GET, version: version, host: nil) == .failure(.hostRequired))
            #expect(framing(.GET, version: version, host: "") == .failure(.hostRequired))
            #expect(framing(.GET, version: version, fields: [("HOST", "a")]) == .failure(.hostRequired))
        }
        for host in [
            "a", "annuaire.exemple.fr", "annuaire.exemple.fr:8081", "127.0.0.1:80", "[::1]", "[2001:db8::1]:8081",
            "a_b", "a:",
        ] { #expect(framing(.GET, host: host) == body(.none), "\(host)") }
        for host in [
            "a b", "a,b", "a/b", "a@b", "a?b", "a#b", "a:b", "a:80:80", "a:123456", ":80", "[::1", "[]", "[::1]x",
            "[g]",
            "a\"b", "é", "a\\b", "a%41",
        ] { #expect(framing(.GET, host: host) == .failure(.hostRequired), "\(host)") }
        for version in [HTTPVersion(major: 1, minor: 2), .http2, .http3, HTTPVersion(major: 0, minor: 9)] {
            #expect(framing(.GET, version: version) == .failure(.malformedRequest))
        }
    }

    @Test("Compressed bodies are refused; an offer to upgrade, which some clients always make, is ignored")
    func refusedFields() {
        #expect(framing(.GET, fields: [("Connection", "Upgrade"), ("Upgrade", "h2c")]) == body(.none))
        for coding in ["gzip", "identity", ""] {
            #expect(framing(fields: [("Content-Encoding", coding)]) == .failure(.unsupportedContentCoding))
        }
        // Fields of the same length as those that matter.
        let harmless = ["Etag", "Cookie", "Referer", "Accept-Charset", "Content-Language", "If-Modified-Since"]
        #expect(framing(.GET, fields: harmless.map { ($0, "x") }) == body(.none))
    }

    @Test("Only 100-continue may be expected, and only by who can wait for it")
    func expectations() {
        let expect = [("Expect", "100-Continue"), ("Content-Length", "1")]
        #expect(framing(fields: expect) == .success(RequestFraming(body: .length(1), expectsContinue: true)))
        #expect(framing(version: .http1_0, fields: expect) == body(.length(1)))
        #expect(framing(.GET, fields: [("Expect", "100-continue")]) == body(.none))
        #expect(framing(fields: [("Expect", "x"), ("Content-Length", "1")]) == .failure(.unsupportedExpectation))
        #expect(framing(fields: expect + [("Expect", "100-continue")]) == .failure(.unsupportedExpectation))
    }

    @Test("An upload's path has its own limit, and only it")
    func uploads() {
        var limits = EdgeLimits()
        limits.uploads = [.init(path: "/v1/imports", bytes: 5_000_000, deadline: .seconds(600))]
        let large = [("Content-Length", "5000000")]
        for uri in ["/v1/imports", "/v1/imports?dry_run=true", "/v1/imports/1/lines"] {
            #expect(framing(.POST, uri, fields: large, limits: limits) == body(.length(5_000_000)))
            #expect(
                framing(.POST, uri, fields: [("Content-Length", "5000001")], limits: limits) == .failure(.bodyTooLarge))
        }
        for uri in ["/v1/importsx", "/v1/import", "/v1/structures?x=/v1/imports", "/V1/imports"] {
            #expect(framing(.POST, uri, fields: large, limits: limits) == .failure(.bodyTooLarge))
        }
    }

    @Test("A target is an absolute path of the characters of RFC 3986, each byte judged")
    func targets() {
        let unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
        let allowed = Set((unreserved + "!$&'()*+,;=" + ":@" + "/?").utf8)
        for byte in UInt8(0)...127 where byte != UInt8(ascii: "%") {
            let target = "/a" + String(UnicodeScalar(byte)) + "b"
            #expect(RequestTarget.isOrigin(target) == allowed.contains(byte), "\(byte)")
        }
        for good in ["/", "/?", "/%20", "/%C3%A9", "/a%2fb", "/%25", "//a"] { #expect(RequestTarget.isOrigin(good)) }
        for bad in [
            "", "*", "a", "?", "http://a/", "a:443", "/%", "/%2", "/%2g", "/%g2", "/%00", "/a%00b", "/é", "/%%20",
        ] {
            #expect(!RequestTarget.isOrigin(bad), "\(bad)")
        }
        #expect(framing(.GET, "/" + String(repeating: "a", count: 8_191)) == body(.none))
        #expect(framing(.GET, "/" + String(repeating: "a", count: 8_192)) == .failure(.targetTooLong))
    }

    @Test(
        "Every refusal is a whole response: status line, problem, right length, close", arguments: EdgeRefusal.allCases)
    func responses(refusal: EdgeRefusal) throws {
        var request = RefusedRequest()
        for language in [Language.french, .english] {
            request.language = language
            let text = String(buffer: refusal.response(to: request))
            let parts = text.split(separator: "\r\n\r\n", maxSplits: 1)
            #expect(text.hasPrefix("HTTP/1.1 \(refusal.status) "))
            #expect(parts[0].contains("\r\nConnection: close"))
            #expect(parts[0].contains("\r\nContent-Length: \(parts[1].utf8.count)\r\n"))
            #expect(parts[0].contains(/\r\nDate: (Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} 20\d\d \d\d:\d\d:\d\d GMT/))
            let problem = try JSONValue(parsing: Array(parts[1].utf8), limits: .trusted)
            guard case .object(let members) = problem else {
                Issue.record("no object")
                return
            }
            #expect(members["status"] == .number(JSONNumber(refusal.status)))
            #expect(members["code"] == .string(refusal.rawValue))
            #expect(members["type"] == .string("urn:spro:problem:\(refusal.rawValue)"))
        }
        #expect((400..<500).contains(refusal.status) || refusal == .tooManyConnections)
        request.isHead = true
        #expect(String(buffer: refusal.response(to: request)).hasSuffix("\r\n\r\n"))
    }
}

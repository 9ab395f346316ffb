import Hummingbird
import NIOHTTP1
import Schema
import Support
import Testing
import Web

@Suite("Reading requests")
struct RequestTests {
    @Test("takes a well-formed Request-Id, replaces others, and answers it everywhere")
    func requestID() async throws {
        try await withProbe { service in
            let longest = String(repeating: "a", count: 128)
            for id in ["a", "A-1_b.c", longest] {
                let answer = try await service.get("/open", token: nil, headers: [("Request-Id", id)])
                #expect(answer.headers["request-id"] == [id] && answer.text.contains(#""request_id":"\#(id)""#))
                let problem = try await service.get("/v1/things", token: nil, headers: [("Request-Id", id)])
                #expect(try expectProblem(problem, .unauthenticated)["request_id"]?.string == id)
            }
            var made: Set<String> = []
            for id in [longest + "a", "a b", "a\"b", "é", "a,b", "a/b", "<x>", "a;b", nil] {
                let fields = id.map { [("Request-Id", $0)] } ?? []
                let answer = try await service.get("/open", token: nil, headers: fields)
                let given = try #require(answer.headers.first(name: "request-id"))
                #expect(given != id && !given.isEmpty && answer.text.contains(given))
                made.insert(given)
            }
            #expect(made.count == 9)
            let twice = [("Request-Id", "a"), ("Request-Id", "b")]
            let answer = try await service.get("/open", token: nil, headers: twice)
            #expect(answer.headers["request-id"].count == 1 && !["a", "b"].contains(answer.headers["request-id"][0]))
        }
    }

    @Test("carries a traceparent of W3C Trace Context on to other services, and back to nobody")
    func trace() async throws {
        try await withProbe { service in
            let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
            func ask(_ fields: [String]) async throws -> (read: String?, onwards: [String]) {
                let headers = [("Request-Id", "r-1")] + fields.map { ("traceparent", $0) }
                let answer = try await service.get("/open", token: nil, headers: headers)
                #expect(answer.headers["traceparent"].isEmpty && answer.headers["tracestate"].isEmpty)
                let body = try #require(try answer.json.object)
                return (body["traceparent"]?.string, body["onwards"]?.array?.compactMap(\.string) ?? [])
            }
            let carried = try await ask([good])
            #expect(carried.read == good && carried.onwards[0] == "r-1")
            #expect(carried.onwards[1].hasPrefix(good.prefix(36)) && carried.onwards[1] != good)
            for fields in [[], ["x"], [good.uppercased()], [good, good]] {
                let none = try await ask(fields)
                #expect(none.read == nil && TraceContext(none.onwards[1]) != nil)
                #expect(!none.onwards[1].contains("4bf92f3577b34da6a3ce929d0e0e4736"))
            }
        }
    }

    @Test(
        "decodes queries strictly",
        arguments: [
            ("", nil, []), ("q=a+b%2Bc%20d", "a b+c d", []), ("q=caf%C3%A9", "café", []), ("q=e%CC%81", "é", []),
            ("q=", "", []), ("q", "", []), ("q=a=b", "a=b", []), ("&&q=a&", "a", []), ("%71=a", "a", []),
            ("kind=a,b&kind=c", nil, ["a", "b", "c"]), ("kind=a%2Cb", nil, ["a", "b"]), ("q=%F0%9F%98%80", "😀", []),
            ("q=a?b/c:d@e", "a?b/c:d@e", []), ("kind=", nil, [""]),
        ] as [(String, String?, [String])])
    func query(_ query: String, _ q: String?, _ kinds: [String]) throws {
        let reader = try Request(path: "/v1/things?\(query)").query()
        #expect(reader.optional("q", .text(0...100)) == q)
        #expect(reader.list("kind", .text(0...100)) == kinds)
        try reader.finish()
    }

    @Test(
        "refuses queries that are not percent-encoded UTF-8, and parameters that nobody knows",
        arguments: [
            ("q=%", "q"), ("q=%4", "q"), ("q=%zz", "q"), ("q=%C3", "q"), ("q=%C0%80", "q"), ("q=%ED%A0%80", "q"),
            ("q=%00", "q"), ("q=%FF", "q"), ("%FF=a", "%FF"), ("q=%u00e9", "q"), ("q=a&q=b", "q"), ("q=%01", "q"),
            ("Q=a", "Q"), ("q=a&x=1", "x"), ("q%00=a", "q%00"), ("kind=a&kind=%", "kind"), ("q=%+1", "q"),
            ("q=% 1", "q"),
            ("q=e" + String(repeating: "%CC%81%CC%A3", count: 1300), "q"), ("=a", ""), ("q=%E2%80%AE", "q"),
        ])
    func badQuery(_ query: String, _ pointer: String) {
        #expect {
            let reader = try Request(path: "/v1/things?\(query)").query()
            _ = reader.optional("q", .text(0...100))
            _ = reader.list("kind", .text(0...100))
            try reader.finish()
        } throws: { error in
            let refusal = error as? Refusal
            return refusal?.code == .invalidParameters && refusal?.violations.map(\.pointer) == [pointer]
        }
    }

    @Test("an unknown or malformed parameter is a 400 of the service")
    func wireQuery() async throws {
        try await withProbe { service in
            let token = try await token(.directoryRead)
            #expect(
                try await service.get("/v1/query?q=a+b&kind=x,y", token: token).text == #"{"q":"a b","kind":["x","y"]}"#
            )
            for query in ["x=1", "q=%FF", "q=a&q=b"] {
                let answer = try await service.get("/v1/query?\(query)", token: token)
                let errors = try expectProblem(answer, .invalidParameters)["errors"]?.array
                #expect(errors?.compactMap { $0.object?["pointer"]?.string } == [String(query.prefix(1))])
            }
        }
    }

    @Test("takes bodies of 20,000 values, and says how many where there are more")
    func values() async throws {
        try await withProbe { service in
            let token = try await token(.directoryWrite)
            func send(_ count: Int) async throws -> RunningService.Answer {
                let members = (0..<count - 2).map { #""m\#($0)":0"# }
                let json = #"{"name":"x""# + members.map { "," + $0 }.joined() + "}"
                return try await service.send(
                    .POST, "/v1/things", token: token, headers: [("Accept-Language", "en")], json: json)
            }
            try expectProblem(try await send(20_000), .invalidBody, .english)
            let body = try expectProblem(try await send(20_001), .bodyTooLarge, .english)
            #expect(body["detail"] == "A body has at most 20000 values.")
        }
    }

    @Test("takes JSON bodies only, however the type is spelt")
    func mediaTypes() async throws {
        try await withProbe { service in
            let token = try await token(.directoryWrite)
            let body = Array(#"{"name":"x"}"#.utf8)
            for type in [
                "application/json", "application/json; charset=utf-8", "application/json;charset=\"UTF-8\"",
                "Application/JSON", "application/json ; charset=utf-8", "application/json; a=b; c=d",
            ] {
                let answer = try await service.send(
                    .POST, "/v1/things", token: token, headers: [("Content-Type", type)], body: body)
                #expect(answer.status == 200, "\(type): \(answer.text)")
            }
            for type in [
                "", "text/plain", "application", "application/", "*/*", "*/json", "application/*", "text/json",
                "application/jsonx", "application/problem+json", "application/json, text/plain", "json",
                "multipart/form-data; boundary=application/json", "application json", "application/json/x", ";", "/",
                "application/json; charset=latin1", "application/json;charset=\"iso-8859-1\"",
                "application/json; CHARSET=UTF-16", "application/json; charset=utf-8; charset=latin1",
                "application/json; charset", "application/json; charset =latin1",
            ] {
                let answer = try await service.send(
                    .POST, "/v1/things", token: token, headers: [("Content-Type", type)], body: body)
                try expectProblem(answer, .unsupportedMediaType)
            }
            try expectProblem(
                try await service.send(.POST, "/v1/things", token: token, body: body), .unsupportedMediaType)
        }
    }

    @Test("refuses bodies that are missing, malformed or wrong, and says where")
    func bodies() async throws {
        try await withProbe { service in
            let token = try await token(.directoryWrite)
            func send(_ text: String) async throws -> RunningService.Answer {
                try await service.send(
                    .POST, "/v1/things", token: token, headers: [("Accept-Language", "en")], json: text)
            }
            for (text, detail) in [
                ("", "unexpected-end, byte 0"), (#"{"name":"x",}"#, "unexpected-byte, byte 12"),
                (#"{"name":"a","name":"b"}"#, "duplicate-member, byte 12"), (#"{"name":"\ud800"}"#, "lone-surrogate"),
                ("\u{FEFF}{}", "byte-order-mark, byte 0"), (#"{"name":"\u0000"}"#, "nul-character"),
                (String(repeating: "[", count: 100_000), "too-deep, byte 32"),
                (#"{"name":1e999}"#, "number-out-of-range"),
                ("{\"e\(String(repeating: "\u{301}", count: 100_000))\":1}", "too-many-combining-marks, byte 1"),
            ] {
                let body = try expectProblem(try await send(text), .malformedBody, .english)
                #expect(body["detail"]?.string?.contains(detail) == true, "\(body["detail"]?.string ?? "")")
            }
            for (text, errors) in [
                ("{}", ["/name required"]), ("[]", [" wrong-type"]),
                (#"{"name":1,"x":2}"#, ["/name wrong-type", "/x unknown-member"]),
            ] {
                let found = try expectProblem(try await send(text), .invalidBody, .english)["errors"]?.array ?? []
                #expect(
                    found.map { "\($0.object?["pointer"]?.string ?? "?") \($0.object?["code"]?.string ?? "?")" }
                        == errors)
            }
        }
    }

    @Test("takes a body of a mebibyte and not a byte more")
    func size() async throws {
        try await withProbe { service in
            let token = try await token(.directoryWrite)
            func send(_ count: Int) async throws -> RunningService.Answer {
                let text = #"{"name":"x"}"#
                return try await service.send(
                    .POST, "/v1/things", token: token,
                    json: text + String(repeating: " ", count: count - text.utf8.count))
            }
            #expect(try await send(1 << 20).status == 200)
            let answer = try await send((1 << 20) + 1)
            let code = try answer.json.object?["code"]?.string
            #expect(answer.status == 413 && code == "body-too-large", "\(answer.text)")
        }
    }
}

import Schema
import Testing

/// Bounds are far above what a linear parser needs and far below what a quadratic one would take.
@Suite("Strict JSON: cost")
struct JSONCostTests {
    private let clock = ContinuousClock()

    @Test("a body of 50,000 members, or of one string of a mebibyte, is parsed at once")
    func wide() throws {
        let members = (0..<50_000).map { #""member-\#($0)":\#($0)"# }.joined(separator: ",")
        let texts = [
            "{\(members)}", "[" + String(repeating: "{},", count: 300_000) + "{}]",
            "[" + String(repeating: "[],", count: 300_000) + "1]", "\"" + String(repeating: "a", count: 1 << 20) + "\"",
            "\"" + String(repeating: #"\u00e9"#, count: 170_000) + "\"", String(repeating: " ", count: 1 << 20) + "1",
            String(repeating: "1", count: 300),
        ]
        for text in texts {
            let bytes = Array(text.utf8)
            let time = clock.measure { #expect(refusal(bytes) == nil) }
            #expect(time < .seconds(10), "\(text.prefix(20))… took \(time)")
        }
    }

    @Test("counts values, however they are nested, and stops at the first too many")
    func values() throws {
        let limits = JSONLimits(depth: 4, values: 5)
        for text in ["[1,2,3,4]", #"{"a":[1,{"b":2}]}"#, "[[[[]]],1]", #"[{},{},"",null]"#] {
            #expect(throws: Never.self) { try JSONValue(parsing: Array(text.utf8), limits: limits) }
        }
        for text in ["[1,2,3,4,5]", #"{"a":[1,{"b":2}],"c":0}"#, "[[],[],[],[],[", #"[{},{},"",null,x"#] {
            let error = #expect(throws: JSONSyntaxError.self) {
                try JSONValue(parsing: Array(text.utf8), limits: limits)
            }
            #expect(error?.reason == .tooManyValues, "\(text)")
        }
        let wide = Array(("[" + String(repeating: "0,", count: 500_000) + "0]").utf8)
        let (capped, whole) = (
            clock.measure { #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: wide, limits: .request) } },
            clock.measure { #expect(throws: Never.self) { try JSONValue(parsing: wide) } }
        )
        #expect(capped * 5 < whole)
    }

    @Test("refuses a mebibyte of brackets, backslashes or digits at once")
    func hostile() {
        for text in [
            String(repeating: "[", count: 1 << 20), String(repeating: "{\"a\":", count: 1 << 18),
            "\"" + String(repeating: "\\", count: 1 << 20), String(repeating: "9", count: 1 << 20),
            "0." + String(repeating: "0", count: 1 << 20) + "e", "\"" + String(repeating: "a", count: 1 << 20),
        ] {
            let bytes = Array(text.utf8)
            let time = clock.measure { #expect(refusal(bytes) != nil) }
            #expect(time < .seconds(10), "\(text.prefix(20))… took \(time)")
        }
    }

    @Test("a reader of a body with 50,000 unknown members shows a hundred of them, at once")
    func unknownMembers() throws {
        let members = (0..<50_000).map { #""m\#($0)":0"# }.joined(separator: ",")
        let body = try parsed("{\(members)}")
        let time = clock.measure {
            #expect {
                _ = try ObjectReader.read(body) { StructureDraft($0, origin: .editor) }
            } throws: { error in
                (error as? Refusal)?.violations.count == 100
            }
        }
        #expect(time < .seconds(10))
    }
}

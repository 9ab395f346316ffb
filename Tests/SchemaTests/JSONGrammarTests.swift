import Schema
import Testing

@Suite("Strict JSON: grammar")
struct JSONGrammarTests {
    @Test(
        "accepts what RFC 8259 has",
        arguments: [
            ("null", JSONValue.null), ("true", true), ("false", false), ("0", 0), ("-1", -1), ("\"\"", ""),
            ("[]", []), ("{}", [:]), ("[ ]", []), ("{ }", [:]),
            (" \t\r\n[ \t\r\n1 \t\r\n, \t\r\n2 \t\r\n] \t\r\n", [1, 2]),
            (" { \"a\" : 1 , \"b\" : [ null ] } ", ["a": 1, "b": [nil]]),
            (#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{8}\u{C}\n\r\t")),
            (#""\u00e9\u00E9\ud83d\ude00\uFFFF\u007f""#, .string("éé😀\u{FFFF}\u{7F}")),
            ("\"\u{7F}\u{80}é€😀\u{10FFFF}\"", .string("\u{7F}\u{80}é€😀\u{10FFFF}")),
            (#"{"":1}"#, ["": 1]), (#"{"a":1,"A":2,"á":3}"#, ["a": 1, "A": 2, "á": 3]),
            (#"{"a":{"a":{"a":[]}}}"#, ["a": ["a": ["a": []]]]),
        ] as [(String, JSONValue)])
    func accepts(_ text: String, _ value: JSONValue) throws { #expect(try parsed(text) == value) }

    @Test(
        "keeps a number's spelling",
        arguments: [
            "0", "-0", "7", "-12", "1.0", "0.5", "-0.0", "1e2", "1E+2", "1e-2", "1.50e07", "9223372036854775808",
            "18446744073709551616", "1e308", "1e-999", "0e999", "123456789012345678901234567890",
        ])
    func numbers(_ text: String) throws {
        #expect(try parsed(text) == .number(JSONNumber(text: text)))
        #expect(written(try parsed("[\(text)]")) == Array("[\(text)]".utf8))
    }

    @Test(
        "refuses numbers outside the grammar or any double's range",
        arguments: [
            ("-", .invalidNumber), ("+1", .unexpectedByte), ("01", .invalidNumber), ("-01", .invalidNumber),
            ("00", .invalidNumber), ("1.", .invalidNumber), (".5", .unexpectedByte), ("-.5", .invalidNumber),
            ("1.e2", .invalidNumber), ("1e", .invalidNumber), ("1e+", .invalidNumber), ("1E-", .invalidNumber),
            ("1e2.5", .trailingContent), ("1e+-2", .invalidNumber), ("0x10", .trailingContent),
            ("1_000", .trailingContent), ("1,5", .trailingContent), ("NaN", .unexpectedByte),
            ("Infinity", .unexpectedByte), ("-Infinity", .invalidNumber), ("1e999", .numberOutOfRange),
            ("-1e309", .numberOutOfRange), ("[1 2]", .unexpectedByte), ("１", .unexpectedByte), ("-", .invalidNumber),
        ] as [(String, JSONSyntaxError.Reason)])
    func badNumbers(_ text: String, _ reason: JSONSyntaxError.Reason) { #expect(refusal(text) == reason) }

    @Test(
        "refuses what other readers let pass",
        arguments: [
            ("", .unexpectedEnd), (" ", .unexpectedEnd), ("[1,]", .unexpectedByte), ("[,1]", .unexpectedByte),
            ("[,]", .unexpectedByte), ("[1,,2]", .unexpectedByte), (#"{"a":1,}"#, .unexpectedByte),
            ("{,}", .unexpectedByte), ("{\"a\"}", .unexpectedByte), ("{\"a\":}", .unexpectedByte),
            ("{a:1}", .unexpectedByte), ("{'a':1}", .unexpectedByte), ("{1:1}", .unexpectedByte),
            ("{null:1}", .unexpectedByte), ("{\"a\" 1}", .unexpectedByte), ("{\"a\"=1}", .unexpectedByte),
            ("{\"a\":1 \"b\":2}", .unexpectedByte), ("'a'", .unexpectedByte), ("[", .unexpectedEnd),
            ("]", .unexpectedByte), ("[1", .unexpectedEnd), ("[1,", .unexpectedEnd), ("{", .unexpectedEnd),
            ("{\"a\"", .unexpectedEnd), ("{\"a\":", .unexpectedEnd), ("{\"a\":1", .unexpectedEnd),
            ("{\"a\":1,", .unexpectedEnd), ("[1}", .unexpectedByte), ("{\"a\":1]", .unexpectedByte),
            ("1 2", .trailingContent), ("{}{}", .trailingContent), ("[]]", .trailingContent), ("{}x", .trailingContent),
            ("{}\u{0}", .trailingContent), ("// c\n1", .unexpectedByte), ("/* c */1", .unexpectedByte),
            ("1 // c", .trailingContent), ("[1/**/]", .unexpectedByte), ("# c\n1", .unexpectedByte),
            ("True", .unexpectedByte), ("TRUE", .unexpectedByte), ("nul", .unexpectedEnd), ("nulL", .unexpectedByte),
            ("tru", .unexpectedEnd), ("falsy", .unexpectedByte), ("truee", .trailingContent),
            ("undefined", .unexpectedByte), ("\u{A0}1", .unexpectedByte), ("\u{B}1", .unexpectedByte),
            ("\u{C}1", .unexpectedByte), ("\u{85}1", .unexpectedByte), ("\u{2028}1", .unexpectedByte),
            ("1\u{3000}", .trailingContent), ("\u{FEFF}1", .byteOrderMark), ("1\u{FEFF}", .trailingContent),
            ("[\u{FEFF}1]", .unexpectedByte), ("\u{1E}1", .unexpectedByte),
        ] as [(String, JSONSyntaxError.Reason)])
    func badTexts(_ text: String, _ reason: JSONSyntaxError.Reason) { #expect(refusal(text) == reason) }

    @Test("nests 32 deep and no deeper, in a token 8 deep")
    func depth() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]")] {
            let each = open.contains("[{") ? 2 : 1
            func nested(_ depth: Int) -> String {
                String(repeating: open, count: depth / each) + "1" + String(repeating: close, count: depth / each)
            }
            for depth in [2, 30, 32] { #expect(refusal(nested(depth)) == nil, "\(open) × \(depth)") }
            for depth in [34, 512, 100_000] { #expect(refusal(nested(depth)) == .tooDeep, "\(open) × \(depth)") }
            #expect(refusal(nested(8), limits: .token) == nil)
            #expect(refusal(nested(10), limits: .token) == .tooDeep)
        }
        let empty = { String(repeating: "[", count: $0) + String(repeating: "]", count: $0) }
        #expect([31, 32].allSatisfy { refusal(empty($0)) == nil })
        #expect([33, 100_000].allSatisfy { refusal(empty($0)) == .tooDeep })
        #expect(refusal(empty(8), limits: .token) == nil)
        #expect(refusal(empty(9), limits: .token) == .tooDeep)
        // Width is not depth.
        #expect(refusal("[" + Array(repeating: "[]", count: 1000).joined(separator: ",") + "]") == nil)
    }

    @Test("says at which byte the text goes wrong")
    func offsets() {
        for (text, offset) in [
            ("[1,]", 3), (#"{"é":1,"b":2,"é":3}"#, 14), ("  nul!", 2), (#"["\ud800"]"#, 8), ("[01]", 1), ("{} x", 3),
        ] {
            #expect {
                try parsed(text)
            } throws: {
                ($0 as? JSONSyntaxError)?.offset == offset
            }
        }
    }
}

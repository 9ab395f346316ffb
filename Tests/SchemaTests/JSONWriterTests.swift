import Foundation
import Schema
import Support
import Testing

@Suite("JSON writer and numbers")
struct JSONWriterTests {
    private func text(_ write: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        write(&json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    @Test("escapes what RFC 8259 demands and nothing else, in names too")
    func escapes() throws {
        #expect(text { $0.value("a\"b\\c/d") } == #""a\"b\\c/d""#)
        #expect(text { $0.value("\n\t\u{0}\u{1F}\u{7F}é😀") } == "\"\\u000a\\u0009\\u0000\\u001f\u{7F}é😀\"")
        #expect(text { json in json.object { $0.member("a\"\n", 1) } } == #"{"a\"\u000a":1}"#)
        for value in 1..<0x300 {
            let string = String(Character(try #require(Unicode.Scalar(value))))
            let bytes = written(.object([string: .string(string)]))
            #expect(try JSONValue(parsing: bytes) == .object([string: .string(string)]), "U+\(value)")
            let theirs = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: String]
            #expect(theirs == [string: string])
        }
    }

    @Test("puts commas between values and nowhere else")
    func commas() {
        let written = text { json in
            json.object { json in
                json.member("a") { json in
                    json.array { json in
                        json.object { _ in }
                        json.array { _ in }
                        json.value(1)
                        json.value(true)
                        json.null()
                        json.raw("{}".utf8)
                    }
                }
                json.member("b", "x")
                json.member("c", nil as String?)
                json.member("d", nil as Int?)
                json.member("e", ["p", "q"])
                json.member("f") { $0.object { $0.member("g", false) } }
                json.member("h", 0.5)
            }
        }
        #expect(
            written
                == #"{"a":[{},[],1,true,null,{}],"b":"x","c":null,"d":null,"e":["p","q"],"f":{"g":false},"h":0.5}"#)
    }

    @Test("writes every finite double so that it reads back as the same one")
    func doubles() throws {
        for (number, expected) in [
            (0.0, "0"), (-0.0, "0"), (1.0, "1"), (-2.5, "-2.5"), (0.1, "0.1"), (47.218371, "47.218371"),
            (1e14, "100000000000000"),
        ] {
            #expect(text { $0.value(number) } == expected)
        }
        var generator = SeededGenerator(seed: 754)
        let edges = [
            Double.greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, .ulpOfOne, 1e15, 1e16,
            9_007_199_254_740_991, 1e-7, 1.0.nextUp,
        ]
        let random = (0..<runs(5_000)).compactMap { _ in
            let number = Double(bitPattern: generator.next())
            return number.isFinite ? number : nil
        }
        for number in edges + random {
            let written = text { $0.value(number) }
            #expect(try parsed(written).double == number, "\(written)")
            #expect(try JSONSerialization.jsonObject(with: Data("[\(written)]".utf8)) is [Any])
        }
    }

    @Test(
        "takes for an integer only what is spelt as one and fits 64 bits",
        arguments: [
            ("0", 0), ("7", 7), ("-7", -7), ("9223372036854775807", .max), ("-9223372036854775808", .min),
            ("9223372036854775808", nil), ("-9223372036854775809", nil), ("18446744073709551616", nil), ("-0", nil),
            ("1.0", nil), ("1e2", nil), ("1E2", nil), ("0e0", nil), ("1e-1", nil), ("-0.0", nil),
        ] as [(String, Int?)])
    func integers(_ text: String, _ value: Int?) throws { #expect(try parsed(text).int == value) }

    @Test("gives one kind of value and no other")
    func kinds() throws {
        let values = try parsed(#"[null,true,1,"a",[],{}]"#).array ?? []
        #expect(values.map { $0.bool != nil } == [false, true, false, false, false, false])
        #expect(values.map { $0.int != nil } == [false, false, true, false, false, false])
        #expect(values.map { $0.double != nil } == [false, false, true, false, false, false])
        #expect(values.map { $0.string != nil } == [false, false, false, true, false, false])
        #expect(values.map { $0.array != nil } == [false, false, false, false, true, false])
        #expect(values.map { $0.object != nil } == [false, false, false, false, false, true])
        #expect(JSONNumber(text: "1e999").double == nil)
        let object = try #require(parsed(#"{"b":1,"a":2}"#).object)
        #expect(object.members.map(\.name) == ["b", "a"])
        #expect(object["a"] == 2 && object["c"] == nil && !object.isEmpty)
    }
}

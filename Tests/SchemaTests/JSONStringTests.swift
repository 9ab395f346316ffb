import Schema
import Testing

@Suite("Strict JSON: strings and members")
struct JSONStringTests {
    @Test(
        "refuses ill-formed UTF-8 wherever a string may stand",
        arguments: [
            [0x80], [0xBF], [0xC3], [0xC3, 0x28], [0xE2, 0x82], [0xE2, 0x28, 0xA1], [0xF0, 0x9F, 0x98],
            [0xFE], [0xFF], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80],
            // Overlong spellings of NUL, «/», «"» and of «é».
            [0xC0, 0x80], [0xC0, 0xAF], [0xC0, 0xA2], [0xE0, 0x80, 0xAF], [0xE0, 0x83, 0xA9], [0xF0, 0x80, 0x80, 0xAF],
            // Surrogates spelt as three bytes (CESU-8).
            [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80],
        ] as [[UInt8]])
    func illFormed(_ sequence: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        let string = [quote] + sequence + [quote]
        #expect(refusal(string) == .invalidUTF8)
        #expect(refusal(Array("{".utf8) + string + Array(":1}".utf8)) == .invalidUTF8)
        #expect(refusal(sequence + Array("1".utf8)) == .unexpectedByte)
        #expect(refusal(Array("[1,".utf8) + sequence + Array("]".utf8)) == .unexpectedByte)
    }

    @Test("refuses UTF-16, UTF-32 and byte order marks")
    func encodings() {
        let text = #"{"a":1}"#
        let wide = text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let wideBigEndian = text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        let quad = text.unicodeScalars.flatMap { [UInt8($0.value), 0, 0, 0] as [UInt8] }
        for bytes in [wide, wideBigEndian, quad, [0xFF, 0xFE] + wide, [0xFE, 0xFF] + wideBigEndian] {
            #expect(refusal(bytes) == .unexpectedByte)
        }
        #expect(refusal([0xEF, 0xBB, 0xBF] + Array(text.utf8)) == .byteOrderMark)
        // Within a string U+FEFF is a character like others; whether a field takes it is the field's rule.
        #expect(refusal("\"a\u{FEFF}\"") == nil)
    }

    @Test(
        "refuses lone surrogates in every position",
        arguments: [
            #""\ud800""#, #""\udbff""#, #""\udc00""#, #""\udfff""#, #""a\ud800""#, #""\ud800a""#, #""\ud800\n""#,
            #""\ud800\ud800""#, #""\ud800\ud800\udc00""#, #""\udc00\ud800""#, #""\udfff\udbff""#, #""\uD83D""#,
            #""\uD83D\u0041""#, #""\ude00\ud83d""#, #"["\ud800"]"#, #"{"\ud800":1}"#, #"{"a":"\udc00"}"#,
            #"{"a":1,"\ud83d":2}"#, #""\ud83d\\ude00""#, #""\ud83d ude00""#,
        ])
    func loneSurrogates(_ text: String) { #expect(refusal(text) == .loneSurrogate) }

    @Test("joins every surrogate pair to its character")
    func pairs() throws {
        for value in [0x10000, 0x103FF, 0x10400, 0x1F600, 0xFFFFF, 0x100000, 0x10FFFF] {
            let scalar = try #require(Unicode.Scalar(value))
            let units = Array(String(Character(scalar)).utf16).map { String($0, radix: 16) }
            #expect(try parsed("\"\\u\(units[0])\\u\(units[1].uppercased())\"") == .string(String(Character(scalar))))
        }
    }

    @Test(
        "refuses NUL and control characters",
        arguments: [
            ("\"\u{0}\"", .nulCharacter), (#""\u0000""#, .nulCharacter), (#""a\u0000b""#, .nulCharacter),
            (#"{"\u0000":1}"#, .nulCharacter), ("{\"a\u{0}\":1}", .nulCharacter), ("\"\n\"", .controlCharacter),
            ("\"\t\"", .controlCharacter), ("\"\r\"", .controlCharacter), ("\"a\u{1}\"", .controlCharacter),
            ("\"\u{1F}\"", .controlCharacter), ("{\"\n\":1}", .controlCharacter),
        ] as [(String, JSONSyntaxError.Reason)])
    func controls(_ text: String, _ reason: JSONSyntaxError.Reason) { #expect(refusal(text) == reason) }

    @Test(
        "refuses escapes that there are not",
        arguments: [
            (#""\x41""#, .invalidEscape), (#""\'""#, .invalidEscape), (#""\a""#, .invalidEscape),
            (#""\U0041""#, .invalidEscape), (#""\0""#, .invalidEscape), (#""\u00g0""#, .invalidEscape),
            (#""\u{41}""#, .invalidEscape), (#""\u+041""#, .invalidEscape), (#""\u 041""#, .invalidEscape),
            (#""\u004""#, .invalidEscape), (#""\u""#, .unexpectedEnd), (#""\u00"#, .unexpectedEnd),
            (#""\"#, .unexpectedEnd), (#""\""#, .unexpectedEnd), (#"""#, .unexpectedEnd), (#""abc"#, .unexpectedEnd),
            ("\"\\\n\"", .invalidEscape), (#""\ud83d\u""#, .unexpectedEnd), (#""\ud83d\uzzzz""#, .invalidEscape),
            (#""\u٠٠٤١""#, .invalidEscape),
        ] as [(String, JSONSyntaxError.Reason)])
    func escapes(_ text: String, _ reason: JSONSyntaxError.Reason) { #expect(refusal(text) == reason) }

    @Test(
        "refuses a member that is there twice, however it is spelt",
        arguments: [
            #"{"a":1,"a":1}"#, #"{"a":1,"b":2,"a":3}"#, #"{"a":1,"\u0061":2}"#, #"{"\u0061":1,"a":2}"#,
            #"{"alg":"RS256","\u0061lg":"HS256"}"#, #"{"a/b":1,"a\/b":2}"#, #"{"":1,"":2}"#,
            "{\"caf\u{E9}\":1,\"cafe\u{301}\":2}", #"{"caf\u00e9":1,"cafe\u0301":2}"#, "{\"\u{212B}\":1,\"\u{C5}\":2}",
            #"{"😀":1,"\ud83d\ude00":2}"#, #"{"x":{"a":1,"a":2}}"#, #"[{"a":1,"a":2}]"#,
        ])
    func duplicates(_ text: String) { #expect(refusal(text) == .duplicateMember) }

    @Test("takes one name at several levels")
    func levels() { #expect(refusal(#"{"a":{"a":1},"b":[{"a":1},{"a":2}]}"#) == nil) }

    @Test(
        "refuses runs of combining marks that cost quadratic time to normalise",
        arguments: ["\u{301}\u{323}", "\u{323}\u{301}", "\u{F73}", "\u{F75}\u{F81}", "\u{344}", "\u{64B}\u{301}"])
    func marks(_ pattern: String) throws {
        func marked(_ count: Int) -> String {
            var text = "e"
            for index in 0..<count { text.unicodeScalars.append(scalars[index % scalars.count]) }
            return text
        }
        let scalars = Array(pattern.unicodeScalars)
        func string(_ count: Int) -> String { "\"\(marked(count))\"" }
        #expect(refusal(string(30)) == nil)
        #expect(refusal(string(31)) == .tooManyMarks)
        // A starter in between begins a new count.
        #expect(refusal("\"\(marked(30))\(marked(30))\(marked(30))\"") == nil)
        let bomb = string(250_000)
        let clock = ContinuousClock()
        for text in [bomb, "[1,\(bomb)]", "{\(bomb):1}", "{\"a\":1,\(bomb):1,\(bomb):2}"] {
            let start = clock.now
            #expect(refusal(text) == .tooManyMarks)
            #expect(clock.now - start < .seconds(10))
        }
    }
}

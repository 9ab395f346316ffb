import Schema
import Testing

/// What judges the answers must itself be able to find fault.
@Suite("Schema check")
struct SchemaCheckTests {
    @Test(
        "Each keyword refuses what it should",
        arguments: [
            (#"{"type":"integer"}"#, "1", "1.5"), (#"{"type":["string","null"]}"#, "null", "1"),
            (#"{"const":1}"#, "1", "2"), (#"{"enum":["a"]}"#, #""a""#, #""b""#),
            (#"{"required":["a"]}"#, #"{"a":1}"#, "{}"), (#"{"properties":{"a":{"type":"null"}}}"#, "{}", #"{"a":1}"#),
            (#"{"properties":{"a":{}},"additionalProperties":false}"#, #"{"a":1}"#, #"{"b":1}"#),
            (#"{"allOf":[{"properties":{"a":{}}}],"unevaluatedProperties":false}"#, #"{"a":1}"#, #"{"b":1}"#),
            (#"{"items":{"type":"null"}}"#, "[null]", "[1]"), (#"{"minItems":1}"#, "[1]", "[]"),
            (#"{"maxItems":1}"#, "[1]", "[1,2]"), (#"{"uniqueItems":true}"#, "[1,2]", "[1,1]"),
            (#"{"minLength":1}"#, #""é""#, #""""#), (#"{"maxLength":1}"#, #""é""#, #""ab""#),
            (#"{"pattern":"^a+$"}"#, #""aa""#, #""ab""#), (#"{"format":"date"}"#, #""2026-02-28""#, #""2026-02-30""#),
            (#"{"format":"uuid"}"#, #""019b76da-a800-71e1-aebf-12a7ec0c6887""#, #""a""#),
            (#"{"format":"date-time"}"#, #""2026-02-28T12:00:00Z""#, #""2026-02-28""#),
            (#"{"minimum":2}"#, "2", "1"), (#"{"maximum":2}"#, "2", "2.1"),
            (#"{"oneOf":[{"type":"null"},{"type":"string"}]}"#, "null", "1"),
            (#"{"oneOf":[{"type":"number"},{"type":"string"}]}"#, "1", "null"),
            (#"{"oneOf":[{"minimum":1},{"minimum":2}]}"#, "1", "2"),
            (#"{"anyOf":[{"minimum":1},{"maximum":-1}]}"#, "1", "0"),
            (##"{"$ref":"#/a"}"##, "null", "1"), (#"{"description":"x"}"#, "1", nil), (#"{"if":{}}"#, nil, "1"),
        ] as [(String, String?, String?)])
    func keywords(_ schema: String, good: String?, bad: String?) throws {
        let check = SchemaCheck(document: ["a": ["type": "null"]])
        func violations(_ text: String) throws -> [String] {
            check.violations(
                of: try JSONValue(parsing: Array(text.utf8)), by: try JSONValue(parsing: Array(schema.utf8)))
        }
        if let good { #expect(try violations(good) == []) }
        if let bad { #expect(try !violations(bad).isEmpty) }
    }
}

import Foundation
import Schema
import Testing

@testable import Charters

@Suite("YAML, read strictly")
struct YAMLTests {
    private func read(_ text: String) -> (value: JSONValue, mistakes: [String]) {
        var reader = YAMLReader()
        let value = reader.read(Array(text.utf8))
        let mistakes = reader.mistakes.map { "\($0.line ?? 0) \($0.violation.pointer) \($0.violation.code)" }
        return (value, mistakes)
    }

    @Test(
        "A plain scalar is what YAML 1.2 and JSON agree on, and a text otherwise",
        arguments: [
            ("52", .number(JSONNumber(52))), ("-3", .number(JSONNumber(-3))), ("1.5", .number(JSONNumber(text: "1.5"))),
            ("\"52\"", "52"), ("'52'", "52"), ("true", true), ("false", false), ("'true'", "true"), ("null", nil),
            ("~", nil), ("", nil), ("\"null\"", "null"), ("\"\"", ""), ("2014-12-16", "2014-12-16"), ("1.0.0", "1.0.0"),
            ("yes", "yes"), ("no", "no"), ("on", "on"), ("True", "True"), ("0o17", "0o17"), ("007", "007"),
            ("0x10", "0x10"), ("1_000", "1_000"), ("12:30", "12:30"), (".inf", ".inf"), (".5", ".5"), ("<<", "<<"),
            ("a b", "a b"), (">-\n  folded\n  text\n", "folded text"), ("|\n  two\n  lines\n", "two\nlines\n"),
        ] as [(String, JSONValue)])
    func scalars(text: String, expected: JSONValue) {
        let found = read("key: \(text)")
        #expect(found.value == ["key": expected])
        #expect(found.mistakes == [])
    }

    @Test(
        "What makes YAML surprising is refused",
        arguments: [
            ("a: 1\nb: 2\na: 3", "1  duplicate-key"), ("a: {b: 1, \"b\": 2}", "1  duplicate-key"),
            ("a: &x 1", "1 /a anchor"), ("a: &x [1]", "1 /a anchor"), ("a: &x {b: 1}", "1 /a anchor"),
            ("&k a: 1", "1  key"), ("a: !!str 52", "1 /a tag"), ("a: !secret b", "1 /a tag"),
            ("a: !secret \"b\"", "1 /a tag"), ("a: !!set {b: null}", "1 /a tag"), ("a: !!seq [b]", "1 /a tag"),
            ("b: 1\n? [a]\n: 1", "2  key"), ("a: *x", "1  malformed-yaml"), ("a: [1", "2  malformed-yaml"),
            ("a: 1\n---\nb: 2", "2  malformed-yaml"), ("a: b\n  c: d", "2  malformed-yaml"),
            ("a: \u{1}", "0  malformed-yaml"),
            (
                String(repeating: "[", count: 18) + String(repeating: "]", count: 18),
                "1 \(String(repeating: "/0", count: 17)) too-deep"
            ),
            (String(repeating: "[", count: 100_000), "1  malformed-yaml"),
        ])
    func refusals(text: String, expected: String) {
        #expect(read(text).mistakes == [expected])
    }

    @Test("An alias is never unfolded", .timeLimit(.minutes(1)))
    func billionLaughs() {
        var text = "a0: &a0 [ha, ha]\n"
        for level in 1...40 {
            text += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", "))]\n"
        }
        let found = read(text)
        #expect(found.mistakes.count == 41)
        #expect(found.mistakes.allSatisfy { $0.hasSuffix(" anchor") })
    }

    @Test("A folder that is absent, empty or full of other things is refused")
    func folders() throws {
        func codes(_ folder: borrowing CharterFolder) -> [String] { folder.mistakes().map(\.violation.code) }
        #expect(throws: CharterFailure.self) { try CharterSet.load(from: "/nowhere/charters") }
        let folder = try CharterFolder([])
        #expect(codes(folder) == ["no-charter"])
        try folder.write("README.md", [])
        #expect(codes(folder) == ["no-charter"])
        try folder.write("24.yml", try Checkout.bytes(of: "24.yaml"))
        #expect(codes(folder) == ["wrong-suffix"])
        try folder.write("52.yaml", [])
        #expect(codes(folder).sorted() == ["wrong-suffix", "wrong-type"])
        try folder.write("52.yaml", [0x61, 0x3A, 0x20, 0xFF])
        #expect(codes(folder).sorted() == ["malformed-yaml", "wrong-suffix"])
        try folder.write("52.yaml", Array("- region".utf8))
        #expect(codes(folder).sorted() == ["wrong-suffix", "wrong-type"])
        try folder.write("52.yaml", Array(repeating: 0x23, count: 256 * 1024 + 1))
        #expect(codes(folder).sorted() == ["file-too-large", "wrong-suffix"])
        try FileManager.default.createDirectory(
            at: folder.url.appending(path: "53.yaml"), withIntermediateDirectories: true)
        #expect(codes(folder).sorted() == ["file-too-large", "unreadable-file", "wrong-suffix"])
    }
}

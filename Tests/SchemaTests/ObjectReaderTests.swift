import Schema
import Testing

@Suite("Reading objects")
struct ObjectReaderTests {
    private struct Person: Equatable {
        let name: String
        let age: Int?
        let tags: [String]
    }

    private func person(_ object: ObjectReader) -> Person? {
        let name = object.required("name", .text(1...20))
        let age = object.optional("age", .int(0...120))
        let tags = object.optional("tags", .set(0...3, of: .text(1...5))) ?? []
        let children = object.optional("children", .array(0...2, of: .object(self.person))) ?? []
        object.refuse(["id"])
        guard let name else { return nil }
        _ = children
        return Person(name: name, age: age, tags: tags)
    }

    /// The violations of a body as `pointer code`.
    private func violations(_ text: String) throws -> [String] {
        let body = try parsed(text)
        do throws(Refusal) {
            _ = try ObjectReader.read(body, person)
            return []
        } catch {
            #expect(error.code == .invalidBody)
            return error.violations.map { "\($0.pointer) \($0.code)" }
        }
    }

    @Test("reads members, absent and null ones as nil")
    func reads() throws {
        let expected = Person(name: "Ada", age: nil, tags: [])
        for text in [#"{"name":"Ada"}"#, #"{"age":null,"tags":null,"name":"Ada","children":null}"#] {
            #expect(try ObjectReader.read(parsed(text), person) == expected)
        }
        #expect(
            try ObjectReader.read(parsed(#"{"tags":["a","b"],"name":"Ada","age":36}"#), person)
                == Person(name: "Ada", age: 36, tags: ["a", "b"]))
    }

    @Test("names everything that is wrong at once")
    func allAtOnce() throws {
        let text = #"{"age":"x","tags":["a","a",1],"children":[{"age":121},3],"id":1,"colour":"red"}"#
        #expect(
            try violations(text) == [
                "/name required", "/age wrong-type", "/tags/2 wrong-type", "/children/0/name required",
                "/children/0/age out-of-range", "/children/1 wrong-type", "/id read-only", "/colour unknown-member",
            ])
    }

    @Test(
        "says what is wrong with one member",
        arguments: [
            (#"{"name":null}"#, ["/name required"]), (#"{"name":1}"#, ["/name wrong-type"]),
            (#"{"name":""}"#, ["/name wrong-length"]), (#"{"name":"a","age":1.0}"#, ["/age wrong-type"]),
            (#"{"name":"a","age":1e2}"#, ["/age wrong-type"]), (#"{"name":"a","age":-0}"#, ["/age wrong-type"]),
            (#"{"name":"a","age":true}"#, ["/age wrong-type"]), (#"{"name":"a","age":-1}"#, ["/age out-of-range"]),
            (#"{"name":"a","age":9223372036854775808}"#, ["/age wrong-type"]),
            (#"{"name":"a","tags":"a"}"#, ["/tags wrong-type"]), (#"{"name":"a","tags":{}}"#, ["/tags wrong-type"]),
            (#"{"name":"a","tags":["a","b","c","d"]}"#, ["/tags wrong-count"]),
            (#"{"name":"a","tags":["a","b","a"]}"#, ["/tags/2 duplicate-item"]),
            ("{\"name\":\"a\",\"tags\":[\"\u{E9}\",\"e\u{301}\"]}", ["/tags/1 duplicate-item"]),
            (#"{"name":"a","tags":[null]}"#, ["/tags/0 wrong-type"]),
            (#"{"name":"a","children":[[]]}"#, ["/children/0 wrong-type"]),
            (#"{"name":"a","children":[{"name":"b","x":1}]}"#, ["/children/0/x unknown-member"]),
            (#"{"name":"a","id":null}"#, ["/id read-only"]), (#"{"name":"a","Name":1}"#, ["/Name unknown-member"]),
            ("[]", [" wrong-type"]), ("null", [" wrong-type"]), ("\"{}\"", [" wrong-type"]),
        ])
    func one(_ text: String, _ expected: [String]) throws { #expect(try violations(text) == expected) }

    @Test("escapes the names in pointers and bounds them")
    func pointers() throws {
        #expect(
            try violations(#"{"name":"a","a/b":1,"m~n":1,"~1":1,"":1}"#) == [
                "/a~1b unknown-member", "/m~0n unknown-member", "/~01 unknown-member", "/ unknown-member",
            ])
        for part in ["x", "/", "e\u{301}\u{323}", "👨‍👩‍👧‍👦"] {
            let name = String(repeating: part, count: 5000)
            let found = try violations(#"{"name":"a","\#(name)":1}"#)
            #expect(found.count == 1 && found[0].unicodeScalars.count <= 201 + " unknown-member".count, "\(part)")
        }
    }

    @Test("shows at most a hundred violations of a hostile body")
    func bounded() throws {
        let unknown = (0..<5000).map { #""u\#($0)":1"# }.joined(separator: ",")
        #expect(try violations("{\(unknown)}").count == 100)
        let body = try parsed("[" + Array(repeating: "0", count: 5000).joined(separator: ",") + "]")
        #expect {
            try ObjectReader.read(.object(["a": body])) { $0.required("a", .array(0...10_000, of: .text(1...2))) }
        } throws: {
            ($0 as? Refusal)?.violations.count == 100
        }
    }

    @Test("reads numbers and flags by their kind")
    func kinds() throws {
        func number(_ text: String) throws -> Double? {
            try? ObjectReader.read(parsed(#"{"v":\#(text)}"#)) { $0.required("v", .number(-10...10)) }
        }
        #expect(try number("1.5") == 1.5 && number("-10") == -10 && number("1e1") == 10)
        for text in ["-0", "10.1", "\"1\"", "true", "[1]"] { #expect(try number(text) == nil, "\(text)") }
        func flag(_ text: String) throws -> Bool? {
            try? ObjectReader.read(parsed(#"{"v":\#(text)}"#)) { $0.required("v", .bool) }
        }
        #expect(try flag("true") == true && flag("false") == false)
        for text in ["1", "0", "\"true\"", "null"] { #expect(try flag(text) == nil, "\(text)") }
    }
}

import HTTPTypes
import Hummingbird
import Schema
import Testing
import Web

@Suite("Conditional requests")
struct ConditionalTests {
    private func request(_ name: HTTPField.Name, _ values: String...) -> Request {
        Request(fields: values.map { (name, $0) })
    }

    @Test(
        "If-None-Match names a tag by weak comparison, alone, in a list or by a star",
        arguments: [
            (#""v3""#, true), (#"W/"v3""#, true), (#""a", "v3""#, true), (#""a","v3""#, true),
            (#"W/"a" , W/"v3""#, true),
            (#", "v3","#, true), ("*", true), (#""v3", oops"#, false), (#""v4""#, false), (#""V3""#, false),
            (#""v33""#, false), (#""v""#, false), ("v3", false), ("'v3'", false), (#""v3"#, false), (#"v3""#, false),
            (#"w/"v3""#, false), (#"" v3""#, false), (#""a,v3""#, false), (#""v3,a""#, false), (#""*""#, false),
            ("", false),
            (#"W/v3"#, false), (#""""#, false),
        ])
    func ifNoneMatch(_ header: String, _ isNamed: Bool) {
        #expect(EntityTag(version: 3).isNamed(byIfNoneMatchOf: request(.ifNoneMatch, header)) == isNamed)
    }

    @Test("If-None-Match may be absent, repeated or hostile")
    func ifNoneMatchFields() {
        let tag = EntityTag(version: 3)
        #expect(!tag.isNamed(byIfNoneMatchOf: request(.ifNoneMatch)))
        #expect(tag.isNamed(byIfNoneMatchOf: request(.ifNoneMatch, #""v2""#, #""v3""#)))
        let many = Array(repeating: #""a""#, count: 5000).joined(separator: ",")
        #expect(!tag.isNamed(byIfNoneMatchOf: request(.ifNoneMatch, many + #","v3""#)))
        #expect(!tag.isNamed(byIfNoneMatchOf: request(.ifNoneMatch, String(repeating: "\"", count: 10_001))))
    }

    @Test("If-Match demands one version, spelt as its tag")
    func ifMatch() throws {
        #expect(try EntityTag.demandedVersion(of: request(.ifMatch, #""v3""#)) == 3)
        #expect(try EntityTag.demandedVersion(of: request(.ifMatch, EntityTag(version: 120).text)) == 120)
        for ground in [0, 1, 0xAB, UInt64.max] {
            let tag = EntityTag(version: 7, derivedFrom: ground)
            #expect(try EntityTag.demandedVersion(of: request(.ifMatch, tag.text)) == 7)
        }
        #expect(EntityTag(version: 7, derivedFrom: 1) != EntityTag(version: 7, derivedFrom: 2))
        #expect(throws: Refusal.self) { try EntityTag.demandedVersion(of: request(.ifMatch)) }
        do {
            _ = try EntityTag.demandedVersion(of: request(.ifMatch))
        } catch {
            #expect(error.code == .preconditionRequired)
        }
        for header in [
            #""v3-""#, #""v3-AB""#, #""v3-0ab""#, #""v3-xyz""#, #""v3--1""#, #""v3-1-2""#, #""v-3""#, #""v0""#,
            #""v3-+1""#, #"W/"v3""#, #""v""#, #""v+3""#, #""v03""#, #""v-0""#, #""3""#, #""x3""#, #""""#, #""v3,v4""#,
            #""v99999999999999999999""#, #""v٣""#,
        ] {
            #expect(throws: Refusal.staleVersion, "\(header)") {
                try EntityTag.demandedVersion(of: request(.ifMatch, header))
            }
        }
        for header in [
            "*", "v3", #""v3"#, #"v3""#, #""v3 ""#, #""v3", "v4""#, #""v3","v3""#, "", "\"", "\"v", #"w/"v3""#, "W/",
            #"W/"v3", "v3""#, #""v3","#, "W/*",
        ] {
            let refusal = #expect(throws: Refusal.self, "\(header)") {
                try EntityTag.demandedVersion(of: request(.ifMatch, header))
            }
            #expect(
                refusal?.code == .invalidParameters && refusal?.violations.map(\.pointer) == ["If-Match"], "\(header)")
        }
        let twice = #expect(throws: Refusal.self) {
            try EntityTag.demandedVersion(of: request(.ifMatch, #""v3""#, #""v4""#))
        }
        #expect(twice?.code == .invalidParameters)
    }

    @Test("a computed tag depends on each of its parts and on their bounds")
    func computed() {
        let tag = EntityTag(of: ["a", "b"])
        #expect(tag == EntityTag(of: ["a", "b"]))
        for other in [["a", "c"], ["b", "a"], ["ab"], ["a", "b", ""], ["", "a", "b"], ["a"], []] {
            #expect(EntityTag(of: other) != tag)
        }
        #expect(tag.value.utf8.count == 24 && tag.text == "\"\(tag.value)\"")
        #expect(tag.isNamed(byIfNoneMatchOf: request(.ifNoneMatch, tag.text)))
    }

    @Test("a small JSON answer is 304 to whoever has it already")
    func notModified() throws {
        var json = JSONWriter()
        json.array { $0.value(1) }
        let first = Response.json(json, for: request(.ifNoneMatch))
        #expect(first.status == .ok && first.headers[.contentType] == "application/json")
        let tag = try #require(first.headers[.eTag])
        let second = Response.json(json, for: request(.ifNoneMatch, tag))
        #expect(second.status == .notModified && second.headers[.eTag] == tag && second.headers[.contentType] == nil)
        #expect(second.body.contentLength == 0)
    }

    @Test("a stored resource's tag names its version, and changes with what else is shown of it")
    func versioned() throws {
        func answer(_ text: String, _ version: Int, _ tag: String? = nil) -> Response {
            var json = JSONWriter()
            json.object { $0.member("name", text) }
            let asked = tag.map { request(.ifNoneMatch, $0) } ?? request(.ifNoneMatch)
            return .versioned(json, version: version, vary: "Authorization", for: asked)
        }
        let first = answer("a", 3)
        let tag = try #require(first.headers[.eTag])
        #expect(first.status == .ok && first.headers[.vary] == "Authorization" && tag.hasPrefix("\"v3-"))
        #expect(try EntityTag.demandedVersion(of: request(.ifMatch, tag)) == 3)
        #expect(answer("a", 3, tag).status == .notModified && answer("a", 3, tag).headers[.vary] == "Authorization")
        for other in [answer("b", 3, tag), answer("a", 4, tag)] {
            #expect(other.status == .ok && other.headers[.eTag] != tag)
        }
    }
}

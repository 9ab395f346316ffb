import NIOHTTP1
import Schema
import Support
import Testing

@testable import DirectoryService

@Suite("Lists of references")
struct ReferenceListTests {
    @Test("know the same regions everywhere")
    func regions() async throws {
        try await withDirectory { directory in
            for path in ["/v1/structures", "/v1/territories", "/v1/networks"] {
                let answer = try await directory.get("\(path)?region=99")
                try expectProblem(answer, 400, "invalid-parameters", at: ["region"], "\(path)")
                #expect(try answer.json["errors"]?[0]?["code"] == "unknown-region", "\(path)")
                #expect(try await directory.get("\(path)?region=52").status == 200, "\(path)")
            }
        }
    }

    @Test("and searches refuse what nobody knows, by one rule, and take a network by its former names")
    func unknown() async throws {
        var sketch = Example.office
        sketch.networks = ["france-travail"]
        try await withDirectory([sketch]) { [sketch] directory in
            let lists = ["/v1/structures", "/v1/services", "/v1/agenda", "/v1/schemes", "/v1/resources"]
            func refuses(_ path: String, _ query: (name: String, value: String), _ code: String) async throws {
                let answer = try await directory.get("\(path)?\(query.name)=\(query.value)")
                try expectProblem(answer, 400, "invalid-parameters", at: [query.name], "\(path) \(query)")
                #expect(try answer.json["errors"]?[0]?["code"]?.string == code, "\(path) \(query)")
            }
            for path in lists {
                try await refuses(path, ("region", "99"), "unknown-region")
                try await refuses(path, ("territory", "epci:none"), "unknown-territory")
            }
            for path in ["/v1/structures", "/v1/services", "/v1/schemes"] {
                try await refuses(path, ("network", "none-such"), "unknown-network")
            }
            for path in ["/v1/structures", "/v1/services", "/v1/communes"] {
                try await refuses(path, ("department", "99"), "unknown-department")
            }
            for name in ["france-travail", "pole-emploi"] {
                let found = try await directory.get("/v1/structures?network=\(name)").json["items"]
                #expect(found?.array?.map { $0["id"]?.string } == [sketch.id.text], "\(name)")
            }
            let none = try await directory.get("/v1/structures?network=cio").json
            #expect(none["items"]?.array?.isEmpty == true)
        }
    }

    @Test("of territories go on page by page, by cursors that belong to their question")
    func territories() async throws {
        try await withDirectory { directory in
            let all = try await directory.get("/v1/territories?limit=100").json["items"]?.array
            // The demo data's 62 and the 26 departments.
            let keys = try #require(all?.compactMap { $0["key"]?.string })
            #expect(keys.count == 88 && keys == keys.sorted())
            var found: [String] = []
            var next: String? = "/v1/territories?limit=7"
            while let path = next {
                let answer = try await directory.get(path)
                try #require(answer.status == 200, "\(path)")
                found += try answer.json["items"]?.array?.compactMap { $0["key"]?.string } ?? []
                next = answer.headers["link"].first.map { String($0.dropFirst().prefix { $0 != ">" }) }
                #expect(try (next == nil) == (answer.json["next_cursor"] == JSONValue.null))
            }
            #expect(found == keys)
            let first = try await directory.get("/v1/territories?region=52&kind=territoire-spro&limit=5").json
            let cursor = try #require(first["next_cursor"]?.string)
            let rest = try await directory.get(
                "/v1/territories?region=52&kind=territoire-spro&limit=100&cursor=\(cursor)"
            ).json
            #expect(rest["items"]?.array?.count == 12)
            for other in ["region=52", "region=53&kind=territoire-spro", ""] {
                let answer = try await directory.get("/v1/territories?\(other)&cursor=\(cursor)")
                try expectProblem(answer, 400, "invalid-parameters", at: ["cursor"], "\(other)")
            }
        }
    }
}

import Foundation
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

/// Every parameter of every GET under `/v1`, as its description names them, so that a new one is tried without a word
/// here: what its schema does not take is refused with its name, what it takes is answered as described, nothing is
/// ignored, and nothing fails.
@Suite("Hostile queries")
struct HostileQueryTests {
    private struct Answer {
        let status: Int
        let code: String?
        let pointers: [String]

        /// Not a target of RFC 3986, or one with an encoded NUL: refused below the routes, as the description says.
        var isNoTarget: Bool { status == 400 && code == "invalid-target" }
    }

    /// One GET, and what its parameters need.
    private struct Target {
        let operation: Description.Operation
        let token: String
        let port: Int
        let check: SchemaCheck

        var queries: [JSONObject] { operation.parameters.filter { $0["in"] == "query" } }

        func schema(_ parameter: JSONObject) -> JSONObject { check.resolved(parameter["schema"]) ?? [:] }

        /// - Parameter path: as it goes over the wire, whatever it holds.
        func get(_ path: String, _ headers: [(String, String)] = []) async throws -> Answer {
            let client = try RawClient(port: port)
            let fields =
                ([("Host", "localhost"), ("Authorization", "Bearer \(token)"), ("Connection", "close")] + headers)
                .map { "\($0): \($1)\r\n" }.joined()
            try await client.send("GET \(path) HTTP/1.1\r\n\(fields)\r\n")
            let answer = try await client.response()
            guard answer.status >= 400 else { return Answer(status: answer.status, code: nil, pointers: []) }
            let problem = try JSONValue(parsing: answer.body).object
            #expect(answer["content-type"] == "application/problem+json" && problem?["status"]?.int == answer.status)
            return Answer(
                status: answer.status, code: problem?["code"]?.string,
                pointers: problem?["errors"]?.array?.compactMap { $0.object?["pointer"]?.string } ?? [])
        }

        /// Whether it was answered as the description says, and told what was wrong if something was.
        func isDescribed(_ answer: Answer) -> Bool {
            operation.statuses.contains(answer.status) && answer.status < 500
                && (answer.status != 400 || !answer.pointers.isEmpty || answer.isNoTarget)
        }
    }

    private func withTargets(
        _ body: @Sendable @escaping (Target) async throws -> Int
    ) async throws -> Int {
        try await withDatabase(of: .directory) { database in
            try await importDemoData(into: database)
            return try await withService(
                .directory, on: database, settings: ServiceDefinition.directory.ownSettings
            ) { service in
                let description = try Description(of: "directory")
                let reads = description.operations.filter { $0.method == "GET" && $0.scopes != nil }
                try #require(reads.count >= 11)
                var count = 0
                for operation in reads {
                    let scopes = (operation.scopes ?? []).compactMap(Scope.init(rawValue:))
                    let target = Target(
                        operation: operation, token: try await TestIssuer.shared.token(scopes: scopes, region: "52"),
                        port: try #require(URL(string: service.url)?.port), check: description.check)
                    count += try await body(target)
                }
                return count
            }
        }
    }

    @Test("Values that a parameter's schema does not take are refused by its name")
    func values() async throws {
        let count = try await withTargets { target in
            var count = 0
            for parameter in target.queries {
                let name = try #require(parameter["name"]?.string)
                let schema = target.schema(parameter)
                for text in HostileValues.texts(schema, example: parameter["example"]) {
                    count += 1
                    let path = "\(target.operation.examplePath)?\(name)=\(HostileValues.encoded(text))"
                    let answer = try await target.get(path)
                    let place = "\(path.prefix(200)): \(answer)"
                    if path.utf8.count > 8000, answer.status == 414 { continue }
                    if text.contains("\u{0}"), answer.isNoTarget { continue }
                    let value = HostileValues.value(text, schema, target.check)
                    let isTaken = target.check.violations(of: value, by: .object(schema)).isEmpty
                    if isTaken {
                        #expect(target.isDescribed(answer), "\(place)")
                    } else {
                        #expect(answer.status == 400 && answer.pointers.contains(name), "\(place)")
                    }
                }
            }
            return count
        }
        print("hostile queries: \(count) values")
        #expect(count > 2000)
    }

    @Test("What is not percent-encoded UTF-8 is refused where it stands")
    func encodings() async throws {
        let count = try await withTargets { target in
            for parameter in target.queries {
                let name = try #require(parameter["name"]?.string)
                for broken in HostileValues.broken {
                    let answer = try await target.get("\(target.operation.examplePath)?\(name)=\(broken)")
                    #expect(
                        answer.isNoTarget || answer.status == 400 && answer.pointers == [name],
                        "\(target.operation.path) \(name) \(broken) \(answer)")
                }
            }
            return target.queries.count
        }
        #expect(count > 20)
    }

    @Test("Names that nobody knows are refused, and so is a parameter given twice")
    func names() async throws {
        let count = try await withTargets { target in
            let known = target.queries.compactMap { $0["name"]?.string }
            let path = target.operation.examplePath
            var strangers = [
                "x", "debug", "__proto__", "page", "offset", "X", "é", "$where", String(repeating: "n", count: 90),
            ]
            for name in known {
                strangers += [name + "x", name.uppercased(), name + "[]", name + " ", " " + name, name + "."]
            }
            for name in strangers where !known.contains(name) {
                for query in ["\(HostileValues.encoded(name))=1", HostileValues.encoded(name)] {
                    let answer = try await target.get("\(path)?\(query)")
                    #expect(answer.status == 400 && answer.pointers.contains(name), "\(path)?\(query): \(answer)")
                }
            }
            for parameter in target.queries {
                let name = try #require(parameter["name"]?.string)
                let schema = target.schema(parameter)
                let good = HostileValues.encoded(
                    parameter["example"]?.string ?? parameter["example"]?.array?.first?.string
                        ?? schema["minimum"]?.int.map { String($0) } ?? "a")
                let isList = schema["type"] == "array"
                let times = isList ? (schema["maxItems"]?.int ?? 50) + 1 : 2
                let query = Array(repeating: "\(name)=\(good)", count: times).joined(separator: "&")
                let answer = try await target.get("\(path)?\(query)")
                #expect(
                    answer.status == 400 && answer.pointers.contains(name), "\(path)?\(query.prefix(80)): \(answer)")
            }
            return strangers.count
        }
        #expect(count > 200)
    }

    @Test("Segments of a path that name nothing are found nowhere")
    func paths() async throws {
        let count = try await withTargets { target in
            let names = target.operation.parameters.filter { $0["in"] == "path" }.compactMap { $0["name"]?.string }
            let segments =
                HostileValues.texts([:], example: nil).filter { !$0.isEmpty && $0.utf8.count < 2000 }
                .map(HostileValues.encoded) + HostileValues.broken + ["..", "%2e%2e", "a%2Fb", "%252e"]
            for name in names {
                for segment in segments {
                    let path = target.operation.path.replacing("{\(name)}", with: segment)
                    let answer = try await target.get(path)
                    #expect(answer.status == 404 || answer.status == 400, "\(path.prefix(200)): \(answer)")
                }
            }
            return names.count * segments.count
        }
        #expect(count > 200)
    }

    @Test("Fields of the head that make no sense change nothing")
    func headers() async throws {
        _ = try await withTargets { target in
            for parameter in target.operation.parameters where parameter["in"] == "header" {
                let name = try #require(parameter["name"]?.string)
                for text in [
                    "", "x", "*", "\"", "W/", "W/\"", ",,,", "%00", ";q=9", "*/*;q=NaN",
                    String(repeating: "\"a\",", count: 900),
                ] {
                    let answer = try await target.get(target.operation.examplePath, [(name, text)])
                    #expect(
                        target.isDescribed(answer), "\(target.operation.path) \(name): \(text.prefix(20)) \(answer)")
                }
            }
            return 0
        }
    }
}

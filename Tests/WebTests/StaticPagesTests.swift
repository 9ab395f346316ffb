import Foundation
import NIOHTTP1
import Schema
import Support
import Testing

@testable import Web

/// The page of `/docs`, which every service has, as browsers get it; and what a table of files never gives.
@Suite("Static pages")
struct StaticPagesTests {
    private static let page = Repository.path("pages/docs")

    private func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: "\(Self.page)/\(name)")))
    }

    @Test("the page and its files are those of the folder, with their media types, open to all")
    func files() async throws {
        let types = [
            "docs": "text/html; charset=utf-8", "docs/docs.css": "text/css; charset=utf-8",
            "docs/docs.js": "text/javascript; charset=utf-8", "docs/icon.svg": "image/svg+xml",
        ]
        try await withProbe { service in
            for (path, type) in types {
                let answer = try await service.get("/\(path)", token: nil)
                let name = path == "docs" ? "missing.html" : String(path.dropFirst(5))
                let expected = try bytes(name)
                #expect(answer.status == 200 && answer.body == expected, "\(path)")
                #expect(answer.headers["content-type"] == [type])
            }
        }
    }

    @Test("every answer forbids what the page does not need: inline code, third parties, frames, guessed types")
    func fences() async throws {
        try await withProbe { service in
            for path in ["/docs", "/docs/docs.js"] {
                let tag = try #require(try await service.get(path, token: nil).headers.first(name: "etag"))
                for headers in [[], [("If-None-Match", tag)]] {
                    let answer = try await service.get(path, token: nil, headers: headers)
                    let policy = try #require(answer.headers.first(name: "content-security-policy"))
                    let directives = policy.split(separator: "; ").map(String.init)
                    #expect(directives.contains("default-src 'none'") && directives.contains("script-src 'self'"))
                    #expect(directives.contains("style-src 'self'") && directives.contains("frame-ancestors 'none'"))
                    #expect(!policy.contains("unsafe") && !policy.contains("*") && !policy.contains("http"))
                    #expect(answer.headers["x-content-type-options"] == ["nosniff"])
                    #expect(answer.headers["referrer-policy"] == ["no-referrer"])
                    #expect(answer.headers["cache-control"] == ["public, no-cache"])
                }
            }
        }
        #expect(
            ContentPolicy(imageOrigins: ["https://tiles.example"]).text.contains(
                "img-src 'self' data: https://tiles.example;"))
    }

    @Test("gzip is for those who accept it: the same bytes, another tag, and 304 to each tag of its own")
    func compression() async throws {
        try await withProbe { service in
            let plain = try await Self.ask("/docs/docs.css", of: service)
            let zipped = try await Self.ask("/docs/docs.css", of: service, "Accept-Encoding: br, gzip\r\n")
            #expect(plain["content-encoding"] == nil && zipped["content-encoding"] == "gzip")
            #expect(zipped.body.count < plain.body.count / 2)
            #expect(try gunzipped(zipped.body) == plain.body)
            let tags = try [plain, zipped].map { try #require($0["etag"]) }
            #expect(tags[0] != tags[1] && tags.allSatisfy { !$0.hasPrefix("W/") })
            for (encoding, own, other) in [("identity", tags[0], tags[1]), ("gzip", tags[1], tags[0])] {
                func status(_ tag: String) async throws -> Int {
                    let answer = try await Self.ask(
                        "/docs/docs.css", of: service, "Accept-Encoding: \(encoding)\r\nIf-None-Match: \(tag)\r\n")
                    #expect(answer["vary"] == "Accept-Encoding")
                    #expect(answer.status == 200 || answer.body.isEmpty && answer["etag"] == String(tag.suffix(26)))
                    return answer.status
                }
                #expect(try await status(own) == 304)
                #expect(try await status(other) == 200)
                #expect(try await status("\"0\", \(own)") == 304)
            }
            let head = try await Self.ask("/docs/docs.css", of: service, "Accept-Encoding: gzip\r\n", method: "HEAD")
            #expect(head.status == 200 && head.body.isEmpty && head["etag"] == tags[1])
            #expect(head["content-length"] == "\(zipped.body.count)")
        }
    }

    /// One request without what HTTP clients add and undo by themselves.
    private static func ask(
        _ path: String, of service: RunningService, _ fields: String = "", method: String = "GET"
    ) async throws -> RawResponse {
        let client = try RawClient(port: try #require(URL(string: service.url)?.port))
        try await client.send("\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n")
        return try await client.response(to: method)
    }

    @Test(
        "Accept-Encoding is read with its weights",
        arguments: [
            ("gzip", true), ("GZIP", true), ("deflate, gzip;q=0.5", true), ("*", true), ("x-gzip", true),
            ("gzip ; q=1.0", true), ("", false), ("identity", false), ("gzip;q=0", false), ("*;q=0", false),
            ("gzip;q=0, *", false), ("br", false), ("gzip;q=nonsense", false), ("identity;q=1, gzip;q=0.1", false),
        ])
    func acceptEncoding(_ header: String, _ takesGzip: Bool) {
        #expect(AcceptEncoding([header]).takesGzip == takesGzip)
    }

    @Test(
        "nothing but the table is served, however it is spelt",
        arguments: [
            "/docs/missing.html", "/docs/index.html", "/docs/", "/docs/docs.css/", "/docs/..%2f..%2fPackage.swift",
            "/docs/%2e%2e%2fexplorer", "/docs/../../Package.swift", "/docs/..", "/docs/.", "/docs/docs.css%00",
            "/docs/DOCS.CSS", "/docs/docs.css/x", "/docs//docs.css/x", "/docs/%2Fetc%2Fpasswd", "/docs/docs.js.map",
            "/docs/swagger-ui.css",
        ])
    func nothingElse(_ path: String) async throws {
        try await withProbe { service in
            let answer = try await Self.ask(path, of: service)
            #expect([400, 404].contains(answer.status), "\(answer.status)")
        }
    }

    @Test("a query is refused where the page reads none")
    func query() async throws {
        try await withProbe { service in
            try expectProblem(try await service.get("/docs?x=1", token: nil), .invalidParameters)
            try expectProblem(try await service.get("/docs/docs.css?v=2", token: nil), .invalidParameters)
        }
    }

    @Test("with Swagger UI's folder the page is the other one; without a file that it needs nothing starts")
    func renderer() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "swagger-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("a{}".utf8).write(to: folder.appending(path: "swagger-ui.css"))
        let settings = ["SPRO_SWAGGER_UI": folder.path]
        let failure = await #expect(throws: Settings.Failure.self) { try await withProbe(settings: settings) { _ in } }
        #expect(failure?.complaints == ["SPRO_SWAGGER_UI: \(folder.path)/swagger-ui-bundle.js cannot be read"])
        try Data("var SwaggerUIBundle".utf8).write(to: folder.appending(path: "swagger-ui-bundle.js"))
        let page = try bytes("index.html")
        try await withProbe(settings: settings) { service in
            let shown = try await service.get("/docs", token: nil)
            let script = try await service.get("/docs/swagger-ui-bundle.js", token: nil)
            #expect(shown.body == page && script.text == "var SwaggerUIBundle")
        }
    }

    /// By another implementation than ours.
    private func gunzipped(_ bytes: [UInt8]) throws -> [UInt8] {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).gz")
        try Data(bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(filePath: "/bin/gzip")
        process.arguments = ["--decompress", "--stdout", file.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return Array(data)
    }
}

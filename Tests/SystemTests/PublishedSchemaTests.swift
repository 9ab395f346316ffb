import Foundation
import NIOHTTP1
import Schema
import Support
import Testing

/// What is given out in others' words, judged by the schemas that they publish; `script/exchange-schemas` fetches them.
@Suite("Published schemas")
struct PublishedSchemaTests {
    private static let folder = Repository.path(".local/exchange")
    private static let python = folder + "/venv/bin/python"
    static let hasInclusion = FileManager.default.fileExists(atPath: folder + "/venv/READY")
    static let hasHumanServices =
        hasInclusion
        && FileManager.default.fileExists(atPath: folder + "/hsds/compiled/service_at_location_list.json")

    @Test(
        "The data.inclusion export is sound by its schema's own package, and so it says where it is not",
        .enabled(if: hasInclusion, "script/exchange-schemas could not get data-inclusion-schema from PyPI"))
    func dataInclusion() async throws {
        try await withDemoDirectory { issuer, service in
            let token = try await issuer.token(of: "website")
            let answer = try await service.get("/v1/exports/data-inclusion", token: token)
            #expect(answer.status == 200)
            try judge(answer.body, ["data-inclusion"])
            // A judge who finds nothing wrong in anything would be no judge.
            let wrong = answer.text.replacing("\"accompagnement\"", with: "\"accompagner\"")
            #expect(throws: Unsound.self) { try judge(Array(wrong.utf8), ["data-inclusion"]) }
        }
    }

    @Test(
        "Every object of HSDS is sound by its JSON Schema, and so it says where it is not",
        .enabled(if: hasHumanServices, "script/exchange-schemas could not get HSDS 3.0's schemas from GitHub"))
    func humanServices() async throws {
        try await withDemoDirectory { issuer, service in
            let token = try await issuer.token(of: "website")
            func get(_ path: String) async throws -> JSONValue {
                let answer = try await service.get(path, token: token)
                try #require(answer.status == 200, "\(path)")
                return try answer.json
            }
            for (list, listed, whole) in [
                ("organizations", "organization_list", "organization"), ("services", "service_list", "service"),
                ("service_at_locations", "service_at_location_list", nil as String?),
            ] {
                let page = try await get("/hsds/\(list)?per_page=100")
                let items = try #require(page.object?["contents"]?.array)
                try judge(Self.lines(items), ["hsds", Self.folder + "/hsds", listed])
                guard let whole else { continue }
                var all: [JSONValue] = []
                for item in items { all.append(try await get("/hsds/\(list)/\(item.object?["id"]?.string ?? "")")) }
                try judge(Self.lines(all), ["hsds", Self.folder + "/hsds", whole])
                let wrong = String(decoding: Self.lines(all), as: UTF8.self).replacing("\"id\":\"", with: "\"id\":\"x")
                #expect(throws: Unsound.self) {
                    try judge(Array(wrong.utf8), ["hsds", Self.folder + "/hsds", whole])
                }
            }
        }
    }

    private static func lines(_ items: [JSONValue]) -> [UInt8] {
        items.flatMap { item in
            var json = JSONWriter()
            json.value(item)
            return json.bytes + [UInt8(ascii: "\n")]
        }
    }

    private struct Unsound: Error, CustomStringConvertible { let description: String }

    private func judge(_ document: [UInt8], _ arguments: [String]) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "exchange-\(UUID().uuidString)")
        try Data(document).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(filePath: Self.python)
        process.arguments = [Repository.path("Tests/Exchange/validate.py")] + arguments + [file.path]
        let output = Pipe()
        (process.standardOutput, process.standardError) = (output, output)
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        if process.terminationStatus != 0 { throw Unsound(description: text) }
    }
}

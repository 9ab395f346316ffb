import Foundation
import NIOHTTP1
import Schema
import Support
import Testing

@testable import DirectoryService

/// A partner's copy of the directory, kept by nothing but `GET /v1/changes`.
struct PartnerCopy: Sendable {
    /// Each structure's JSON.
    private(set) var structures: [UUID: [UInt8]] = [:]
    private(set) var successors: [UUID: UUID] = [:]
    private(set) var cursor: String?
    /// How many items were read.
    private(set) var items = 0

    struct Page {
        let items: [JSONValue]
        let next: String
        let isLast: Bool

        init(_ answer: RunningService.Answer) throws {
            try #require(answer.status == 200, "\(answer.text)")
            let json = try answer.json
            items = try #require(json["items"]?.array)
            next = try #require(json["next_cursor"]?.string)
            isLast = json["at_end"] == true
            #expect(answer.headers.first(name: "cache-control") == "no-store")
            let link = try #require(answer.headers.first(name: "link"))
            #expect(link.hasPrefix("</v1/changes?after=\(next)&limit=") && link.hasSuffix(">; rel=\"next\""))
        }
    }

    init() {}

    /// Begins with an export (`application/x-ndjson`).
    init(export answer: RunningService.Answer) throws {
        try #require(answer.status == 200, "\(answer.text)")
        let position: String = try #require(answer.headers.first(name: "next-cursor"))
        cursor = position
        for line in answer.body.split(separator: UInt8(ascii: "\n")) {
            let id = try #require(UUID(text: try JSONValue(parsing: Array(line))["id"]?.string ?? ""))
            structures[id] = Array(line)
        }
    }

    mutating func apply(_ page: Page) throws {
        for item in page.items {
            items += 1
            let id = try #require(UUID(text: item["id"]?.string ?? ""))
            switch item["change"]?.string {
            case "changed":
                var json = JSONWriter()
                json.value(try #require(item["structure"]))
                structures[id] = json.bytes
            case "removed", "merged":
                structures[id] = nil
                #expect(RFC3339.parse(item["removed_at"]?.string ?? "") != nil)
                successors[id] = item["successor"]?.string.flatMap { UUID(text: $0) }
                #expect((successors[id] != nil) == (item["change"]?.string == "merged"))
            default: Issue.record("an item of no kind: \(item)")
            }
        }
        cursor = page.next
    }

    /// Its structures as an export gives them out.
    var lines: [UInt8] {
        structures.sorted { $0.key.halves < $1.key.halves }.flatMap { $0.value + [UInt8(ascii: "\n")] }
    }
}

extension DirectoryFixture {
    func changes(after cursor: String? = nil, limit: Int = 100, wait: Int? = nil) async throws -> PartnerCopy.Page {
        let parameters = [("after", cursor), ("limit", "\(limit)"), ("wait", wait.map { "\($0)" })]
        let query = parameters.compactMap { name, value in value.map { "\(name)=\($0)" } }.joined(separator: "&")
        return try PartnerCopy.Page(try await get("/v1/changes?\(query)"))
    }

    /// Reads on to the end.
    func update(_ copy: inout PartnerCopy, limit: Int = 100) async throws {
        while true {
            let page = try await changes(after: copy.cursor, limit: limit)
            try copy.apply(page)
            if page.isLast { return }
        }
    }

    /// Reads on until the copy is the export: what other databases of the server are about may keep events back a while.
    func converge(_ copy: inout PartnerCopy, limit: Int = 100) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while true {
            try await update(&copy, limit: limit)
            let export = try await export()
            if copy.lines == export.body || ContinuousClock.now > deadline {
                return #expect(copy.lines == export.body)
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    func export(_ headers: [(String, String)] = []) async throws -> RunningService.Answer {
        try await get("/v1/exports/structures", headers)
    }
}

import Foundation
import NIOHTTP1
import Postgres
import Schema
import Support
import Testing

@testable import DirectoryService

@Suite("Imports of the directory's lists")
struct ListingImportTests {
    private static let ids = (0..<4).map { _ in UUID.v7() }

    private func complaints(_ report: ImportReport) -> [String] {
        report.complaints.map { "\($0.line) \($0.pointer) \($0.code)" }
    }

    @Test("store new and changed entries, and the same file twice changes nothing")
    func twice() async throws {
        try await withDirectory(Example.all) { directory in
            func run(_ subject: App.Import.Subject, _ lines: [String], isDryRun: Bool = false) async throws
                -> ImportReport
            {
                try await importReport(
                    subject, Array(lines.joined(separator: "\n").utf8), into: directory.database, isDryRun: isDryRun)
            }
            let events = [
                Entry.line(Self.ids[0], Entry.event("A", starts: "2099-03-01T08:00:00Z")),
                "", Entry.line(Self.ids[1], Entry.event("B")),
            ]
            var report = try await run(.agenda, events, isDryRun: true)
            #expect(report.isClean && report.changed == 2)
            #expect(try await directory.listingHistory == [])
            report = try await run(.agenda, events)
            #expect(report.isClean && report.read == 2 && report.changed == 2)
            try await eventually { try await directory.titles("/v1/agenda") == ["A", "B"] }
            #expect(try await run(.agenda, events).changed == 0)
            let renamed = [Entry.line(Self.ids[1], Entry.event("C"))]
            #expect(try await run(.agenda, renamed).changed == 1)
            try await eventually { try await directory.titles("/v1/agenda") == ["A", "C"] }
            #expect(try await directory.get("/v1/agenda/\(Self.ids[1].text)").json["version"]?.int == 2)
            #expect(try await directory.get("/v1/agenda/\(Self.ids[0].text)").json["version"]?.int == 1)
            // What was deleted comes back by a file that has it.
            let region = try await DirectoryFixture.region()
            let path = "/v1/agenda/\(Self.ids[0].text)"
            #expect(try await directory.send(.DELETE, path, token: region, ifMatch: "\"v1\"").status == 204)
            #expect(try await run(.agenda, events).changed == 2)
            try await eventually { try await directory.get(path).json["version"]?.int == 3 }
            #expect(try await run(.schemes, [Entry.line(Self.ids[2], Entry.scheme())]).changed == 1)
            #expect(try await run(.resources, [Entry.line(Self.ids[3], Entry.resource())]).changed == 1)
            try await eventually { try await directory.titles("/v1/resources") == ["Guide"] }
        }
    }

    @Test("are all or nothing, with every mistake by line")
    func mistakes() async throws {
        try await withDirectory(Example.all) { directory in
            func run(_ subject: App.Import.Subject, _ lines: [String]) async throws -> [String] {
                complaints(
                    try await importReport(
                        subject, Array(lines.joined(separator: "\n").utf8), into: directory.database))
            }
            let unknown = UUID.v7().text
            var found = try await run(
                .agenda,
                [
                    Entry.event(), Entry.line(Self.ids[0], Entry.event()), "{", "[]",
                    Entry.line(Self.ids[0], Entry.event()),
                    Entry.line(Self.ids[1], Entry.event(with: #""place":{"commune":"99999"},"version":1"#)),
                    Entry.line(Self.ids[2], Entry.event(region: "99")),
                ])
            #expect(
                found == [
                    "1 /id required", "3  wrong-format", "4  wrong-type", "5 /id duplicate-item",
                    "6 /version unknown-member", "6 /place/commune unknown-commune", "7 /region unknown-region",
                ])
            let events = [Example.bretonne.id.text, unknown].map { organiser in
                Entry.event(with: #""place":{"commune":"44184"},"organiser_id":"\#(organiser)""#)
            }
            found = try await run(
                .agenda,
                [
                    Entry.line(Self.ids[0], Entry.event()), Entry.line(Self.ids[1], events[0]),
                    Entry.line(Self.ids[2], events[1]),
                ])
            #expect(found == ["2 /region unknown-code", "3 /organiser_id unknown-structure"])
            var history = try await directory.listingHistory
            #expect(history == [])
            found = try await run(.resources, [Entry.line(Self.ids[0], Entry.resource())])
            #expect(found == [])
            found = try await run(
                .schemes, [Entry.line(Self.ids[1], Entry.scheme()), Entry.line(Self.ids[0], Entry.scheme())])
            #expect(found == ["2 /id id-taken"])
            history = try await directory.listingHistory
            #expect(history == ["1 import"])
        }
    }
}

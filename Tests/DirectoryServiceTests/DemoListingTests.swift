import Foundation
import Schema
import Support
import Testing
import Web

@testable import DirectoryService

@Suite("The demo's agenda, schemes, resources and conventions")
struct DemoListingTests {
    /// Saturday, Sunday, the Mondays after which summer time begins and ends, and a New Year's Eve.
    @Test(
        "events have dates from the day on, and hours by the clocks of Paris",
        arguments: [
            "2026-11-21", "2026-11-22", "2026-03-23", "2026-10-19", "2026-12-31",
        ])
    func moments(_ day: String) async throws {
        let outcome = try await shell("script/demo-agenda \(day)")
        try #require(outcome.status == 0, "\(outcome.words)")
        let midnight = ParisClock.start(of: try #require(CalendarDate(text: day)))
        let lines = outcome.words.split(separator: "\n")
        #expect(lines.count == 33)
        var first = Date.distantFuture
        for line in lines {
            let event = try JSONValue(parsing: Array(line.utf8))
            let text = try #require(event["starts_at"]?.string)
            let start = try #require(RFC3339.parse(text))
            first = min(first, start)
            #expect(start > midnight + 86_400 - 3600, "\(text)")
            // The offset is that of its own day.
            let offset = ParisClock.zone.secondsFromGMT(for: start)
            #expect(text.hasSuffix(offset == 7200 ? "+02:00" : "+01:00"), "\(text)")
            #expect(event["title"]?.string?.hasSuffix("(fictif)") == true)
        }
        #expect(first < midnight + 8 * 86_400, "the agenda begins within the week")
    }

    @Test("all of it is imported, beside the structures that it names")
    func imports() async throws {
        try await withDirectoryDatabase { database in
            try await load(.structures, try DemoData.bytes("structures.ndjson"), into: database)
            let agenda = try await shell("script/demo-agenda")
            let counts = [
                try await load(.agenda, Array(agenda.words.utf8), into: database),
                try await load(.schemes, try DemoData.bytes("schemes.ndjson"), into: database),
                try await load(.resources, try DemoData.bytes("resources.ndjson"), into: database),
                try await load(.conventions, try DemoData.bytes("conventions.ndjson"), into: database),
            ].map(\.changed)
            #expect(counts == [33, 23, 24, 12])
            try await withService(.directory, on: database, settings: DirectoryFixture.settings) { service in
                let directory = DirectoryFixture(service: service, database: database)
                let titles = try await directory.titles("/v1/agenda?limit=7")
                #expect(titles.count == 33)
                let near = try await directory.titles("/v1/agenda?commune=44184")
                #expect(near.contains("Visite d’un chantier naval (fictif)"))
            }
        }
    }
}

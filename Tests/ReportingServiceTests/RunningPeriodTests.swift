import NIOHTTP1
import Schema
import Support
import Synchronization
import Testing

@testable import ReportingService

@Suite("Periods that run")
struct RunningPeriodTests {
    private final class Clock: Sendable {
        private let day: Mutex<CalendarDate>

        init(_ text: String) { day = Mutex(ToldDirectory.day(text)) }

        var today: CalendarDate { day.withLock { $0 } }
        func turn(to text: String) { day.withLock { $0 = ToldDirectory.day(text) } }
    }

    /// Of one structure with an offer verified in May 2024 and a convention until August 2025.
    private static func feed() throws -> TestFeed {
        var directory = ToldDirectory()
        try directory.tell(directory.id(), verified: "2024-05-10", at: "2024-05-20")
        directory.tellConvention(["region:52", "cio"], from: "2024-01-01", until: "2025-08-31", at: "2024-01-05")
        return TestFeed(directory.events)
    }

    @Test("are judged by today, and a table of yesterday is not served today")
    func route() async throws {
        let clock = Clock("2025-03-10")
        try await withReporting(today: { clock.today }, after: { try await $0.takeIn(.directory, try Self.feed()) }) {
            reporting in
            func value(_ code: String, _ period: String, _ headers: [(String, String)] = []) async throws
                -> (Double?, tag: String, status: Int)
            {
                let answer = try await reporting.get("/v1/indicators/\(code)/data?region=52&period=\(period)", headers)
                let tag = answer.headers["etag"].first ?? ""
                guard answer.status == 200 else { return (nil, tag, answer.status) }
                let row = try #require(try answer.json.object?["items"]?.array?.first?.object)
                guard case .number(let number)? = row["value"] else { return (nil, tag, 200) }
                return (Double(number.text), tag, 200)
            }
            let fresh = try await value("ACC9", "2025")
            #expect(fresh.0 == 100)
            #expect(try await value("GOV3", "2025").0 == 100)
            #expect(try await value("ACC9", "2024").0 == 100)
            #expect(try await value("ACC9", "2025", [("If-None-Match", fresh.tag)]).status == 304)

            clock.turn(to: "2025-08-31")
            let stale = try await value("ACC9", "2025", [("If-None-Match", fresh.tag)])
            #expect(stale.status == 200 && stale.0 == 0 && stale.tag != fresh.tag)
            #expect(try await value("GOV3", "2025").0 == 100)
            let past = try await value("ACC9", "2024")
            #expect(past.0 == 100)

            clock.turn(to: "2025-09-01")
            #expect(try await value("GOV3", "2025").0 == 0)
            // What is over does not change with the days.
            #expect(try await value("ACC9", "2024", [("If-None-Match", past.tag)]).status == 304)
        }
    }
}

import Foundation
import Schema
import Testing

@testable import DirectoryService

@Suite("Openings in Paris time")
struct OpeningTimeTests {
    private func schedule(_ text: String, closed: [String] = []) throws -> Schedule {
        try OpeningCase(text, closed: closed, "").schedule()
    }

    private func intervals(_ text: String, _ from: String, _ to: String) throws -> [String] {
        let (from, to) = (try #require(RFC3339.parse(from)), try #require(RFC3339.parse(to)))
        return try schedule(text).openings(from: from, to: to).map {
            RFC3339.format($0.from) + " " + RFC3339.format($0.to)
        }
    }

    @Test("a night on which summer time begins lacks an hour: 29 March 2026, 02:00 is 03:00")
    func spring() throws {
        #expect(
            try intervals("Sa 22:00-05:00", "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z") == [
                "2026-03-28T21:00:00Z 2026-03-29T03:00:00Z"
            ])
        // Closing at 02:30 is closing when the clocks jump; opening at 02:30, opening at 03:00.
        #expect(
            try intervals("Sa 22:00-02:30", "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z") == [
                "2026-03-28T21:00:00Z 2026-03-29T01:00:00Z"
            ])
        #expect(
            try intervals("Su 02:30-05:00", "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z") == [
                "2026-03-29T01:00:00Z 2026-03-29T03:00:00Z"
            ])
        #expect(try intervals("Su 02:00-03:00", "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z").isEmpty)
    }

    @Test("a night on which summer time ends has an hour twice: 25 October 2026, 03:00 is 02:00")
    func autumn() throws {
        #expect(
            try intervals("Sa 22:00-05:00", "2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z") == [
                "2026-10-24T20:00:00Z 2026-10-25T04:00:00Z"
            ])
        #expect(
            try intervals("Su 02:00-03:00", "2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z") == [
                "2026-10-25T00:00:00Z 2026-10-25T02:00:00Z"
            ])
        // The clock on the wall decides, both times that it shows 02:15.
        let schedule = try schedule("Su 02:00-02:30")
        for (instant, open) in [("00:15", true), ("00:45", false), ("01:15", true), ("01:45", false)] {
            #expect(schedule.isOpen(at: try #require(RFC3339.parse("2026-10-25T\(instant):00Z"))) == open)
        }
    }

    @Test("a working day begins an hour earlier in UTC the day after")
    func offsets() throws {
        #expect(
            try intervals("09:00-12:00", "2026-10-24T00:00:00Z", "2026-10-26T00:00:00Z") == [
                "2026-10-24T07:00:00Z 2026-10-24T10:00:00Z", "2026-10-25T08:00:00Z 2026-10-25T11:00:00Z",
            ])
    }

    @Test("all day is one interval, cut at both ends")
    func whole() throws {
        #expect(
            try intervals("24/7", "2026-10-24T10:00:00Z", "2026-10-27T11:30:00Z") == [
                "2026-10-24T10:00:00Z 2026-10-27T11:30:00Z"
            ])
        #expect(try intervals("24/7", "2026-10-24T10:00:00Z", "2026-10-24T10:00:00Z").isEmpty)
    }

    @Test("the wall clock is Foundation's, through both changes of five years and far away")
    func walls() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "Europe/Paris"))
        let start = 1_735_689_600  // 2025
        for instant in stride(from: start, to: start + 5 * 365 * 86_400, by: 4007 * 3)
            .map({ Date(timeIntervalSince1970: Double($0)) })
            + [-1, -86_400, 4e9].map(Date.init(timeIntervalSince1970:))
        {
            let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute], from: instant)
            let day = try #require(CalendarDate(year: parts.year ?? 0, month: parts.month ?? 0, day: parts.day ?? 0))
            let wall = ParisTime.Wall(
                day: day.daysSinceEpoch, minute: (parts.hour ?? 0) * 60 + (parts.minute ?? 0))
            guard ParisTime.wall(at: instant) == wall else {
                Issue.record("\(instant)")
                return
            }
        }
        for day in 20_000..<21_900 {
            #expect(ParisTime.wall(at: ParisTime.midnight(day)) == ParisTime.Wall(day: day, minute: 0))
            let hours = ParisTime.midnight(day + 1).timeIntervalSince(ParisTime.midnight(day)) / 3600
            let stretches = ParisTime.stretches(ofDay: day)
            #expect(Double(stretches.reduce(0) { $0 + $1.minutes.count }) == hours * 60)
        }
    }

    @Test("the next change is found across nights, weekends, holidays and closures")
    func nextChange() throws {
        func next(_ text: String, _ after: String, closed: [String] = []) throws -> String? {
            try schedule(text, closed: closed).nextChange(after: paris(after)).map(RFC3339.format)
        }
        let office = "Mo-Fr 09:00-12:30,13:30-17:00; PH off"
        #expect(try next(office, "2026-11-16 10:00") == "2026-11-16T11:30:00Z")
        #expect(try next(office, "2026-11-16 12:30") == "2026-11-16T12:30:00Z")
        #expect(try next(office, "2026-11-20 17:00") == "2026-11-23T08:00:00Z")
        #expect(try next(office, "2026-12-24 17:00") == "2026-12-28T08:00:00Z")
        #expect(try next(office, "2026-12-24 17:00", closed: ["2026-12-28…2027-01-03"]) == "2027-01-04T08:00:00Z")
        #expect(try next("Fr 22:00-04:00", "2026-11-20 23:00") == "2026-11-21T03:00:00Z")
        #expect(try next("off", "2026-11-20 23:00") == nil)
        #expect(try next("2027 Nov 20 10:00-12:00", "2026-11-21 00:00") == "2027-11-20T09:00:00Z")
        #expect(try next("2027 Dec 20 10:00-12:00", "2026-11-21 00:00") == nil)
        // From open to "by appointment" is a change.
        #expect(try next("Mo 09:00-12:00 || \"rdv\"", "2026-11-16 09:00") == "2026-11-16T11:00:00Z")
    }

    @Test("openings carry what their rule says")
    func comments() throws {
        let found = try schedule("Mo 09:00-12:00 open \"accueil\", Mo 12:00-14:00 \"rdv\"").openings(
            from: paris("2026-11-16 00:00"), to: paris("2026-11-17 00:00"))
        #expect(found.map(\.comment) == ["accueil", "rdv"] && found.map(\.state) == [.open, .unknown])
    }
}

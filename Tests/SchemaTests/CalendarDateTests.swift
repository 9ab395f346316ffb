import Foundation
import Schema
import Testing

@Suite("Calendar dates")
struct CalendarDateTests {
    @Test("every day from 1600 to 2400 makes the round trip and is the day that Foundation's calendar has")
    func everyDay() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        let first = try #require(CalendarDate(year: 1600, month: 1, day: 1)).daysSinceEpoch
        let last = try #require(CalendarDate(year: 2400, month: 12, day: 31)).daysSinceEpoch
        #expect(first == -135_140 && last == 157_419)
        var previous: CalendarDate?
        for days in first...last {
            guard let date = CalendarDate(daysSinceEpoch: days), date.daysSinceEpoch == days,
                CalendarDate(text: date.text) == date, previous.map({ $0 < date }) ?? true
            else {
                Issue.record("day \(days)")
                return
            }
            previous = date
            // Foundation is slow: each month's ends and a walk with a step that meets every day of the week.
            guard date.day == 1 || date.day > 27 || days % 23 == 0 else { continue }
            let parts = calendar.dateComponents(
                [.year, .month, .day], from: Date(timeIntervalSince1970: Double(days) * 86_400))
            guard parts.year == date.year, parts.month == date.month, parts.day == date.day else {
                Issue.record("day \(days): \(date.text), Foundation has \(parts)")
                return
            }
        }
    }

    @Test("knows the calendar's ends")
    func ends() {
        #expect(CalendarDate(text: "0001-01-01")?.daysSinceEpoch == -719_162)
        #expect(CalendarDate(text: "9999-12-31")?.daysSinceEpoch == 2_932_896)
        #expect(CalendarDate(daysSinceEpoch: -719_162)?.text == "0001-01-01")
        #expect(CalendarDate(daysSinceEpoch: 2_932_896)?.text == "9999-12-31")
        #expect(CalendarDate(daysSinceEpoch: -719_163) == nil)
        #expect(CalendarDate(daysSinceEpoch: 2_932_897) == nil)
        #expect(CalendarDate(daysSinceEpoch: -1_000_000) == nil)
    }

    @Test(
        "refuses days that no calendar has and other spellings",
        arguments: [
            "2026-02-30", "2026-02-29", "1900-02-29", "2100-02-29", "2026-04-31", "2026-06-31", "2026-09-31",
            "2026-11-31", "2026-01-32", "2026-00-01", "2026-13-01", "2026-01-00", "0000-12-31", "2026-1-1", "26-01-01",
            "2026/01/01", "20260101", "2026-01-01T", "2026-01-01 ", " 2026-01-01", "+026-01-01", "-026-01-01",
            "2026-+1-01", "2026-01--1", "２026-01-1", "aaaa-bb-cc", "",
        ])
    func refuses(_ text: String) { #expect(CalendarDate(text: text) == nil) }

    @Test("accepts 29 February in leap years", arguments: ["2024-02-29", "2000-02-29", "1600-02-29", "2400-02-29"])
    func leapDays(_ text: String) { #expect(CalendarDate(text: text)?.text == text) }
}

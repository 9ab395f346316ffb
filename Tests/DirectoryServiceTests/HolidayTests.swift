import Schema
import Testing

@testable import DirectoryService

@Suite("French holidays")
struct HolidayTests {
    /// Easter from its definition: the Sunday after the fourteenth day of the ecclesiastical moon that falls on or
    /// after 21 March, with the epact of the Gregorian reform (Clavius 1603, in the form of D. Knuth, *The Art of
    /// Computer Programming*, volume 1, 1.3.2, exercise 14).
    private func easterByEpact(_ year: Int) -> CalendarDate? {
        let golden = year % 19 + 1
        let century = year / 100 + 1
        let droppedLeapYears = 3 * century / 4 - 12
        let moonCorrection = (8 * century + 5) / 25 - 5
        let sunday = 5 * year / 4 - droppedLeapYears - 10
        var epact = ((11 * golden + 20 + moonCorrection - droppedLeapYears) % 30 + 30) % 30
        if (epact == 25 && golden > 11) || epact == 24 { epact += 1 }
        var full = 44 - epact
        if full < 21 { full += 30 }
        full += 7 - (sunday + full) % 7
        return full > 31
            ? CalendarDate(year: year, month: 4, day: full - 31) : CalendarDate(year: year, month: 3, day: full)
    }

    @Test("Easter is the computus's own, from the reform to the year 4000")
    func easter() throws {
        for year in 1583...4000 {
            guard let date = easterByEpact(year), PublicHolidays.easter(of: year) == date.daysSinceEpoch else {
                Issue.record("\(year)")
                return
            }
            #expect(DayFacts.weekday(date.daysSinceEpoch) == 7)
        }
        #expect(PublicHolidays.easter(of: 1582) == nil)
    }

    @Test(
        "Easter is where almanacs have it",
        arguments: [
            (1818, "1818-03-22"), (1943, "1943-04-25"), (1954, "1954-04-18"), (1981, "1981-04-19"),
            (2000, "2000-04-23"), (2008, "2008-03-23"), (2011, "2011-04-24"), (2019, "2019-04-21"),
            (2024, "2024-03-31"), (2025, "2025-04-20"), (2026, "2026-04-05"), (2027, "2027-03-28"),
            (2028, "2028-04-16"), (2038, "2038-04-25"), (2049, "2049-04-18"), (2076, "2076-04-19"),
        ])
    func known(_ year: Int, _ date: String) {
        #expect(PublicHolidays.easter(of: year) == CalendarDate(text: date)?.daysSinceEpoch)
    }

    @Test("eleven public holidays, thirteen in Alsace-Moselle")
    func holidays() {
        func texts(_ inAlsaceMoselle: Bool) -> [String] {
            PublicHolidays.days(of: 2026, inAlsaceMoselle: inAlsaceMoselle).sorted().compactMap {
                CalendarDate(daysSinceEpoch: $0)?.text
            }
        }
        let common = [
            "2026-01-01", "2026-04-06", "2026-05-01", "2026-05-08", "2026-05-14", "2026-05-25", "2026-07-14",
            "2026-08-15", "2026-11-01", "2026-11-11", "2026-12-25",
        ]
        #expect(texts(false) == common)
        #expect(texts(true) == (common + ["2026-04-03", "2026-12-26"]).sorted())
        // 1 May 2008 was Ascension Day too: ten days.
        #expect(PublicHolidays.days(of: 2008, inAlsaceMoselle: false).count == 10)
    }

    @Test("every metropolitan department but Corsica's has a zone")
    func zones() {
        let departments = (1...95).filter { $0 != 20 }.map { $0 < 10 ? "0\($0)" : "\($0)" }
        let zones = departments.map { SchoolZone(department: $0) }
        #expect(zones.count == 94 && !zones.contains(nil))
        #expect(SchoolZone.allCases.map { zone in zones.count { $0 == zone } } == [32, 41, 21])
        for other in ["2A", "2B", "971", "974", "20", "96", ""] { #expect(SchoolZone(department: other) == nil) }
        // The seats of the académies whose regions the five charters are of.
        for (department, zone) in [
            ("45", SchoolZone.b), ("14", .b), ("76", .b), ("44", .b), ("35", .b), ("13", .b), ("06", .b), ("75", .c),
            ("69", .a), ("33", .a), ("31", .c), ("59", .b),
        ] {
            #expect(SchoolZone(department: department) == zone)
        }
    }

    @Test(
        "school holidays begin and end on the official days",
        arguments: [
            // First day, first day back, zones.
            ("2025-10-18", "2025-11-03", "abc"), ("2025-12-20", "2026-01-05", "abc"), ("2026-02-07", "2026-02-23", "a"),
            ("2026-02-14", "2026-03-02", "b"), ("2026-02-21", "2026-03-09", "c"), ("2026-04-04", "2026-04-20", "a"),
            ("2026-04-11", "2026-04-27", "b"), ("2026-04-18", "2026-05-04", "c"), ("2026-07-04", "2026-09-01", "abc"),
            ("2026-10-17", "2026-11-02", "abc"), ("2026-12-19", "2027-01-04", "abc"), ("2027-02-06", "2027-02-22", "c"),
            ("2027-02-13", "2027-03-01", "a"), ("2027-02-20", "2027-03-08", "b"), ("2027-04-03", "2027-04-19", "c"),
            ("2027-04-10", "2027-04-26", "a"), ("2027-04-17", "2027-05-03", "b"),
        ])
    func schoolHolidays(_ first: String, _ back: String, _ zones: String) throws {
        let first = try #require(CalendarDate(text: first)).daysSinceEpoch
        let back = try #require(CalendarDate(text: back)).daysSinceEpoch
        #expect(DayFacts.weekday(first) == 6)
        for zone in SchoolZone.allCases where zones.contains("\(zone)") {
            #expect(SchoolCalendar.isHoliday(first - 1, in: zone) == false)
            #expect((first..<back).allSatisfy { SchoolCalendar.isHoliday($0, in: zone) == true })
            #expect(SchoolCalendar.isHoliday(back, in: zone) == false)
        }
    }

    @Test("a school year has its number of holidays: no period is missing, none is doubled")
    func total() throws {
        for zone in SchoolZone.allCases {
            // 16 days of Toussaint, Christmas, winter and spring each, 2 after Ascension Day, 59 or 60 of summer.
            #expect(
                SchoolCalendar.known.count { SchoolCalendar.isHoliday($0, in: zone) == true } == 2 * (64 + 2) + 59 + 60)
        }
        let known = SchoolCalendar.known
        #expect(SchoolCalendar.isHoliday(known.lowerBound - 1, in: .a) == nil)
        #expect(SchoolCalendar.isHoliday(known.upperBound + 1, in: .a) == nil)
    }

    @Test(
        "weeks are ISO 8601's",
        arguments: [
            ("2026-01-01", 1), ("2025-12-29", 1), ("2025-12-28", 52), ("2026-11-16", 47), ("2026-12-28", 53),
            ("2027-01-03", 53), ("2027-01-04", 1), ("2024-12-30", 1), ("2021-01-03", 53), ("2020-12-31", 53),
        ])
    func weeks(_ date: String, _ week: Int) throws {
        #expect(DayFacts.isoWeek(try #require(CalendarDate(text: date)).daysSinceEpoch) == week)
    }
}

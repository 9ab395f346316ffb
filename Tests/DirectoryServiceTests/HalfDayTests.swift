import Schema
import Testing

@testable import DirectoryService

@Suite("Half-days of service")
struct HalfDayTests {
    private func count(
        _ text: String, in week: String = "2026-11-16", closed: [String] = [], by rule: HalfDayRule = HalfDayRule()
    ) throws -> Int? {
        let day = try #require(CalendarDate(text: week)).daysSinceEpoch
        return try OpeningCase(text, closed: closed, "").schedule().halfDays(inWeekOf: day, by: rule)
    }

    @Test(
        "are mornings and afternoons that are long enough",
        arguments: [
            ("Mo-Fr 09:00-12:00", 5), ("Mo-Fr 09:00-12:30,13:30-17:00; PH off", 10),
            ("Mo,Tu 09:00-17:00; We 09:00-12:00", 5),
            ("Mo-Fr 10:00-18:00", 10), ("We 10:00-18:00; Th,Fr 13:30-18:00", 4), ("Mo-Sa 09:00-12:00", 6),
            // Two hours in parts are two hours; one minute less is not.
            ("Mo 09:00-10:00,11:00-12:00", 1), ("Mo 09:00-10:59", 0), ("Mo 09:00-11:00", 1), ("Mo 12:00-14:00", 0),
            ("Mo 11:00-15:00", 2), ("Mo 11:01-15:00", 1), ("off", 0), ("24/7", 14),
            // By appointment is not open.
            ("Mo-Fr 09:00-12:00 \"sur rendez-vous\"", 0), ("Mo-Fr 09:00-12:00 || \"sur rendez-vous\"", 5),
            ("Mo-We 14:00-18:00; Th,Fr 09:00-12:00", 5), ("Mo-Fr 12:00-14:00", 0), ("Mo-Fr 11:00-13:00", 5),
            ("Mo-Fr 10:59-13:01", 5), ("Mo-Fr 09:00-12:00, We 14:00-17:00", 6),
            ("Mo-Fr 09:00-12:00; We 14:00-17:00", 5),
            ("Mo-Fr 09:00-17:00; We 12:00-24:00 off", 9), ("Mo-Fr 09:00-17:00 unknown, We 09:00-12:00", 1),
            ("Mo-Fr 08:00-08:30,09:00-09:30,10:00-10:30,11:00-11:30", 5), ("Mo-Fr 08:00-08:30,10:00-11:00", 0),
            ("Mo-Fr 09:00-17:00; Mo 09:00-12:00 off", 9), ("Mo[3] 09:00-12:00", 1), ("Mo[1] 09:00-12:00", 0),
            ("Nov Mo-Fr 09:00-17:00", 10), ("Jul-Aug Mo-Fr 09:00-17:00", 0), ("2026 Nov 18 09:00-17:00", 2),
            ("week 47 Mo-Fr 09:00-12:00", 5), ("week 48 Mo-Fr 09:00-12:00", 0), ("SH Mo-Fr 09:00-12:00", 0),
            ("Mo-Fr 18:00-20:00", 5), ("Mo-Fr 18:00-19:59", 0), ("Mo 09:00-12:00 || Tu 09:00-12:00", 2),
            // After midnight it is the next day's morning, on Sunday's eve the week's own.
            ("Sa 22:00-03:00", 2), ("Su 22:00-03:00", 2),
        ])
    func halves(_ text: String, _ expected: Int) throws {
        #expect(try count(text) == expected, "\(text)")
    }

    @Test("are of one ISO week, whichever day names it, with its holidays and closures")
    func weeks() throws {
        let office = "Mo-Fr 09:00-12:00,14:00-17:00; PH off"
        #expect(try count(office, in: "2026-11-22") == 10)
        // Wednesday 11 November.
        #expect(try count(office, in: "2026-11-11") == 8)
        #expect(try count(office, in: "2026-11-09") == 8)
        #expect(try count(office, closed: ["2026-11-17…2026-11-18"]) == 6)
        #expect(try count("Mo-Fr 09:00-12:00; SH off", in: "2026-10-21") == 0)
        #expect(try count("week 1-53/2 Mo-Fr 09:00-12:00", in: "2026-11-16") == 5)
        #expect(try count("week 1-53/2 Mo-Fr 09:00-12:00", in: "2026-11-23") == 0)
        // A week closed by announcement is not counted at all.
        #expect(try count(office, closed: ["2026-11-16…2026-11-22"]) == nil)
        #expect(try count(office, closed: ["2026-11-16…2026-11-21"]) == 0)
    }

    @Test(
        "of a usual week leave holidays aside, and are not told where the date decides",
        arguments: [
            ("Mo-Fr 09:00-12:30,13:30-17:00; PH off", 10), ("We 14:00-17:00", 1), ("Mo-Fr 09:00-12:00; SH off", 5),
            ("Mo-Fr 09:00-12:00; Dec 24-Jan 1 off", 5), ("Mo-Fr 09:00-12:00; SH Mo-Fr 09:00-18:00", 5),
            ("SH Mo-Fr 09:00-12:00", 0), ("24/7", 14), ("off", 0), ("Mo-Fr 09:00-12:00 \"sur rendez-vous\"", 0),
            ("Su 22:00-03:00", 2), ("Mo-Fr 09:00-12:00; Jul-Aug Mo-Th 09:00-12:00", nil), ("Mo[1] 09:00-12:00", nil),
            ("week 1-53/2 Mo-Fr 09:00-12:00", nil), ("2026 Nov 18 09:00-17:00", nil),
        ] as [(String, Int?)])
    func usual(_ text: String, _ expected: Int?) throws {
        #expect(try OpeningHours(parsing: text).usualHalfDays() == expected)
    }

    @Test("may be defined otherwise")
    func rules() throws {
        #expect(try count("Mo 09:00-12:00", by: HalfDayRule(minimum: 181)) == 0)
        #expect(try count("Mo 09:00-12:00", by: HalfDayRule(minimum: 180)) == 1)
        #expect(try count("Mo 10:00-14:00", by: HalfDayRule(noon: 720)) == 2)
        #expect(try count("Mo 10:00-14:00") == 1)
    }
}

import Foundation
import Schema
import Testing

@testable import DirectoryService

/// Expected values are reckoned by hand from the specification of `opening_hours`, the calendar and French practice.
/// 2026: 1 January is a Thursday, 5 April Easter, 14 May Ascension Day, 21 November a Saturday.
@Suite("Open or closed")
struct OpeningCaseTests {
    private static let weeks = [
        OpeningCase("24/7", "2026-11-16 00:00=o 23:59=o; 2026-12-25 12:00=o"),
        OpeningCase("off", "2026-11-16 00:00=c 12:00=c"),
        OpeningCase("10:00-18:00", "2026-11-22 09:59=c 10:00=o 17:59=o 18:00=c; 2026-12-25 12:00=o"),
        OpeningCase(
            "Mo-Fr 09:00-12:30,13:30-17:00",
            "2026-11-16 08:59=c 09:00=o 12:29=o 12:30=c 13:29=c 13:30=o 16:59=o 17:00=c; 2026-11-20 16:00=o; "
                + "2026-11-21 10:00=c; 2026-11-22 10:00=c; 2026-12-25 10:00=o"),
        OpeningCase("Mo,We 09:00-12:00", "2026-11-16 10:00=o; 2026-11-17 10:00=c; 2026-11-18 10:00=o"),
        OpeningCase(
            "Sa-Mo 10:00-12:00", "2026-11-21 10:00=o; 2026-11-22 10:00=o; 2026-11-23 10:00=o; 2026-11-24 10:00=c"),
        OpeningCase("Mo-Fr", "2026-11-16 00:00=o 23:59=o; 2026-11-15 23:59=c; 2026-11-21 00:00=c"),
        // «Mo-Sa 09:00-12:00; We 15:00-18:00»: the earlier rule is overridden on Wednesday, all day.
        OpeningCase("Mo-Sa 09:00-12:00; We 15:00-18:00", "2026-11-18 10:00=c 15:00=o; 2026-11-19 10:00=o 15:00=c"),
        OpeningCase("Mo-Fr 08:00-12:00, We 14:00-18:00", "2026-11-18 10:00=o 13:00=c 15:00=o; 2026-11-19 15:00=c"),
        OpeningCase("Mo-Fr 10:00-16:00, We 12:00-18:00", "2026-11-18 10:00=o 17:00=o; 2026-11-17 17:00=c"),
        // What closes takes away only its own hours.
        OpeningCase("Mo-Fr 10:00-20:00; 12:00-14:00 off", "2026-11-16 11:00=o 12:00=c 13:59=c 14:00=o"),
        OpeningCase("Mo-Fr 10:00-20:00; We off", "2026-11-18 11:00=c; 2026-11-19 11:00=o"),
        OpeningCase("We off; Mo-Fr 10:00-20:00", "2026-11-18 11:00=o"),
        OpeningCase("Mo-Fr 09:00-17:00, We 12:00-14:00 off", "2026-11-18 10:00=o 13:00=c 15:00=o; 2026-11-19 13:00=o"),
        // A fallback fills what is neither open nor unknown.
        OpeningCase(
            "Mo-Fr 08:00-12:00 || \"sur rendez-vous\"",
            "2026-11-16 07:59=? 08:00=o 12:00=?; 2026-11-22 10:00=?"),
        OpeningCase(
            "Mo-Fr 08:00-12:00 || Mo-Fr 14:00-17:00 \"rdv\"", "2026-11-16 13:00=c 14:00=? 17:00=c; 2026-11-21 14:00=c"),
        OpeningCase("Mo 08:00-12:00; We off || \"rdv\"", "2026-11-18 10:00=?; 2026-11-16 10:00=o"),
        OpeningCase("Mo 08:00-12:00 || \"rdv\"; Su off", "2026-11-15 10:00=c; 2026-11-17 10:00=?"),
        OpeningCase("Mo 08:00-12:00 unknown || open", "2026-11-16 09:00=? 13:00=o"),
        OpeningCase(
            "We-Fr 10:00-24:00 open \"accueil\" || \"appelez\"",
            "2026-11-18 09:59=? 10:00=o 23:59=o; 2026-11-21 00:00=?"),
        OpeningCase("Mo 09:00-12:00 \"sur rendez-vous\"", "2026-11-16 10:00=? 12:00=c"),
        OpeningCase("Mo 09:00-12:00 unknown", "2026-11-16 10:00=?"),
        OpeningCase("Mo 09:00-12:00 open \"accueil\"", "2026-11-16 10:00=o"),
        OpeningCase("\"sur rendez-vous\"", "2026-11-16 03:00=?"),
        OpeningCase("Mo-Fr 09:00-12:00,11:00-14:00", "2026-11-16 11:30=o 13:00=o 14:00=c"),
        OpeningCase("Mo-Fr 08:10-11:55", "2026-11-16 08:09=c 08:10=o 08:14=o 11:54=o 11:55=c"),
    ]

    private static let nights = [
        OpeningCase("Fr 22:00-04:00", "2026-11-20 21:59=c 22:00=o 23:59=o; 2026-11-21 00:00=o 03:59=o 04:00=c 22:00=c"),
        OpeningCase("Fr,Sa 22:00-26:00", "2026-11-21 01:59=o 02:00=c 22:00=o; 2026-11-22 01:59=o 02:00=c"),
        OpeningCase("Su 20:00-06:00", "2026-11-22 20:00=o; 2026-11-23 05:59=o 06:00=c"),
        // `;` overrides Saturday from midnight on, what Friday left there included; `,` adds.
        OpeningCase("Fr 22:00-04:00; Sa 21:00-04:00", "2026-11-21 01:00=c 21:00=o; 2026-11-22 03:59=o"),
        OpeningCase("Fr 22:00-04:00, Sa 21:00-04:00", "2026-11-21 01:00=o 04:00=c 21:00=o; 2026-11-22 03:59=o"),
        OpeningCase("Mo-Su 22:00-04:00", "2026-11-17 03:59=o 04:00=c 22:00=o"),
        OpeningCase("Fr 22:00-04:00; Sa off", "2026-11-20 23:00=o; 2026-11-21 01:00=c"),
        OpeningCase("Fr 10:00-34:00", "2026-11-20 10:00=o; 2026-11-21 09:59=o 10:00=c"),
        OpeningCase("24/7; Mo 22:00-02:00 off", "2026-11-16 21:59=o 22:00=c; 2026-11-17 01:59=c 02:00=o"),
    ]

    private static let holidays = [
        OpeningCase(
            "Mo-Fr 09:00-17:00; PH off",
            "2026-01-01 10:00=c; 2026-04-06 10:00=c; 2026-05-01 10:00=c; 2026-05-08 10:00=c; 2026-05-14 10:00=c; "
                + "2026-05-25 10:00=c; 2026-07-14 10:00=c; 2026-11-11 10:00=c; 2026-12-25 10:00=c; "
                + "2026-04-03 10:00=o; 2026-04-07 10:00=o; 2026-05-15 10:00=o; 2027-03-29 10:00=c; 2027-05-06 10:00=c; "
                + "2027-05-17 10:00=c; 2027-12-24 10:00=o"),
        OpeningCase("Mo-Sa 09:00-17:00; PH off", "2026-08-15 10:00=c; 2026-12-26 10:00=o"),
        OpeningCase(
            "Mo-Sa 09:00-17:00; PH off", in: "67", "2026-04-03 10:00=c; 2026-12-26 10:00=c; 2026-12-28 10:00=o"),
        OpeningCase("Mo-Sa 09:00-17:00; PH off", in: "57", "2026-04-03 10:00=c; 2027-03-26 10:00=c"),
        OpeningCase("Mo-Sa 09:00-17:00; PH off", in: "68", "2026-12-26 10:00=c"),
        OpeningCase("Mo-Sa 09:00-17:00; PH off", in: "54", "2026-04-03 10:00=o; 2026-12-26 10:00=o"),
        OpeningCase("Mo-Fr 09:00-17:00; PH 10:00-12:00", "2026-05-14 09:00=c 10:00=o 12:00=c"),
        OpeningCase("PH 10:00-12:00; Mo-Fr 09:00-17:00", "2026-05-14 09:00=o 16:00=o; 2026-11-01 11:00=o"),
        OpeningCase("Su,PH 10:00-12:00", "2026-05-14 11:00=o; 2026-11-22 11:00=o; 2026-11-23 11:00=c"),
        OpeningCase("PH Mo-Fr 10:00-12:00", "2026-05-14 11:00=o; 2026-08-15 11:00=c; 2026-05-15 11:00=c"),
        OpeningCase("24/7; PH off", "2026-05-13 23:59=o; 2026-05-14 00:00=c 23:59=c; 2026-05-15 00:00=o"),
        OpeningCase("Mo-Fr 09:00-17:00; PH off || \"rdv\"", "2026-05-14 10:00=?"),
    ]

    private static let schools = [
        // Toussaint 2026: 17 October to 1 November, everywhere.
        OpeningCase(
            "Mo-Fr 09:00-17:00; SH off",
            "2026-10-16 10:00=o; 2026-10-19 10:00=c; 2026-10-30 10:00=c; 2026-11-02 10:00=o; 2026-12-18 10:00=o; "
                + "2026-12-21 10:00=c; 2027-01-01 10:00=c; 2027-01-04 10:00=o"),
        // Winter 2026: A from 7, B from 14, C from 21 February, two weeks each.
        OpeningCase(
            "Mo-Fr 09:00-17:00; SH off", in: "69",
            "2026-02-06 10:00=o; 2026-02-09 10:00=c; 2026-02-20 10:00=c; 2026-02-23 10:00=o"),
        OpeningCase(
            "Mo-Fr 09:00-17:00; SH off", in: "44",
            "2026-02-13 10:00=o; 2026-02-16 10:00=c; 2026-02-27 10:00=c; 2026-03-02 10:00=o"),
        OpeningCase(
            "Mo-Fr 09:00-17:00; SH off", in: "75",
            "2026-02-20 10:00=o; 2026-02-23 10:00=c; 2026-03-06 10:00=c; 2026-03-09 10:00=o"),
        // Spring 2027: C from 3, A from 10, B from 17 April.
        OpeningCase(
            "Mo-Fr 09:00-17:00; SH off", in: "33", "2027-04-09 10:00=o; 2027-04-12 10:00=c; 2027-04-26 10:00=o"),
        OpeningCase(
            "Mo-Fr 09:00-17:00; SH off", in: "13", "2027-04-16 10:00=o; 2027-04-19 10:00=c; 2027-05-03 10:00=o"),
        OpeningCase(
            "Mo-Fr 09:00-17:00; SH off", in: "31", "2027-04-02 10:00=o; 2027-04-05 10:00=c; 2027-04-19 10:00=o"),
        OpeningCase(
            "Mo-Fr 09:00-17:00; SH off", in: "14",
            "2026-07-03 10:00=o; 2026-07-06 10:00=c; 2026-08-31 10:00=c; 2026-09-01 10:00=o"),
        // The days after Ascension Day, on which classes are off.
        OpeningCase("Mo-Fr 09:00-17:00; SH off", "2026-05-15 10:00=c; 2027-05-07 10:00=c"),
        OpeningCase(
            "Mo-Fr 09:00-12:00,13:30-17:00; SH Mo-Fr 10:00-12:00,14:00-16:00; PH off",
            "2026-10-20 09:30=c 10:30=o 13:30=c 15:00=o 16:00=c; 2026-11-17 09:30=o 16:30=o; 2026-10-24 10:30=c; "
                + "2026-12-25 10:30=c"),
        OpeningCase("We 14:00-17:00; SH 09:00-17:00", "2026-10-18 10:00=o; 2026-11-15 10:00=c"),
        OpeningCase("SH off; Mo-Fr 09:00-17:00", "2026-10-20 10:00=o"),
        // Corsica and overseas make calendars of their own: not known, and said so only where it matters.
        OpeningCase("Mo-Fr 09:00-17:00; SH off", in: "2A", "2026-11-16 10:00=? 18:00=c; 2026-11-21 10:00=c"),
        OpeningCase("Mo-Fr 09:00-17:00; SH off", in: nil, "2026-11-16 10:00=?"),
        OpeningCase("Mo-Fr 09:00-17:00; SH Mo-Fr 10:00-12:00", in: "2B", "2026-11-16 09:30=? 11:00=o 13:00=? 18:00=c"),
        OpeningCase("SH 22:00-04:00", in: "2A", "2026-11-16 03:00=? 05:00=c 23:00=?"),
        OpeningCase("Mo-Fr 09:00-17:00; PH off", in: "2A", "2026-11-16 10:00=o; 2026-05-14 10:00=c"),
        // Beyond the tables.
        OpeningCase(
            "Mo-Fr 09:00-17:00; SH off",
            "2025-08-29 10:00=?; 2025-09-01 10:00=o; 2027-08-31 10:00=c; 2027-09-01 10:00=?"),
        OpeningCase("SH 20:00-04:00", "2027-08-31 21:00=o; 2027-09-01 03:00=o 05:00=c 21:00=?; 2027-09-02 03:00=?"),
    ]

    private static let dates = [
        OpeningCase(
            "Mo-Fr 09:00-17:00; Jul-Aug Mo-Fr 09:00-12:00",
            "2026-06-30 14:00=o; 2026-07-01 10:00=o 14:00=c; 2026-08-31 14:00=c; 2026-09-01 14:00=o"),
        OpeningCase(
            "Mo-Su 09:00-17:00; Dec 24-Jan 1 off",
            "2026-12-23 10:00=o; 2026-12-24 10:00=c; 2026-12-31 10:00=c; 2027-01-01 10:00=c; 2027-01-02 10:00=o"),
        OpeningCase("24/7; 2026 May 1 off", "2026-05-01 10:00=c; 2026-05-02 10:00=o; 2027-05-01 10:00=o"),
        OpeningCase(
            "24/7; 2026 Dec 24-2027 Jan 3 off",
            "2025-12-25 10:00=o; 2026-12-24 00:00=c; 2027-01-03 23:59=c; 2027-01-04 00:00=o; 2027-12-25 10:00=o"),
        OpeningCase("24/7; 2026 Dec 24-Jan 3 off", "2027-01-03 23:59=c; 2027-01-04 00:00=o; 2026-01-02 12:00=o"),
        OpeningCase(
            "Nov-Feb Mo 10:00-12:00", "2026-11-16 10:00=o; 2027-02-22 10:00=o; 2027-03-01 10:00=c; 2026-10-26 10:00=c"),
        OpeningCase("24/7; Feb 20-Feb 29 off", "2027-02-28 12:00=c; 2027-03-01 12:00=o; 2028-02-29 12:00=c"),
        OpeningCase("Feb 29 10:00-12:00", "2028-02-29 11:00=o; 2028-02-28 11:00=c; 2027-02-28 11:00=c"),
        OpeningCase("2026 Mo-Fr 10:00-12:00", "2026-11-16 11:00=o; 2027-01-04 11:00=c; 2025-12-31 11:00=c"),
        OpeningCase("24/7; 2026-2027 Jul 14,Aug 15 off", "2026-07-14 10:00=c; 2027-08-15 10:00=c; 2028-07-14 10:00=o"),
        OpeningCase("24/7; Jul 14-20 off", "2026-07-13 10:00=o; 2026-07-20 23:59=c; 2026-07-21 00:00=o"),
        // ISO weeks: 2026-11-16 is in week 47, 2026-12-28 to 2027-01-03 in week 53, 2027-01-04 in week 1.
        OpeningCase(
            "week 1-53/2 Mo 09:00-12:00",
            "2026-11-16 10:00=o; 2026-11-23 10:00=c; 2026-12-28 10:00=o; 2027-01-04 10:00=o; 2027-01-11 10:00=c"),
        OpeningCase("week 2-52/2 We 09:00-12:00", "2026-11-18 10:00=c; 2026-11-25 10:00=o; 2026-12-30 10:00=c"),
        OpeningCase("week 47 Mo-Fr 09:00-12:00", "2026-11-20 10:00=o; 2026-11-23 10:00=c"),
        OpeningCase("week 53 Fr 09:00-12:00", "2027-01-01 10:00=o; 2027-01-08 10:00=c"),
        // November 2026 has Mondays on 2, 9, 16, 23 and 30.
        OpeningCase("Mo[1] 09:00-12:00", "2026-11-02 10:00=o; 2026-11-09 10:00=c; 2026-12-07 10:00=o"),
        OpeningCase("Mo[-1] 09:00-12:00", "2026-11-30 10:00=o; 2026-11-23 10:00=c; 2026-12-28 10:00=o"),
        OpeningCase("Mo[5] 09:00-12:00", "2026-11-30 10:00=o; 2026-12-28 10:00=c"),
        OpeningCase("Mo[-2] 09:00-12:00", "2026-11-23 10:00=o; 2026-11-30 10:00=c"),
        OpeningCase("Th[1,3] 14:00-17:00", "2026-11-05 15:00=o; 2026-11-12 15:00=c; 2026-11-19 15:00=o"),
        OpeningCase("Th[1-2] 14:00-17:00", "2026-11-12 15:00=o; 2026-11-19 15:00=c"),
        OpeningCase("We,Mo[1] 09:00-12:00", "2026-11-18 10:00=o; 2026-11-02 10:00=o; 2026-11-16 10:00=c"),
        OpeningCase("Sa[-1] 20:00-02:00", "2026-10-31 21:00=o; 2026-11-01 01:00=o 02:00=c; 2026-10-24 21:00=c"),
        OpeningCase("Dec 31 20:00-04:00", "2026-12-31 21:00=o; 2027-01-01 03:00=o 21:00=c"),
    ]

    private static let closures = [
        OpeningCase(
            "Mo-Fr 09:00-17:00", closed: ["2026-12-24…2027-01-01"],
            "2026-12-23 10:00=o; 2026-12-24 10:00=c; 2027-01-01 10:00=c; 2027-01-04 10:00=o"),
        OpeningCase(
            "24/7", closed: ["2026-11-16", "2026-11-18"],
            "2026-11-16 00:00=c 23:59=c; 2026-11-17 00:00=o; 2026-11-18 12:00=c"),
        // What a closed evening would have left after midnight does not take place, and a closed day cuts the night.
        OpeningCase("Fr,Sa 22:00-04:00", closed: ["2026-11-20"], "2026-11-20 23:00=c; 2026-11-21 01:00=c 22:00=o"),
        OpeningCase(
            "Fr,Sa 22:00-04:00", closed: ["2026-11-21"],
            "2026-11-20 23:00=o; 2026-11-21 01:00=c 23:00=c; 2026-11-22 01:00=c"),
        OpeningCase(
            "Mo-Fr 09:00-12:00 || \"rdv\"", closed: ["2026-11-16"], "2026-11-16 10:00=c 15:00=c; 2026-11-17 15:00=?"),
    ]

    private static let all = weeks + nights + holidays + schools + dates + closures

    @Test("is what the specification and the calendar say", arguments: all)
    func states(_ example: OpeningCase) throws {
        let schedule = try example.schedule()
        for check in example.checks {
            let state = schedule.state(at: try paris(check.local))
            let letter: Character = state == .open ? "o" : state == .closed ? "c" : "?"
            #expect(letter == check.letter, "\(example.testDescription) at \(check.local)")
        }
    }

    @Test("there are as many cases as were promised, all well spelt")
    func count() {
        let checks = Self.all.flatMap(\.checks)
        #expect(checks.count >= 150)
        #expect(checks.allSatisfy { "oc?".contains($0.letter) && $0.local.count == 16 })
    }

    @Test("the bits of the index agree in every case", arguments: all)
    func bits(_ example: OpeningCase) throws {
        let schedule = try example.schedule()
        for check in example.checks {
            let wall = ParisTime.wall(at: try paris(check.local))
            let bits = WeekBits(schedule.hours, on: CalendarDays(schedule.calendar, from: wall.day - 10))
            if schedule.closures.contains(where: { $0.contains(wall.day) || $0.contains(wall.day - 1) }) { continue }
            if let open = bits.isOpen(at: wall) { #expect(open == (check.letter == "o"), "\(check.local)") }
        }
    }
}

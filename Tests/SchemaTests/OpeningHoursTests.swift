import Foundation
import Schema
import Testing

/// What is read as OpenStreetMap's specification has it, and what is refused, where and why.
@Suite("Reading opening hours")
struct OpeningHoursTests {
    @Test(
        "what France writes is read, and printed in its one spelling",
        arguments: [
            ("24/7", "24/7"), ("open", "24/7"), ("off", "off"), ("closed", "off"), ("unknown", "unknown"),
            ("Mo-Fr 09:00-12:30,13:30-17:00; PH off", "Mo-Fr 09:00-12:30,13:30-17:00; PH off"),
            ("Mo-Fr 08:00-12:00,13:00-17:30; Sa 08:00-12:00; PH off;", nil),
            ("Mo,We,Fr 09:00-12:00", "Mo,We,Fr 09:00-12:00"), ("Sa-Mo 10:00-12:00", "Sa-Mo 10:00-12:00"),
            ("Mo-We,Fr 08:30-12:30", "Mo-We,Fr 08:30-12:30"), ("10:00-18:00", "10:00-18:00"),
            ("Mo-Fr closed", "Mo-Fr off"), ("Mo-Fr open", "Mo-Fr"), ("PH closed \"férié\"", "PH off \"férié\""),
            ("Fr,Sa 22:00-26:00", "Fr,Sa 22:00-02:00"), ("Fr 22:00-02:00", "Fr 22:00-02:00"),
            ("Mo 00:00-24:00", "Mo 00:00-24:00"), ("Mo 10:00-34:00", "Mo 10:00-34:00"),
            ("Mo 22:00-24:00", "Mo 22:00-24:00"), ("SH Mo-Fr 10:00-12:00", "SH Mo-Fr 10:00-12:00"),
            ("PH,SH Mo-Fr 10:00-12:00", "PH,SH Mo-Fr 10:00-12:00"), ("PH,Mo-Fr 10:00-12:00", "Mo-Fr,PH 10:00-12:00"),
            ("Su,PH 10:00-12:00", "Su,PH 10:00-12:00"), ("SH,PH off", "SH,PH off"),
            ("Jul-Aug Mo-Fr 09:00-12:00", nil), ("Jul-Aug: Mo-Fr 09:00-12:00", "Jul-Aug Mo-Fr 09:00-12:00"),
            ("Nov-Feb off", "Nov-Feb off"), ("Jul,Aug off", "Jul,Aug off"), ("Dec 24-Jan 1 off", "Dec 24-Jan 01 off"),
            ("Dec 24-Jan 01 off", nil), ("Jul 14-20 off", "Jul 14-Jul 20 off"), ("May 1 off", "May 01 off"),
            ("Jul 14: 09:00-12:00", "Jul 14 09:00-12:00"), ("Feb 29 off", "Feb 29 off"), ("2026 May 1 off", nil),
            ("2026 Dec 24-2027 Jan 1 off", "2026 Dec 24-2027 Jan 01 off"),
            ("2026 Dec 24-Jan 1 off", "2026 Dec 24-2027 Jan 01 off"), ("2026 May 14-17 off", nil),
            ("2026 Jul-Aug off", "2026 Jul-Aug off"), ("2026 Mo-Fr 10:00-12:00", nil),
            ("2026-2027 Jul 14 off", "2026-2027 Jul 14 off"), ("2026,2028 Jul-Aug off", nil), ("2026 off", "2026 off"),
            ("week 1-53/2 Mo 09:00-12:00", "week 01-53/2 Mo 09:00-12:00"), ("week 2-52/2 We 09:00-12:00", nil),
            ("week 20,30-32 off", "week 20,30-32 off"), ("Jul-Aug week 30 Mo 09:00-10:00", nil),
            ("Mo[1] 09:00-12:00", "Mo[1] 09:00-12:00"), ("Mo[-1] 09:00-12:00", nil), ("Th[1,3] 14:00-17:00", nil),
            ("Th[1-2,-1] 14:00-17:00", "Th[1-2,-1] 14:00-17:00"), ("We,Mo[1] 14:00-17:00", nil),
            ("Mo-Fr 08:00-12:00, We 14:00-18:00", "Mo-Fr 08:00-12:00, We 14:00-18:00"),
            ("Mo-Fr 08:00-12:00||\"sur rendez-vous\"", "Mo-Fr 08:00-12:00 || \"sur rendez-vous\""),
            ("Mo-Fr 08:00-12:00;Sa off", "Mo-Fr 08:00-12:00; Sa off"),
            ("Mo-Fr 08:00-12:00 ; Sa off", "Mo-Fr 08:00-12:00; Sa off"), (" Mo 08:00-12:00 ", "Mo 08:00-12:00"),
            ("\"sur rendez-vous\"", "\"sur rendez-vous\""), ("unknown \"à confirmer\"", "\"à confirmer\""),
            ("Mo 09:00-12:00 \"sur rendez-vous\"", nil), ("Mo 09:00-12:00 open \"accueil\"", nil),
            ("24/7 open \"en ligne\"", "24/7 open \"en ligne\""), ("Mo-Fr", "Mo-Fr"),
        ] as [(String, String?)])
    func reads(_ text: String, _ printed: String?) throws {
        let hours = try OpeningHours(parsing: text)
        if let printed { #expect(hours.text == printed) }
        #expect(try OpeningHours(parsing: hours.text) == hours)
    }

    @Test("reads into what the text says")
    func meaning() throws {
        let hours = try OpeningHours(parsing: "Jul-Aug SH Mo-We 09:00-12:00,22:00-26:00, PH off \"férié\" || \"rdv\"")
        #expect(hours.rules.map(\.separator) == [.normal, .additional, .fallback])
        #expect(hours.rules.map(\.state) == [.open, .closed, .unknown])
        #expect(hours.rules.map(\.comment) == [nil, "férié", "rdv"])
        #expect(hours.rules[0].spans.map(\.from) == [540, 1320] && hours.rules[0].spans.map(\.to) == [720, 1560])
        let days = hours.rules[0].days
        #expect(days.holidays == [.school] && days.holidaysOnTheseWeekdaysOnly && !days.isWeekly)
        #expect(days.weekdays.map(\.from) == [1] && days.weekdays.map(\.to) == [3])
        #expect(days.dates.map(\.from.month) == [7] && days.dates.map(\.to.month) == [8])
        #expect(hours.rules[2].days == .everyDay && hours.rules[2].days.isWeekly)
    }

    @Test(
        "what is not the grammar is refused where it stands",
        arguments: [
            ("", 1, .empty), ("   ", 4, .empty), (";", 1, .emptyRule), ("Mo 09:00-12:00;;", 16, .emptyRule),
            ("Mo 09:00-12:00 ||", 18, .emptyRule), ("Lu-Ve 09:00-12:00", 1, .weekday), ("lundi", 1, .weekday),
            ("mo 09:00-12:00", 1, .weekday), ("Mo-Ve 09:00-12:00", 4, .weekday), ("Mon 09:00-12:00", 1, .weekday),
            ("Mo,,Tu 09:00-12:00", 4, .weekday), ("Mo-Fr PH off", 7, .unexpected), ("SH Mo,PH off", 4, .weekday),
            ("Mo-Fr 9:00-12:00", 7, .time), ("Mo-Fr 09h00-12h00", 7, .time), ("Mo-Fr 09:60-12:00", 7, .time),
            ("Mo-Fr 09:00-12", 13, .time), ("Mo-Fr 09:00-", 13, .time), ("Mo-Fr 09:00-12:00,", 19, .time),
            ("Mo-Fr 09:00-12:00,We 14:00-18:00", 19, .time), ("Mo-Fr 49:00-50:00", 7, .time),
            ("Mo-Fr 24:00-26:00", 7, .timeOrder), ("Mo 09:00-48:30", 4, .timeOrder),
            ("Mo 09:00-09:00", 4, .spanOfNothing), ("Mo 09:00-12:00,13:00-38:00", 16, .spanTooLong),
            ("Mo-Fr 09:00-12:00 14:00-17:00", 19, .unexpected), ("Mo-Fr09:00-12:00", 6, .unexpected),
            ("Mo-Fr 09:00-12:00.", 18, .unexpected), ("Mo-Fr 09:00-12:00|Sa off", 18, .unexpected),
            ("24/7off", 5, .unexpected), ("2026Jul off", 5, .unexpected), ("week 3Mo off", 7, .unexpected),
            ("Jul 14week 3 off", 7, .unexpected), ("Jul:Mo off", 5, .unexpected),
            ("Mo-Fr 09:00-12:00 offert", 19, .unexpected), ("PH,PH off", 4, .unexpected),
            ("Mo-Fr 09:00-12:00, 14:00-17:00", 20, .timeAlone), ("Mo, We 09:00-12:00", 3, .blankInList),
            ("Jul, Aug off", 4, .blankInList), ("Mo \"rdv", 4, .openComment), ("Mo \" \"", 4, .emptyComment),
            ("Mo \"\"", 4, .emptyComment), ("1999 off", 1, .year), ("2026-1999 off", 6, .year),
            ("2027-2026 off", 1, .dateOrder), ("2026 Jun-Jui off", 10, .month), ("June off", 1, .month),
            ("Feb 30 off", 5, .dayOfMonth), ("2026 Feb 29 off", 10, .dayOfMonth), ("Apr 31 off", 5, .dayOfMonth),
            ("Jan 0 off", 5, .dayOfMonth), ("Jan 10-Feb off", 1, .dayOfMonth), ("Jan 20-10 off", 1, .dateOrder),
            ("2026 Dec 24-2026 Jan 1 off", 1, .dateOrder), ("week 0 off", 6, .week), ("week 54 off", 6, .week),
            ("week off", 6, .week), ("week 20-10 off", 6, .weekOrder), ("week 1-53/0 off", 11, .step),
            ("week 1-53/27 off", 11, .step), ("week 1/2 off", 8, .step), ("Mo[0] 09:00-12:00", 4, .occurrence),
            ("Mo[6] 09:00-12:00", 4, .occurrence), ("Mo[3-2] 09:00-12:00", 4, .occurrence),
            ("Mo[1 09:00-12:00", 5, .occurrence), ("Mo-Tu[1] 09:00-12:00", 6, .occurrence),
        ] as [(String, Int, OpeningHoursFlaw.Reason)])
    func refuses(_ text: String, _ position: Int, _ reason: OpeningHoursFlaw.Reason) {
        expect(text, OpeningHoursFlaw(reason: reason, position: position))
        #expect(!reason.isUnsupported)
    }

    @Test(
        "what is the grammar's, and not computed with, is refused by its name",
        arguments: [
            ("Fr 18:00+", 9, .openEnd), ("Fr 18:00-22:00+", 15, .openEnd), ("Dec 25+ off", 7, .openEnd),
            ("2026+ off", 5, .openEnd), ("Mo 09:00", 9, .pointInTime), ("Mo 09:00,12:00", 9, .pointInTime),
            ("sunrise-sunset", 1, .variableTime), ("Mo 09:00-sunset", 10, .variableTime),
            ("Mo (sunrise+01:00)-18:00", 4, .variableTime), ("Mo 10:00-16:00/90", 15, .interval),
            ("easter off", 1, .variableDate), ("2026 easter off", 6, .variableDate),
            ("Mo off; easter off", 9, .variableDate),
            ("PH -1 day off", 4, .dayOffset), ("Sa[1] +1 day 09:00-10:00", 7, .dayOffset),
            ("Dec 25 -1 day off", 8, .dayOffset), ("2026-2036/2 off", 10, .yearStep),
            ("2026 Jul 14,Aug 15 off", 13, .mixedYears), ("Jul 14,2026 Aug 15 off", 8, .mixedYears),
            ("Dec 24-2027 Jan 1 off", 1, .mixedYears), ("2026 Nov-Feb off", 1, .yearsOverNewYear),
            ("2026-2027 Nov-Feb off", 11, .yearsOverNewYear), ("2026 Nov-2027 Feb off", 1, .yearsOverNewYear),
            ("\"été\": Mo 09:00-12:00", 6, .commentBefore),
        ] as [(String, Int, OpeningHoursFlaw.Reason)])
    func unsupported(_ text: String, _ position: Int, _ reason: OpeningHoursFlaw.Reason) {
        expect(text, OpeningHoursFlaw(reason: reason, position: position))
        #expect(reason.isUnsupported)
    }

    private func expect(_ text: String, _ flaw: OpeningHoursFlaw) {
        do throws(OpeningHoursFlaw) {
            Issue.record("«\(text)» was read as «\(try OpeningHours(parsing: text).text)»")
        } catch {
            #expect(error == flaw, "\(text)")
        }
    }

    @Test("length and number of rules are bounded")
    func bounds() throws {
        let rules = Array(repeating: "Mo off", count: OpeningHours.maximumRules)
        #expect(try OpeningHours(parsing: rules.joined(separator: ";")).rules.count == OpeningHours.maximumRules)
        expect(
            (rules + ["Mo off"]).joined(separator: ";"),
            OpeningHoursFlaw(reason: .tooManyRules, position: OpeningHours.maximumRules * 7 + 1))
        let long = "Mo off \"" + String(repeating: "é", count: 491) + "\""
        #expect(try OpeningHours(parsing: long).rules[0].comment?.count == 491)
        expect(long + " ", OpeningHoursFlaw(reason: .tooLong, position: 501))
    }

    @Test("the flaw tells position and reason in both languages, and whether it is the grammar's or ours")
    func words() {
        let flaw = OpeningHoursFlaw(reason: .time, position: 7).flaw
        #expect(flaw.code == "opening-hours-syntax")
        #expect(flaw.detail.fr == "Position 7 : une heure sur deux chiffres est attendue, comme 09:00.")
        #expect(flaw.detail.en == "Position 7: a time of day is expected, such as 09:00.")
        #expect(OpeningHoursFlaw(reason: .openEnd, position: 1).flaw.code == "opening-hours-unsupported")
    }
}

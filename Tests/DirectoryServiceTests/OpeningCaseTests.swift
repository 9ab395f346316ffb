import Foundation
import Schema
import Testing

@testable import DirectoryService

/// Expected values are reckoned by hand from the specification of `opening_hours`, the calendar and French practice, and were
/// then compared with opening_hours.js, the specification's reference: where we differ, the cases' own comments say why.
/// 2026: 1 January is a Thursday, 5 April Easter, 14 May Ascension Day, 21 November a Saturday.
@Suite("Open or closed")
struct OpeningCaseTests {
    @Test("is what the specification and the calendar say", arguments: OpeningCase.all)
    func states(_ example: OpeningCase) throws {
        let schedule = try example.schedule()
        for check in example.checks {
            let state = schedule.state(at: try paris(check.local))
            let letter: Character = state == .open ? "o" : state == .closed ? "c" : "?"
            #expect(letter == check.letter, "\(example.testDescription) at \(check.local)")
        }
    }

    @Test("in 200 expressions and 750 instants, all well spelt")
    func count() {
        let texts = Set(OpeningCase.all.map(\.text))
        let checks = OpeningCase.all.flatMap(\.checks)
        print("opening hours: \(texts.count) expressions, \(OpeningCase.all.count) places, \(checks.count) instants")
        #expect(texts.count >= 200 && checks.count >= 750)
        #expect(checks.allSatisfy { "oc?".contains($0.letter) && $0.local.count == 16 })
    }

    @Test("the bits of the index agree in every case", arguments: OpeningCase.all)
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

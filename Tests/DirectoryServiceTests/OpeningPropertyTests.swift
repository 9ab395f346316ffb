import Foundation
import Schema
import Support
import Testing

@testable import DirectoryService

@Suite("Opening hours: properties")
struct OpeningPropertyTests {
    private static let departments: [String?] = ["44", "67", "75", "2A", nil]

    @Test("what is printed of any hours reads back as the same hours")
    func roundTrip() throws {
        var random = SeededGenerator(seed: 26)
        for _ in 0..<3000 {
            let text = RandomHours.text(&random)
            let hours = try OpeningHours(parsing: text)
            let again = try OpeningHours(parsing: hours.text)
            #expect(again == hours && again.text == hours.text, "\(text)")
        }
    }

    @Test("the index's bits, the schedule's instants and its intervals say the same", arguments: 0..<4)
    func agreement(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var answers: [OpeningHours.State: Int] = [:]
        for _ in 0..<40 {
            let text = RandomHours.text(&random)
            let hours = try OpeningHours(parsing: text)
            let calendar = LocalCalendar(department: random.pick(Self.departments))
            // 2025-08-01 to 2027-10-01: both ends of the school tables, and their inside.
            let first = Int.random(in: 20_301...21_092, using: &random)
            let closures = random.oneIn(3) ? [first + 2...first + 3] : []
            let schedule = Schedule(hours, in: calendar, closures: closures)
            let days = CalendarDays(calendar, from: first - 40)
            let indexed = IndexedHours(calendar: calendar, closures: closures, own: .init(hours, on: days))
            let (start, end) = (ParisTime.midnight(first), ParisTime.midnight(first + 8))
            let openings = schedule.openings(from: start, to: end)
            #expect(zip(openings, openings.dropFirst()).allSatisfy { $0.to <= $1.from }, "\(text)")
            for _ in 0..<100 {
                let instant = start.addingTimeInterval(
                    Double(Int.random(in: 0..<Int(end.timeIntervalSince(start)) / 60, using: &random) * 60))
                let state = schedule.state(at: instant)
                let covering = openings.first { $0.from <= instant && instant < $0.to }
                #expect(covering?.state ?? .closed == state, "\(text) at \(instant)")
                #expect(indexed.state(at: ParisTime.wall(at: instant)) == state, "\(text) at \(instant)")
                answers[state, default: 0] += 1
            }
        }
        #expect(answers.count == 3 && answers.values.allSatisfy { $0 > 100 }, "\(answers)")
    }

    @Test("one minute of a day is what the day's plan says of it")
    func minute() throws {
        var random = SeededGenerator(seed: 27)
        for _ in 0..<200 {
            let text = RandomHours.text(&random)
            let hours = try OpeningHours(parsing: text)
            let day = Int.random(in: 20_301...21_400, using: &random)
            let closures = random.oneIn(3) ? [day - 1...day - 1] : []
            let schedule = Schedule(
                hours, in: LocalCalendar(department: random.pick(Self.departments)), closures: closures)
            let plan = schedule.plan(ofDay: day)
            for _ in 0..<20 {
                let minute = Int.random(in: 0..<1440, using: &random)
                let state = schedule.state(at: ParisTime.Wall(day: day, minute: minute))
                #expect(state == hours.state(plan.minutes[minute]), "\(text)")
            }
        }
    }

    @Test("nothing changes before the next change, and then it does")
    func nextChange() throws {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<60 {
            let text = RandomHours.text(&random)
            let schedule = Schedule(try OpeningHours(parsing: text), in: LocalCalendar(department: "44"))
            let instant = ParisTime.midnight(20_700 + Int.random(in: 0...300, using: &random))
                .addingTimeInterval(Double(Int.random(in: 0..<1440, using: &random) * 60))
            let state = schedule.state(at: instant)
            guard let change = schedule.nextChange(after: instant) else { continue }
            #expect(change > instant && schedule.state(at: change) != state, "\(text)")
            #expect(schedule.state(at: change.addingTimeInterval(-60)) == state, "\(text)")
            let steps = max(1, Int(change.timeIntervalSince(instant)) / 60 / 40)
            for step in 0..<min(40, Int(change.timeIntervalSince(instant)) / 60) {
                #expect(schedule.state(at: instant.addingTimeInterval(Double(step * steps * 60))) == state, "\(text)")
            }
        }
        // What a year of days says, minute by minute.
        for _ in 0..<6 {
            let text = RandomHours.text(&random)
            let schedule = Schedule(
                try OpeningHours(parsing: text), in: LocalCalendar(department: "44"), closures: [20_710...20_712])
            let instant = ParisTime.midnight(20_700).addingTimeInterval(
                Double(Int.random(in: 0..<1440, using: &random) * 60))
            let state = schedule.state(at: instant)
            let end = ParisTime.midnight(20_701 + Schedule.horizon)
            let openings = schedule.openings(from: instant, to: end)
            let first = openings.first { $0.state != state && $0.to > instant }
            let gap = zip([instant] + openings.map(\.to), openings.map(\.from) + [end]).first { $0 < $1 }?.0
            let changes = [first?.from, state == .closed ? nil : gap].compactMap(\.self)
            #expect(schedule.nextChange(after: instant) == changes.min(), "\(text)")
        }
        let always = Schedule(try OpeningHours(parsing: "24/7"), in: LocalCalendar(department: "44"))
        #expect(always.nextChange(after: ParisTime.midnight(20_700)) == nil)
    }
}

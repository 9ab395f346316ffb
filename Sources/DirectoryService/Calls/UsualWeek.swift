import Foundation
import Schema

/// How many half-days of a service a structure gives in a usual week: that of the weeks to come, so that neither a
/// public holiday nor one good week decides.
enum UsualWeek {
    /// A quarter of a year.
    private static let weeks = 13

    /// The median (the lower one) of the thirteen weeks that follow the day's; weeks closed by announcement are left
    /// out. A service without hours of its own is given whenever its structure is open.
    static func halfDays(
        of draft: StructureDraft, service kind: String, in calendar: LocalCalendar, after day: Int,
        by rule: HalfDayRule = HalfDayRule()
    ) -> Int {
        let texts = Set(draft.services.filter { $0.kind == kind }.compactMap { $0.openingHours ?? draft.openingHours })
        let schedules = texts.compactMap { text in
            (try? OpeningHours(parsing: text)).map {
                Schedule($0, in: calendar, closures: draft.closures.map(\.days))
            }
        }
        let monday = day - DayFacts.weekday(day) + 1
        let counts = (1...weeks).compactMap { week -> Int? in
            let days = (monday + 7 * week)..<(monday + 7 * (week + 1))
            // Announced closures are the structure's, the same for all its services.
            guard let first = schedules.first, !days.allSatisfy(first.isClosed) else { return nil }
            return days.reduce(0) { $0 + rule.count(openIn: Self.openMinutes(ofDay: $1, schedules)) }
        }.sorted()
        return counts.isEmpty ? 0 : counts[(counts.count - 1) / 2]
    }

    /// Of each minute, whether any of them is surely open.
    private static func openMinutes(ofDay day: Int, _ schedules: [Schedule]) -> [Bool] {
        var open = Array(repeating: false, count: TimeSpan.minutesOfDay)
        for schedule in schedules {
            let minutes = schedule.plan(ofDay: day).minutes
            for minute in open.indices where !open[minute] {
                open[minute] = schedule.hours.state(minutes[minute]) == .open
            }
        }
        return open
    }
}

import Schema

/// Opening hours as a search asks them: a week of 672 quarter-hours, and the days that are otherwise. Answers as
/// ``Schedule/state(at:)`` does, in nanoseconds.
///
/// A quarter that is not open or closed from end to end, or not surely, is left to the schedule's own reckoning; so
/// are days beyond the exceptions that were reckoned beforehand.
struct WeekBits: Sendable {
    private let week: [QuarterBits]
    private let exceptions: [Int: QuarterBits]
    /// Days whose exceptions are known; nil where the hours have none.
    private let reckoned: Range<Int>?

    init(_ hours: OpeningHours, on calendar: CalendarDays) {
        let plain = (0..<7).map { hours.plainMatches(weekday: $0 + 1) }
        week = (0..<7).map { QuarterBits(hours.plan(of: plain[$0], after: plain[($0 + 6) % 7]), of: hours) }
        guard !hours.rules.allSatisfy(\.days.isWeekly) else {
            exceptions = [:]
            reckoned = nil
            return
        }
        var exceptions: [Int: QuarterBits] = [:]
        var plans: [[RuleMatches]: QuarterBits] = [:]
        var eve = calendar.eve.map(hours.matches)
        for (day, facts) in zip(calendar.days, calendar.facts) {
            let today = facts.map(hours.matches)
            defer { eve = today }
            let weekday = DayFacts.weekday(day) - 1
            guard let today, let eve, today != plain[weekday] || eve != plain[(weekday + 6) % 7] else { continue }
            let bits = plans[[today, eve]] ?? QuarterBits(hours.plan(of: today, after: eve), of: hours)
            plans[[today, eve]] = bits
            exceptions[day] = bits
        }
        self.exceptions = exceptions
        reckoned = calendar.days
    }

    /// Whether it is open; nil where only the schedule knows.
    func isOpen(at wall: ParisTime.Wall) -> Bool? {
        if let reckoned, !reckoned.contains(wall.day) { return nil }
        let bits = exceptions[wall.day] ?? week[DayFacts.weekday(wall.day) - 1]
        return bits.isOpen(minute: wall.minute)
    }
}

/// The days of a calendar for which exceptions are reckoned beforehand.
struct CalendarDays: Sendable {
    let days: Range<Int>
    /// Of the day before the first.
    let eve: DayFacts?
    /// Of each of the days.
    let facts: [DayFacts?]

    /// A quarter of a year: a base is seldom older. After it, hours with exceptions are reckoned when they are asked
    /// for.
    static let count = 92

    init(_ calendar: LocalCalendar, from day: Int) {
        days = day..<day + Self.count
        eve = calendar.facts(ofDay: day - 1)
        facts = days.map(calendar.facts)
    }
}

/// The 96 quarter-hours of a day.
struct QuarterBits: Sendable, Equatable {
    private var open: (UInt64, UInt32) = (0, 0)
    /// Quarters of which one bit cannot tell.
    private var mixed: (UInt64, UInt32) = (0, 0)

    init(_ plan: DayPlan, of hours: OpeningHours) {
        for quarter in 0..<96 {
            let minutes = plan.minutes[quarter * 15..<quarter * 15 + 15]
            let first = plan.minutes[quarter * 15]
            let state = hours.state(first)
            if state == .unknown || !minutes.allSatisfy({ $0 == first || hours.state($0) == state }) {
                Self.set(&mixed, quarter)
            } else if state == .open {
                Self.set(&open, quarter)
            }
        }
    }

    func isOpen(minute: Int) -> Bool? {
        let quarter = minute / 15
        return Self.has(mixed, quarter) ? nil : Self.has(open, quarter)
    }

    private static func set(_ bits: inout (UInt64, UInt32), _ index: Int) {
        if index < 64 { bits.0 |= 1 << UInt64(index) } else { bits.1 |= 1 << UInt32(index - 64) }
    }

    private static func has(_ bits: (UInt64, UInt32), _ index: Int) -> Bool {
        index < 64 ? bits.0 >> UInt64(index) & 1 == 1 : bits.1 >> UInt32(index - 64) & 1 == 1
    }

    static func == (left: QuarterBits, right: QuarterBits) -> Bool {
        left.open == right.open && left.mixed == right.mixed
    }
}

extension OpeningHours {
    /// The rules that hold on a day of this name on which no other selector does.
    func plainMatches(weekday: Int) -> RuleMatches {
        var bits: UInt64 = 0
        for (index, rule) in rules.enumerated() where rule.days.isPlain(weekday) { bits |= 1 << UInt64(index) }
        return RuleMatches(inTerm: bits, inHolidays: bits)
    }
}

extension DaySelector {
    fileprivate func isPlain(_ weekday: Int) -> Bool {
        guard years.isEmpty, dates.isEmpty, weeks.isEmpty, !holidaysOnTheseWeekdaysOnly else { return false }
        if weekdays.isEmpty { return holidays.isEmpty }
        return weekdays.contains { span in
            guard span.occurrences.isEmpty else { return false }
            return span.from <= span.to
                ? (span.from...span.to).contains(weekday) : weekday >= span.from || weekday <= span.to
        }
    }
}

import Schema

/// Opening hours as a search asks them: a week of 672 quarter-hours, and the days that are otherwise. Answers as
/// ``Schedule/state(at:)`` does, in nanoseconds.
///
/// A quarter that is not open or closed from end to end, or not surely, is left to the schedule's own reckoning; so
/// are days beyond the exceptions that were reckoned beforehand.
struct WeekBits: Sendable {
    private let week: [QuarterBits]
    /// By day, ascending.
    private let exceptions: [(day: Int, bits: QuarterBits)]
    /// Days whose exceptions are known; nil where the hours have none.
    private let reckoned: Range<Int>?

    /// Thousands of texts are reckoned when a directory is read: only days that can be otherwise are looked at.
    init(_ hours: OpeningHours, on calendar: CalendarDays) {
        let painter = QuarterPainter(hours)
        let plain = (0..<7).map { hours.plainMatches(weekday: $0 + 1) }
        week = (0..<7).map { painter.bits(of: plain[$0], after: plain[($0 + 6) % 7]) }
        guard !hours.rules.allSatisfy(\.days.isWeekly) else {
            exceptions = []
            reckoned = nil
            return
        }
        let asksOnlyHolidays = hours.rules.allSatisfy { $0.days.asksWeekdaysAndHolidaysOnly }
        let asksSchool = hours.rules.contains { $0.days.holidays.contains(.school) }
        func mayBeOtherwise(_ facts: DayFacts?) -> Bool {
            guard let facts, asksOnlyHolidays else { return true }
            return facts.isPublicHoliday || (asksSchool && facts.isSchoolHoliday != false)
        }
        var exceptions: [(day: Int, bits: QuarterBits)] = []
        var painted: [(today: RuleMatches, eve: RuleMatches, bits: QuarterBits)] = []
        var evening = calendar.eve
        for (day, facts) in zip(calendar.days, calendar.facts) {
            let before = evening
            evening = facts
            guard let facts, let before, mayBeOtherwise(facts) || mayBeOtherwise(before) else { continue }
            let (today, eve, weekday) = (hours.matches(facts), hours.matches(before), DayFacts.weekday(day) - 1)
            guard today != plain[weekday] || eve != plain[(weekday + 6) % 7] else { continue }
            if let known = painted.first(where: { $0.today == today && $0.eve == eve }) {
                exceptions.append((day, known.bits))
            } else {
                let bits = painter.bits(of: today, after: eve)
                painted.append((today, eve, bits))
                exceptions.append((day, bits))
            }
        }
        self.exceptions = exceptions
        reckoned = calendar.days
    }

    /// Whether it is open; nil where only the schedule knows.
    func isOpen(at wall: ParisTime.Wall) -> Bool? {
        if let reckoned, !reckoned.contains(wall.day) { return nil }
        let place = exceptions.firstPlace { $0.day >= wall.day }
        let isException = place < exceptions.count && exceptions[place].day == wall.day
        let bits = isException ? exceptions[place].bits : week[DayFacts.weekday(wall.day) - 1]
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

extension OpeningHours {
    /// The rules that hold on a day of this name on which no other selector does.
    func plainMatches(weekday: Int) -> RuleMatches {
        var bits: UInt64 = 0
        for (index, rule) in rules.enumerated() where rule.days.isPlain(weekday) { bits |= 1 << UInt64(index) }
        return RuleMatches(inTerm: bits, inHolidays: bits)
    }
}

extension DaySelector {
    /// Whether two days of one name, both holidays or neither, are the same to it.
    fileprivate var asksWeekdaysAndHolidaysOnly: Bool {
        years.isEmpty && dates.isEmpty && weeks.isEmpty && weekdays.allSatisfy(\.occurrences.isEmpty)
    }

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

import Schema

/// Which holidays hold where a structure is: public ones, and its zone's school holidays.
struct LocalCalendar: Sendable, Hashable {
    /// Nil where no zone is known (Corsica, overseas, a structure without an address): then `SH` is unknown.
    let zone: SchoolZone?
    let isAlsaceMoselle: Bool

    /// - Parameter department: INSEE code; nil where the structure lies nowhere.
    init(department: String?) {
        zone = department.flatMap(SchoolZone.init)
        isAlsaceMoselle = ["57", "67", "68"].contains(department)
    }

    /// What selectors can ask about a day.
    func facts(ofDay day: Int) -> DayFacts? {
        guard let date = CalendarDate(daysSinceEpoch: day), let next = DayFacts.firstOfNextMonth(after: date) else {
            return nil
        }
        return DayFacts(
            date: date, weekday: DayFacts.weekday(day), week: DayFacts.isoWeek(day),
            occurrence: (date.day - 1) / 7 + 1, occurrenceFromEnd: -((next - day - 1) / 7 + 1),
            isPublicHoliday: Self.publicHolidays(of: date.year, isAlsaceMoselle).contains(day),
            isSchoolHoliday: zone.flatMap { SchoolCalendar.isHoliday(day, in: $0) })
    }

    /// Those of the years around now are asked for at every turn.
    private static func publicHolidays(of year: Int, _ isAlsaceMoselle: Bool) -> Set<Int> {
        let known = isAlsaceMoselle ? eastern : common
        return known[year] ?? PublicHolidays.days(of: year, inAlsaceMoselle: isAlsaceMoselle)
    }

    private static let common = table(inAlsaceMoselle: false)
    private static let eastern = table(inAlsaceMoselle: true)

    private static func table(inAlsaceMoselle: Bool) -> [Int: Set<Int>] {
        Dictionary(
            uniqueKeysWithValues: (2020...2050).map {
                ($0, PublicHolidays.days(of: $0, inAlsaceMoselle: inAlsaceMoselle))
            })
    }
}

/// One day, as the selectors of opening hours see it.
struct DayFacts: Sendable {
    let date: CalendarDate
    /// Monday is 1.
    let weekday: Int
    /// Of ISO 8601.
    let week: Int
    /// 1 for the first Monday of its month; -1 for the last.
    let occurrence: Int
    let occurrenceFromEnd: Int
    let isPublicHoliday: Bool
    /// Nil where nobody knows.
    let isSchoolHoliday: Bool?

    /// 1 January 1970 was a Thursday.
    static func weekday(_ day: Int) -> Int { ((day + 3) % 7 + 7) % 7 + 1 }

    /// ISO 8601: a week belongs to the year that has its Thursday.
    static func isoWeek(_ day: Int) -> Int {
        let thursday = day - weekday(day) + 4
        guard let date = CalendarDate(daysSinceEpoch: thursday),
            let first = CalendarDate(year: date.year, month: 1, day: 1)
        else { return 1 }
        return (thursday - first.daysSinceEpoch) / 7 + 1
    }

    static func firstOfNextMonth(after date: CalendarDate) -> Int? {
        let isDecember = date.month == 12
        return CalendarDate(year: date.year + (isDecember ? 1 : 0), month: isDecember ? 1 : date.month + 1, day: 1)?
            .daysSinceEpoch
    }
}

extension DaySelector {
    /// - Parameter isSchoolHoliday: what is taken for true where nobody knows.
    func matches(_ day: DayFacts, isSchoolHoliday: Bool) -> Bool {
        (years.isEmpty || years.contains { $0.contains(day.date.year) })
            && (dates.isEmpty || dates.contains { $0.contains(day.date) })
            && (weeks.isEmpty || weeks.contains { $0.contains(day.week) })
            && matchesDay(day, isSchoolHoliday)
    }

    private func matchesDay(_ day: DayFacts, _ isSchoolHoliday: Bool) -> Bool {
        if weekdays.isEmpty, holidays.isEmpty { return true }
        let isWeekday = weekdays.contains { $0.contains(day) }
        let isHoliday = holidays.contains { $0 == .publicDay ? day.isPublicHoliday : isSchoolHoliday }
        return holidaysOnTheseWeekdaysOnly ? isWeekday && isHoliday : isWeekday || isHoliday
    }
}

extension DateSpan {
    func contains(_ date: CalendarDate) -> Bool {
        let first = (from.year ?? date.year, from.month, from.day ?? 1)
        let last = (to.year ?? date.year, to.month, to.day ?? 31)
        let day = (date.year, date.month, date.day)
        // Without a year, `Dec 24-Jan 1` is the year's end and its beginning.
        return first <= last ? first <= day && day <= last : day >= first || day <= last
    }
}

extension WeekSpan {
    func contains(_ week: Int) -> Bool { (from...to).contains(week) && (week - from) % step == 0 }
}

extension WeekdaySpan {
    func contains(_ day: DayFacts) -> Bool {
        let isDay = from <= to ? (from...to).contains(day.weekday) : day.weekday >= from || day.weekday <= to
        return isDay
            && (occurrences.isEmpty
                || occurrences.contains { $0.contains(day.occurrence) || $0.contains(day.occurrenceFromEnd) })
    }
}

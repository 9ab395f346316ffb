/// The days on which a rule applies: all its parts must hold; an empty part holds on every day.
package struct DaySelector: Sendable, Hashable {
    package let years: [ClosedRange<Int>]
    package let dates: [DateSpan]
    package let weeks: [WeekSpan]
    package let weekdays: [WeekdaySpan]
    package let holidays: [Holiday]
    /// Between holidays and weekdays: `PH,Mo-Fr` is either, `SH Mo-Fr` is both at once.
    package let holidaysOnTheseWeekdaysOnly: Bool

    package static let everyDay = DaySelector()

    init(
        years: [ClosedRange<Int>] = [], dates: [DateSpan] = [], weeks: [WeekSpan] = [], weekdays: [WeekdaySpan] = [],
        holidays: [Holiday] = [], holidaysOnTheseWeekdaysOnly: Bool = false
    ) {
        self.years = years
        self.dates = dates
        self.weeks = weeks
        self.weekdays = weekdays
        self.holidays = holidays
        self.holidaysOnTheseWeekdaysOnly = holidaysOnTheseWeekdaysOnly
    }

    /// Whether nothing but the day of the week decides.
    package var isWeekly: Bool {
        years.isEmpty && dates.isEmpty && weeks.isEmpty && holidays.isEmpty
            && weekdays.allSatisfy { $0.occurrences.isEmpty }
    }

    package enum Holiday: String, Sendable, Hashable {
        /// Public holidays.
        case publicDay = "PH"
        /// School holidays.
        case school = "SH"
    }
}

/// `Jul-Aug`, `Dec 24-Jan 1`, `2026 May 1`: days of the year, both ends included. Without a year it comes back every
/// year, and may pass over its end.
package struct DateSpan: Sendable, Hashable {
    package let from: Point
    package let to: Point

    package struct Point: Sendable, Hashable {
        /// Both ends have one, or neither.
        package let year: Int?
        package let month: Int
        /// Nil for the whole month.
        package let day: Int?
    }
}

/// `week 1-53/2`: weeks of ISO 8601, each `step`-th from the first.
package struct WeekSpan: Sendable, Hashable {
    package let from: Int
    package let to: Int
    package let step: Int
}

/// `Mo-Fr`, `Sa-Mo` or `Mo[1,-1]`.
package struct WeekdaySpan: Sendable, Hashable {
    /// Monday is 1, Sunday 7; a span whose end is before its beginning passes over Sunday.
    package let from: Int
    package let to: Int
    /// Of a single weekday: which of the month's, 1 to 5 from its beginning, -1 to -5 from its end; empty for all.
    package let occurrences: [ClosedRange<Int>]
}

/// The words of the grammar, which are English everywhere.
enum OpeningWords {
    static let weekdays = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
    static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}

/// The codes of the vocabulary `age_band`, as ages in whole years.
package enum AgeBand {
    package static let minors: Set = ["moins-16", "16-17"]
    /// The person has not said.
    static let unknown = "non-communique"

    package static func isKnown(_ band: String?) -> Bool { band.map { $0 != unknown } ?? false }

    /// Nobody has lived longer than a little more than this (years).
    private static let longestLife = 120

    private static let bands = [
        ("moins-16", 15), ("16-17", 17), ("18-25", 25), ("26-30", 30), ("31-44", 44), ("45-54", 54),
    ]

    /// Of somebody born on one day, on another.
    package static func of(born birth: CalendarDate, on day: CalendarDate) -> String {
        let hadBirthday = (day.month, day.day) >= (birth.month, birth.day)
        let age = day.year - birth.year - (hadBirthday ? 0 : 1)
        return bands.first { age <= $0.1 }?.0 ?? "55-plus"
    }

    /// The days on which people who live may have been born.
    static func births(on day: CalendarDate) -> ClosedRange<CalendarDate> {
        let year = day.year - longestLife
        // The 29th of February is not in every year.
        let first =
            CalendarDate(year: year, month: day.month, day: day.day)
            ?? CalendarDate(year: year, month: day.month, day: 28)
        return (first ?? day)...day
    }
}

package import Foundation

/// The day as people in metropolitan France have it.
package enum ParisClock {
    package static var today: CalendarDate { day(of: Date()) }

    package static func day(of instant: Date) -> CalendarDate {
        let parts = calendar.dateComponents([.year, .month, .day], from: instant)
        guard let date = CalendarDate(year: parts.year ?? 0, month: parts.month ?? 0, day: parts.day ?? 0) else {
            preconditionFailure("the Gregorian calendar gives days that exist")
        }
        return date
    }

    /// The instant at which a day begins.
    package static func start(of day: CalendarDate) -> Date {
        let parts = DateComponents(year: day.year, month: day.month, day: day.day)
        guard let instant = calendar.date(from: parts) else {
            preconditionFailure("the Gregorian calendar has every day that exists")
        }
        return instant
    }

    package static let zone: TimeZone = {
        guard let paris = TimeZone(identifier: "Europe/Paris") else {
            preconditionFailure("the time zone data base lacks Europe/Paris: install tzdata")
        }
        return paris
    }()

    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        return calendar
    }()
}

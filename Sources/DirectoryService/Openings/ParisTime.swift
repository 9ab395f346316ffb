import Foundation
import Schema

/// Between instants and the wall clocks of metropolitan France.
enum ParisTime {
    /// A minute of a day, as a clock on a wall shows it.
    struct Wall: Sendable, Hashable {
        /// Since 1970.
        let day: Int
        let minute: Int
    }

    static func wall(at instant: Date) -> Wall {
        let seconds = Int(instant.timeIntervalSince1970.rounded(.down)) + zone.secondsFromGMT(for: instant)
        let day = seconds >= 0 ? seconds / 86_400 : -((86_399 - seconds) / 86_400)
        return Wall(day: day, minute: (seconds - day * 86_400) / 60)
    }

    /// One stretch of a day during which clocks run on: all of it, or one of two where the clocks change.
    struct Stretch: Sendable, Equatable {
        /// Minutes of the wall clock.
        let minutes: Range<Int>
        /// Seconds since 1970 at the day's minute 0, by this stretch's clock.
        let origin: Int

        func instant(_ minute: Int) -> Date { Date(timeIntervalSince1970: Double(origin + minute * 60)) }
    }

    /// The day's stretches in order. When summer time ends, the hour from 02:00 is in both; when it begins, in none.
    static func stretches(ofDay day: Int) -> [Stretch] {
        let start = midnight(day)
        let end = midnight(day + 1)
        let before = zone.secondsFromGMT(for: start)
        let first = Stretch(minutes: 0..<TimeSpan.minutesOfDay, origin: day * 86_400 - before)
        guard let change = zone.nextDaylightSavingTimeTransition(after: start), change < end else { return [first] }
        let after = zone.secondsFromGMT(for: change)
        let last = (Int(change.timeIntervalSince1970) - first.origin) / 60
        let next = last + (after - before) / 60
        return [
            Stretch(minutes: 0..<last, origin: first.origin),
            Stretch(minutes: next..<TimeSpan.minutesOfDay, origin: day * 86_400 - after),
        ]
    }

    /// The instant at which the day begins: Paris never changes its clocks at midnight.
    static func midnight(_ day: Int) -> Date {
        let utc = Date(timeIntervalSince1970: Double(day * 86_400))
        let near = utc.addingTimeInterval(-Double(zone.secondsFromGMT(for: utc)))
        return utc.addingTimeInterval(-Double(zone.secondsFromGMT(for: near)))
    }

    private static let zone = ParisClock.zone
}

package import Foundation
import Schema

/// When applications close: to the minute, in the region's own time.
package struct Deadline: Sendable, Equatable {
    /// As the specification has it, `2020-07-31T16:00`.
    package let localTime: String
    /// An IANA name, `Europe/Paris`.
    package let timeZone: String
    /// The same moment; an application after it is late.
    package let instant: Date
    package let quote: String

    /// Reads `closes_at`, `time_zone` and `closes_at_quote` of a label: all three, or none.
    init?(_ object: ObjectReader) {
        let localTime = object.nullable("closes_at", .text(1...40))
        let zone = object.nullable("time_zone", .text(1...40))
        let quote = object.nullable("closes_at_quote", .text(1...200))
        let values = [("closes_at", localTime), ("time_zone", zone), ("closes_at_quote", quote)]
        if values.contains(where: { $0.1 != nil }) {
            for (name, value) in values where value == nil { _ = object.required(name, .text(1...200)) }
        }
        guard let localTime, let zone, let quote else { return nil }
        guard let timeZone = TimeZone(identifier: zone), zone.contains("/") else {
            object.report(.format("un fuseau comme Europe/Paris", "a time zone such as Europe/Paris"), at: "time_zone")
            return nil
        }
        guard let instant = Self.instant(of: localTime, in: timeZone) else {
            object.report(.format("AAAA-MM-JJThh:mm", "YYYY-MM-DDThh:mm"), at: "closes_at")
            return nil
        }
        (self.localTime, self.timeZone, self.instant, self.quote) = (localTime, zone, instant, quote)
    }

    /// Nil for a text of another form, and for an hour that a change of clocks leaves out.
    package static func instant(of text: String, in timeZone: TimeZone) -> Date? {
        let parts = text.split(separator: "T", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let day = CalendarDate(text: parts[0]), parts[1].utf8.count == 5 else { return nil }
        // The strict reader of instants knows hours and minutes; only the zone is not its own.
        guard RFC3339.parse("\(text):00Z") != nil else { return nil }
        let clock = parts[1].split(separator: ":").compactMap { Int($0) }
        guard clock.count == 2 else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        let wanted = DateComponents(year: day.year, month: day.month, day: day.day, hour: clock[0], minute: clock[1])
        guard let instant = calendar.date(from: wanted) else { return nil }
        let found = calendar.dateComponents([.day, .hour, .minute], from: instant)
        guard found.day == day.day, found.hour == clock[0], found.minute == clock[1] else { return nil }
        return instant
    }
}

import Charters
import Foundation
import Schema

/// The days of a call: those of the zone in which its opening and its closing are told. Whatever of a call depends on a
/// day (its steps, its results, what its records are judged by) goes by them.
struct CallClock: Sendable {
    let zone: TimeZone

    init(of procedure: LabelProcedure) {
        zone = procedure.deadline.flatMap { TimeZone(identifier: $0.timeZone) } ?? ParisClock.zone
    }

    /// Where no call says otherwise.
    static let paris = CallClock(zone: ParisClock.zone)

    private init(zone: TimeZone) { self.zone = zone }

    func day(of instant: Date) -> CalendarDate {
        let seconds = instant.timeIntervalSince1970 + Double(zone.secondsFromGMT(for: instant))
        guard let day = CalendarDate(daysSinceEpoch: Int((seconds / 86_400).rounded(.down))) else {
            preconditionFailure("the database gives instants of this era")
        }
        return day
    }

    /// The instant at which a day begins.
    func start(of day: CalendarDate) -> Date {
        let utc = Date(timeIntervalSince1970: Double(day.daysSinceEpoch) * 86_400)
        let near = utc.addingTimeInterval(-Double(zone.secondsFromGMT(for: utc)))
        return utc.addingTimeInterval(-Double(zone.secondsFromGMT(for: near)))
    }
}

import Foundation
import Schema

/// Opening hours where and when they hold: with the place's holidays and the announced closures.
struct Schedule: Sendable, Hashable {
    let hours: OpeningHours
    let calendar: LocalCalendar
    /// Days (since 1970) on which it is closed whatever its hours say.
    let closures: [ClosedRange<Int>]

    init(_ hours: OpeningHours, in calendar: LocalCalendar, closures: [ClosedRange<Int>] = []) {
        self.hours = hours
        self.calendar = calendar
        self.closures = closures
    }

    /// How far ahead ``nextChange(after:)`` looks.
    static let horizon = 366

    func isClosed(onDay day: Int) -> Bool { closures.contains { $0.contains(day) } }

    /// The rules that hold on a day and on its eve: days that have the same are the same.
    private struct Matches: Hashable {
        let today: RuleMatches
        let eve: RuleMatches
    }

    /// Nil where it is closed whatever the rules say.
    private func matches(ofDay day: Int) -> Matches? {
        guard !isClosed(onDay: day), let today = calendar.facts(ofDay: day), let eve = calendar.facts(ofDay: day - 1)
        else { return nil }
        // What a closed eve would have kept open past midnight does not happen.
        let yesterday = isClosed(onDay: day - 1) ? RuleMatches(inTerm: 0, inHolidays: 0) : hours.matches(eve)
        return Matches(today: hours.matches(today), eve: yesterday)
    }

    func plan(ofDay day: Int) -> DayPlan { plan(of: matches(ofDay: day)) }

    private func plan(of matches: Matches?) -> DayPlan {
        matches.map { hours.plan(of: $0.today, after: $0.eve) } ?? .closed
    }

    /// A search asks this of many: of one minute it costs as much as there are rules.
    func state(at wall: ParisTime.Wall) -> OpeningHours.State {
        guard let matches = matches(ofDay: wall.day) else { return .closed }
        let minute = hours.plan(of: matches.today, after: matches.eve, in: wall.minute..<wall.minute + 1)
        return hours.state(minute.minutes[0])
    }

    func state(at instant: Date) -> OpeningHours.State { state(at: ParisTime.wall(at: instant)) }

    func isOpen(at instant: Date) -> Bool { state(at: instant) == .open }

    /// The instant at which the state becomes another; nil where it does not within ``horizon`` days.
    func nextChange(after instant: Date) -> Date? {
        let present = state(at: instant)
        let day = ParisTime.wall(at: instant).day
        // Most days of a year are alike, and whether the state changes on one is found out once.
        var changes: [Matches?: Bool] = [:]
        for day in day...(day + Self.horizon) {
            let matches = matches(ofDay: day)
            let isChange = changes[matches] ?? plan(of: matches).minutes.contains { hours.state($0) != present }
            changes[matches] = isChange
            guard isChange else { continue }
            for opening in openings(ofDay: day) where opening.state != present && opening.to > instant {
                return max(opening.from, instant)
            }
        }
        return nil
    }

    /// Times during which it is open, or may be, in order and without overlap, cut at both ends. What goes on past
    /// midnight is one; so are openings that follow one another with the same words.
    func openings(from start: Date, to end: Date) -> [Opening] {
        guard start < end else { return [] }
        var found: [Opening] = []
        for day in ParisTime.wall(at: start).day...ParisTime.wall(at: end).day {
            for opening in openings(ofDay: day) where opening.state != .closed {
                guard opening.from < end, opening.to > start else { continue }
                let part = opening.clamped(from: start, to: end)
                if let last = found.last, last.to == part.from, last.saysTheSame(as: part) {
                    found[found.count - 1].to = part.to
                } else {
                    found.append(part)
                }
            }
        }
        return found
    }

    /// The whole day in pieces of one state each, closed ones included.
    private func openings(ofDay day: Int) -> [Opening] {
        let minutes = plan(ofDay: day).minutes
        return ParisTime.stretches(ofDay: day).flatMap { stretch in
            var found: [Opening] = []
            var start = stretch.minutes.lowerBound
            while start < stretch.minutes.upperBound {
                var end = start + 1
                while end < stretch.minutes.upperBound, minutes[end] == minutes[start] { end += 1 }
                found.append(
                    Opening(
                        from: stretch.instant(start), to: stretch.instant(end), state: hours.state(minutes[start]),
                        comment: hours.comment(minutes[start]), needsSchoolCalendar: minutes[start] == DayPlan.undecided
                    ))
                start = end
            }
            return found
        }
    }
}

/// A time during which something is open, or may be.
struct Opening: Sendable, Equatable {
    var from: Date
    var to: Date
    let state: OpeningHours.State
    let comment: String?
    /// Unknown only because nobody knows whether these are school holidays.
    let needsSchoolCalendar: Bool

    func clamped(from start: Date, to end: Date) -> Opening {
        var part = self
        part.from = max(from, start)
        part.to = min(to, end)
        return part
    }

    func saysTheSame(as other: Opening) -> Bool {
        state == other.state && comment == other.comment && needsSchoolCalendar == other.needsSchoolCalendar
    }
}

extension Closure {
    /// Days since 1970.
    var days: ClosedRange<Int> { from.daysSinceEpoch...to.daysSinceEpoch }
}

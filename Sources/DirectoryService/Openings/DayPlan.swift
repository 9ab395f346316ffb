import Schema

/// One day of opening hours, or a part of it, minute by minute of its wall clock.
struct DayPlan: Sendable, Equatable {
    /// What holds at each of the 1,440 minutes, or of the part: a rule's index plus 1, ``nothing`` or ``undecided``.
    fileprivate(set) var minutes: [UInt8]

    static let nothing: UInt8 = 0
    /// The rules' answer depends on a school calendar that nobody knows.
    static let undecided: UInt8 = .max
    static let closed = DayPlan(minutes: [UInt8](repeating: nothing, count: TimeSpan.minutesOfDay))
}

/// Which of the rules hold on a day, as bits by their index, with and without school holidays.
struct RuleMatches: Sendable, Hashable {
    var inTerm: UInt64
    var inHolidays: UInt64
}

extension OpeningHours {
    /// Equal bits where the school calendar is known or does not matter.
    func matches(_ day: DayFacts) -> RuleMatches {
        func bits(_ isSchoolHoliday: Bool) -> UInt64 {
            var bits: UInt64 = 0
            for (index, rule) in rules.enumerated()
            where rule.days.matches(day, isSchoolHoliday: day.isSchoolHoliday ?? isSchoolHoliday) {
                bits |= 1 << UInt64(index)
            }
            return bits
        }
        let inTerm = bits(false)
        return RuleMatches(inTerm: inTerm, inHolidays: day.isSchoolHoliday == nil ? bits(true) : inTerm)
    }

    /// A day's plan from the rules that hold on it and on its eve, whose hours may go on past midnight.
    ///
    /// - Parameter window: minutes of the day: no minute depends on another, and who asks of one waits for one.
    func plan(
        of today: RuleMatches, after eve: RuleMatches, in window: Range<Int> = 0..<TimeSpan.minutesOfDay
    ) -> DayPlan {
        var plan = plan(today.inTerm, eve.inTerm, window)
        // A school calendar that nobody knows: where the possible days differ, nothing is said.
        for (today, eve) in [
            (today.inTerm, eve.inHolidays), (today.inHolidays, eve.inTerm), (today.inHolidays, eve.inHolidays),
        ] where (today, eve) != (plan.source.today, plan.source.eve) {
            plan.keepWhatEquals(self.plan(today, eve, window), of: self)
        }
        return plan.day
    }

    private struct Painted {
        var day: DayPlan
        let source: (today: UInt64, eve: UInt64)

        mutating func keepWhatEquals(_ other: Painted, of hours: OpeningHours) {
            for minute in day.minutes.indices where day.minutes[minute] != other.day.minutes[minute] {
                if hours.state(day.minutes[minute]) != hours.state(other.day.minutes[minute]) {
                    day.minutes[minute] = DayPlan.undecided
                }
            }
        }
    }

    /// Paints the rules over one another in their order.
    private func plan(_ today: UInt64, _ eve: UInt64, _ window: Range<Int>) -> Painted {
        let closed = [UInt8](repeating: DayPlan.nothing, count: window.count)
        var minutes = closed
        for (index, rule) in rules.enumerated() {
            let mark = UInt8(index + 1)
            func paint(_ range: Range<Int>) {
                for minute in range.clamped(to: window) {
                    let place = minute - window.lowerBound
                    if rule.separator != .fallback || state(minutes[place]) == .closed { minutes[place] = mark }
                }
            }
            if today >> UInt64(index) & 1 == 1 {
                if rule.separator == .normal, rule.state != .closed { minutes = closed }
                if rule.spans.isEmpty { paint(0..<TimeSpan.minutesOfDay) }
                for span in rule.spans { paint(span.from..<span.to) }
            }
            if eve >> UInt64(index) & 1 == 1 {
                for span in rule.spans where span.to > TimeSpan.minutesOfDay {
                    paint(0..<span.to - TimeSpan.minutesOfDay)
                }
            }
        }
        return Painted(day: DayPlan(minutes: minutes), source: (today, eve))
    }

    /// The state that a mark of a plan stands for.
    func state(_ mark: UInt8) -> State {
        switch mark {
        case DayPlan.nothing: .closed
        case DayPlan.undecided: .unknown
        default: rules[Int(mark) - 1].state
        }
    }

    /// What the mark's rule adds in words.
    func comment(_ mark: UInt8) -> String? {
        mark == DayPlan.nothing || mark == DayPlan.undecided ? nil : rules[Int(mark) - 1].comment
    }
}

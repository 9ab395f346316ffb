import Schema

/// The 96 quarter-hours of a day.
struct QuarterBits: Sendable, Equatable {
    fileprivate var open: UInt128 = 0
    /// Quarters of which one bit cannot tell.
    fileprivate var mixed: UInt128 = 0

    func isOpen(minute: Int) -> Bool? {
        let bit: UInt128 = 1 << UInt128(minute / 15)
        return mixed & bit != 0 ? nil : open & bit != 0
    }
}

/// Makes the quarter-hours of the days of some opening hours.
struct QuarterPainter {
    private let hours: OpeningHours
    /// Whether everything begins and ends on a quarter: then a day is painted by quarters, which takes a hundredth of
    /// the time that its minutes do.
    private let isByQuarters: Bool

    init(_ hours: OpeningHours) {
        self.hours = hours
        isByQuarters = hours.rules.allSatisfy { rule in
            rule.spans.allSatisfy { $0.from % 15 == 0 && $0.to % 15 == 0 }
        }
    }

    func bits(of today: RuleMatches, after eve: RuleMatches) -> QuarterBits {
        let isKnown = today.inTerm == today.inHolidays && eve.inTerm == eve.inHolidays
        return isByQuarters && isKnown
            ? painted(today.inTerm, eve.inTerm) : counted(hours.plan(of: today, after: eve))
    }

    /// As ``OpeningHours/plan(of:after:)`` paints minutes.
    private func painted(_ today: UInt64, _ eve: UInt64) -> QuarterBits {
        var bits = QuarterBits()
        for (index, rule) in hours.rules.enumerated() {
            if today >> UInt64(index) & 1 == 1 {
                if rule.separator == .normal, rule.state != .closed { bits = QuarterBits() }
                if rule.spans.isEmpty { bits.paint(0..<96, rule) }
                for span in rule.spans { bits.paint(span.from / 15..<min(span.to / 15, 96), rule) }
            }
            if eve >> UInt64(index) & 1 == 1 {
                for span in rule.spans where span.to > TimeSpan.minutesOfDay { bits.paint(0..<span.to / 15 - 96, rule) }
            }
        }
        return bits
    }

    private func counted(_ plan: DayPlan) -> QuarterBits {
        var bits = QuarterBits()
        for quarter in 0..<96 {
            let minutes = plan.minutes[quarter * 15..<quarter * 15 + 15]
            let first = plan.minutes[quarter * 15]
            let state = hours.state(first)
            if state == .unknown || !minutes.allSatisfy({ $0 == first || hours.state($0) == state }) {
                bits.mixed |= 1 << UInt128(quarter)
            } else if state == .open {
                bits.open |= 1 << UInt128(quarter)
            }
        }
        return bits
    }
}

extension QuarterBits {
    /// What the rule says of these quarters is said of them from now on; a fallback speaks only where nothing was said.
    fileprivate mutating func paint(_ quarters: Range<Int>, _ rule: OpeningHours.Rule) {
        var mask: UInt128 = (1 << UInt128(quarters.upperBound)) - (1 << UInt128(quarters.lowerBound))
        if rule.separator == .fallback { mask &= ~(open | mixed) }
        open &= ~mask
        mixed &= ~mask
        switch rule.state {
        case .open: open |= mask
        case .unknown: mixed |= mask
        case .closed: break
        }
    }
}

import Schema

/// What counts as a half-day of service: Normandie asks for «un minimum de service dédié de deux jours et demi ou cinq
/// demi-journées sur la semaine», so a day is two of them, and gives no hours. Here a half-day is a morning (before
/// `noon`) or an afternoon (from it on) with at least `minimum` minutes open, together or in parts.
struct HalfDayRule: Sendable, Hashable {
    /// Minute of the day.
    var noon = 13 * 60
    /// Minutes. Two hours: the shortest sitting that a public reception usually announces; no text sets another.
    var minimum = 120

    /// In one day's plan. Only what is surely open counts.
    func count(in plan: DayPlan, of hours: OpeningHours) -> Int {
        count(openIn: plan.minutes.map { hours.state($0) == .open })
    }

    /// - Parameter open: of each minute of a day, whether it is open.
    func count(openIn open: [Bool]) -> Int {
        [open[..<noon], open[noon...]].count { half in half.count { $0 } >= minimum }
    }
}

extension OpeningHours {
    /// The half-days of service in a week without holidays and closures, from Monday to Sunday; nil where the date
    /// decides about openings, so that no week is the usual one.
    func usualHalfDays(by rule: HalfDayRule = HalfDayRule()) -> Int? {
        if rules.contains(where: { $0.state != .closed && $0.days.isDated }) { return nil }
        return (1...7).reduce(0) { count, weekday in
            let eve = plainMatches(weekday: weekday == 1 ? 7 : weekday - 1)
            return count + rule.count(in: plan(of: plainMatches(weekday: weekday), after: eve), of: self)
        }
    }
}

extension DaySelector {
    /// Whether more than the day of the week and holidays decides.
    fileprivate var isDated: Bool {
        !years.isEmpty || !dates.isEmpty || !weeks.isEmpty || weekdays.contains { !$0.occurrences.isEmpty }
    }
}

extension Schedule {
    /// The half-days of service in the ISO week (Monday to Sunday) that holds the day; nil where every day of it is
    /// closed by announcement, as such a week is not counted.
    func halfDays(inWeekOf day: Int, by rule: HalfDayRule = HalfDayRule()) -> Int? {
        let monday = day - DayFacts.weekday(day) + 1
        let week = monday..<monday + 7
        if week.allSatisfy(isClosed) { return nil }
        return week.reduce(0) { $0 + rule.count(in: plan(ofDay: $1), of: hours) }
    }
}

extension OpeningHours {
    /// The one spelling of these hours: what it parses to is equal to them.
    package var text: String {
        var text = ""
        for (index, rule) in rules.enumerated() {
            if index > 0 {
                switch rule.separator {
                case .normal: text += "; "
                case .additional: text += ", "
                case .fallback: text += " || "
                }
            }
            text += rule.text
        }
        return text
    }
}

extension OpeningHours.Rule {
    fileprivate var text: String {
        var parts = days.parts
        if !spans.isEmpty { parts.append(spans.map(\.text).joined(separator: ",")) }
        if parts.isEmpty, state == .open { parts.append("24/7") }
        switch (state, comment) {
        case (.open, nil): break
        case (.open, let comment?): parts.append("open \"\(comment)\"")
        case (.closed, let comment): parts.append("off" + (comment.map { " \"\($0)\"" } ?? ""))
        case (.unknown, nil): parts.append("unknown")
        case (.unknown, let comment?): parts.append("\"\(comment)\"")
        }
        return parts.joined(separator: " ")
    }
}

extension DaySelector {
    /// Selectors in the grammar's order.
    fileprivate var parts: [String] {
        var parts: [String] = []
        if !years.isEmpty { parts.append(years.map { range($0.lowerBound, $0.upperBound) }.joined(separator: ",")) }
        if !dates.isEmpty { parts.append(dates.map(\.text).joined(separator: ",")) }
        if !weeks.isEmpty { parts.append("week " + weeks.map(\.text).joined(separator: ",")) }
        let days = weekdays.map(\.text)
        let free = holidays.map(\.rawValue)
        if holidaysOnTheseWeekdaysOnly {
            parts += [free.joined(separator: ","), days.joined(separator: ",")]
        } else if !days.isEmpty || !free.isEmpty {
            parts.append((days + free).joined(separator: ","))
        }
        return parts
    }
}

private func range(_ first: Int, _ last: Int) -> String { first == last ? "\(first)" : "\(first)-\(last)" }

extension DateSpan {
    fileprivate var text: String {
        if from == to { return from.text }
        // The year of months stands once, before the first.
        return from.text + "-" + (from.day == nil ? OpeningWords.months[to.month - 1] : to.text)
    }
}

extension DateSpan.Point {
    fileprivate var text: String {
        (year.map { "\($0) " } ?? "") + OpeningWords.months[month - 1] + (day.map { " " + padded($0, 2) } ?? "")
    }
}

extension WeekSpan {
    fileprivate var text: String {
        padded(from, 2) + (to == from ? "" : "-" + padded(to, 2)) + (step == 1 ? "" : "/\(step)")
    }
}

extension WeekdaySpan {
    fileprivate var text: String {
        let first = OpeningWords.weekdays[from - 1]
        guard occurrences.isEmpty else {
            return first + "[" + occurrences.map { range($0.lowerBound, $0.upperBound) }.joined(separator: ",") + "]"
        }
        return to == from ? first : first + "-" + OpeningWords.weekdays[to - 1]
    }
}

extension TimeSpan {
    fileprivate var text: String {
        // The next day's hour, unless that would be at or after the first: `10:00-34:00` lasts a whole day.
        let end = to > Self.minutesOfDay && to - Self.minutesOfDay < from ? to - Self.minutesOfDay : to
        return clock(from) + "-" + clock(end)
    }

    private func clock(_ minutes: Int) -> String { padded(minutes / 60, 2) + ":" + padded(minutes % 60, 2) }
}

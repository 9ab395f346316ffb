package import Foundation

/// A calendar period of figures, in the days of metropolitan France: `2026`, `2026-Q3` or `2026-10`.
package struct Period: Sendable, Hashable, Comparable {
    /// By its number of months.
    package enum Length: Int, Sendable, Hashable, CaseIterable {
        case year = 12
        case quarter = 3
        case month = 1
    }

    package let year: Int
    package let firstMonth: Int
    package let length: Length

    private init(_ length: Length, from firstMonth: Int, of year: Int) {
        (self.length, self.firstMonth, self.year) = (length, firstMonth, year)
    }

    /// The period of that length in which a day lies.
    package init(_ length: Length, of day: CalendarDate) {
        self.init(length, from: (day.month - 1) / length.rawValue * length.rawValue + 1, of: day.year)
    }

    /// Years from 1900 to 2199, so that every day of it exists for all who count.
    package init?(text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Array($0.utf8) }
        guard parts[0].count == 4, let year = decimal(parts[0]), (1900...2199).contains(year) else { return nil }
        switch parts.count {
        case 1: self.init(.year, from: 1, of: year)
        case 2 where parts[1].count == 2 && parts[1][0] == UInt8(ascii: "Q"):
            guard let quarter = decimal(parts[1].dropFirst()), (1...4).contains(quarter) else { return nil }
            self.init(.quarter, from: quarter * 3 - 2, of: year)
        case 2 where parts[1].count == 2:
            guard let month = decimal(parts[1]), (1...12).contains(month) else { return nil }
            self.init(.month, from: month, of: year)
        default: return nil
        }
    }

    package var text: String {
        switch length {
        case .year: padded(year, 4)
        case .quarter: "\(padded(year, 4))-Q\((firstMonth + 2) / 3)"
        case .month: "\(padded(year, 4))-\(padded(firstMonth, 2))"
        }
    }

    /// The longer (or same) period that holds this one.
    package func within(_ length: Length) -> Period {
        Period(length, from: (firstMonth - 1) / length.rawValue * length.rawValue + 1, of: year)
    }

    /// The shorter (or same) periods that make it up, in order.
    package func parts(_ length: Length) -> [Period] {
        stride(from: firstMonth, to: firstMonth + self.length.rawValue, by: length.rawValue)
            .map { Period(length, from: $0, of: year) }
    }

    /// When its first day begins.
    package var start: Date { ParisClock.start(of: Self.firstDay(of: firstMonth, year)) }

    /// When the day after its last begins.
    package var end: Date {
        let next = firstMonth + length.rawValue
        return ParisClock.start(of: next > 12 ? Self.firstDay(of: 1, year + 1) : Self.firstDay(of: next, year))
    }

    /// In the order of their beginnings, the longer first.
    package static func < (left: Period, right: Period) -> Bool {
        (left.year, left.firstMonth, right.length.rawValue) < (right.year, right.firstMonth, left.length.rawValue)
    }

    private static func firstDay(of month: Int, _ year: Int) -> CalendarDate {
        guard let day = CalendarDate(year: year, month: month, day: 1) else {
            preconditionFailure("every month has a first day")
        }
        return day
    }
}

extension TextRule where Value == Period {
    package static let period = TextRule { text throws(Flaw) in
        guard let period = Period(text: text) else {
            throw .format("AAAA, AAAA-Q1 à AAAA-Q4 ou AAAA-MM", "YYYY, YYYY-Q1 to YYYY-Q4 or YYYY-MM")
        }
        return period
    }
}

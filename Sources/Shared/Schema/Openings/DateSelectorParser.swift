/// `[ <year_selector> ] [ <monthday_selector> ]`: years, months and days of the year.
struct DateSelectorParser {
    private(set) var scanner: OpeningHoursScanner

    private static let years = 2000...2099

    init(scanner: OpeningHoursScanner) { self.scanner = scanner }

    /// `2026`, `2026-2027`, `2026,2028`; nothing where a year belongs to a single date.
    mutating func years() throws(OpeningHoursFlaw) -> [ClosedRange<Int>] {
        guard scanner.digits == 4 else { return [] }
        let before = scanner
        var years: [ClosedRange<Int>] = []
        repeat {
            let start = scanner.offset
            let first = try year()
            var last = first
            if scanner.take("-") { last = try year() }
            if scanner.isNext("/") { throw scanner.flaw(.yearStep) }
            if scanner.isNext("+") { throw scanner.flaw(.openEnd) }
            guard first <= last else { throw scanner.flaw(.dateOrder, at: start) }
            years.append(first...last)
        } while scanner.digits(after: ",") == 4 && scanner.take(",")
        guard scanner.take(" ") else { return years }
        scanner.skipBlanks()
        if years.count == 1, years[0].count == 1, isMonth {
            // `2026 May 1`: the date's own year.
            scanner = before
            return []
        }
        return years
    }

    private mutating func year() throws(OpeningHoursFlaw) -> Int {
        let start = scanner.offset
        guard let year = scanner.takeNumber(digits: 4...4), Self.years.contains(year) else {
            throw scanner.flaw(.year, at: start)
        }
        return year
    }

    private var isMonth: Bool { OpeningWords.months.contains { scanner.isNext($0) } }

    mutating func dates(under years: [ClosedRange<Int>]) throws(OpeningHoursFlaw) -> [DateSpan] {
        if scanner.isNext("easter") { throw scanner.flaw(.variableDate) }
        guard isMonth || scanner.digits == 4 else { return [] }
        var dates: [DateSpan] = []
        repeat {
            let start = scanner.offset
            let span = try dateSpan()
            if let first = dates.first, (first.from.year == nil) != (span.from.year == nil) {
                throw scanner.flaw(.mixedYears, at: start)
            }
            if !years.isEmpty {
                guard span.from.year == nil else { throw scanner.flaw(.mixedYears, at: start) }
                guard !span.passesNewYear else { throw scanner.flaw(.yearsOverNewYear, at: start) }
            }
            dates.append(span)
        } while scanner.takeListComma()
        return dates
    }

    private mutating func dateSpan() throws(OpeningHoursFlaw) -> DateSpan {
        let start = scanner.offset
        let from = try point()
        if scanner.isNext("+") { throw scanner.flaw(.openEnd) }
        guard scanner.take("-") else { return DateSpan(from: from, to: from) }
        if scanner.isNext("easter") { throw scanner.flaw(.variableDate) }
        var to: DateSpan.Point
        if from.day != nil, scanner.digits == 2 || scanner.digits == 1 {
            to = DateSpan.Point(year: from.year, month: from.month, day: try dayOfMonth(from.month, from.year))
            guard (from.day ?? 0) <= (to.day ?? 0) else { throw scanner.flaw(.dateOrder, at: start) }
        } else {
            to = try point()
        }
        guard (from.day == nil) == (to.day == nil) else { throw scanner.flaw(.dayOfMonth, at: start) }
        return try span(from, to, start)
    }

    private func span(
        _ from: DateSpan.Point, _ to: DateSpan.Point, _ start: Int
    ) throws(OpeningHoursFlaw) -> DateSpan {
        guard from.day == nil else { return try daySpan(from, to, start) }
        // `2026 Jul-Aug`: months of one year.
        guard to.year == nil else { throw scanner.flaw(.yearsOverNewYear, at: start) }
        let span = DateSpan(from: from, to: DateSpan.Point(year: from.year, month: to.month, day: nil))
        if from.year != nil, span.passesNewYear { throw scanner.flaw(.yearsOverNewYear, at: start) }
        return span
    }

    private func daySpan(
        _ from: DateSpan.Point, _ to: DateSpan.Point, _ start: Int
    ) throws(OpeningHoursFlaw) -> DateSpan {
        switch (from.year, to.year) {
        case (nil, nil): return DateSpan(from: from, to: to)
        case (nil, _?): throw scanner.flaw(.mixedYears, at: start)
        case (let year?, nil):
            // The end's first occurrence after the beginning.
            let isNextYear = (to.month, to.day ?? 0) < (from.month, from.day ?? 0)
            let end = DateSpan.Point(year: isNextYear ? year + 1 : year, month: to.month, day: to.day)
            guard isDate(end) else { throw scanner.flaw(.dayOfMonth, at: start) }
            return DateSpan(from: from, to: end)
        case (let first?, let last?):
            guard (first, from.month, from.day ?? 0) <= (last, to.month, to.day ?? 0) else {
                throw scanner.flaw(.dateOrder, at: start)
            }
            return DateSpan(from: from, to: to)
        }
    }

    /// `[ <year> ] <month> [ <daynum> ]`
    private mutating func point() throws(OpeningHoursFlaw) -> DateSpan.Point {
        var year: Int?
        if scanner.digits == 4 {
            year = try self.year()
            guard scanner.take(" ") else { throw scanner.flaw(.month) }
            scanner.skipBlanks()
        }
        guard let index = scanner.takeOne(of: OpeningWords.months) else { throw scanner.flaw(.month) }
        var day: Int?
        if scanner.isNext(" "), isDayOfMonthAfterBlank {
            _ = scanner.take(" ")
            day = try dayOfMonth(index + 1, year)
        }
        return DateSpan.Point(year: year, month: index + 1, day: day)
    }

    /// One or two digits after the blank, which are no hour (`Jul 09:00-12:00`).
    private var isDayOfMonthAfterBlank: Bool {
        var ahead = scanner
        _ = ahead.take(" ")
        guard ahead.takeNumber(digits: 1...2) != nil else { return false }
        return !ahead.isNext(":") || ahead.isAfterNext(" ")
    }

    private mutating func dayOfMonth(_ month: Int, _ year: Int?) throws(OpeningHoursFlaw) -> Int {
        let start = scanner.offset
        guard let day = scanner.takeNumber(digits: 1...2),
            isDate(DateSpan.Point(year: year, month: month, day: day))
        else { throw scanner.flaw(.dayOfMonth, at: start) }
        return day
    }

    /// A year that is not named may be a leap year.
    private func isDate(_ point: DateSpan.Point) -> Bool {
        CalendarDate(year: point.year ?? 2000, month: point.month, day: point.day ?? 1) != nil
    }
}

extension DateSpan {
    /// Whether it ends in the year after the one in which it begins, whatever that is.
    var passesNewYear: Bool {
        from.year == nil || from.year == to.year
            ? (to.month, to.day ?? 31) < (from.month, from.day ?? 1) : true
    }
}

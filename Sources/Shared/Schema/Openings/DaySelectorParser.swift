/// `[ <year_selector> ] [ <monthday_selector> ] [ <week_selector> ] [ : ] [ <weekday_selector> ]`: what stands before
/// the hours of a rule. Leaves the scanner on the hours, the modifier or the end.
struct DaySelectorParser {
    private(set) var scanner: OpeningHoursScanner

    init(scanner: OpeningHoursScanner) { self.scanner = scanner }

    mutating func days() throws(OpeningHoursFlaw) -> DaySelector {
        let start = scanner.offset
        var selectors = DateSelectorParser(scanner: scanner)
        let years = try selectors.years()
        scanner = selectors.scanner
        try requireEnd(after: start)
        let dates = try selectors.dates(under: years)
        scanner = selectors.scanner
        try requireEnd(after: start)
        let weeks = try weekSelector()
        try requireEnd(after: start)
        if scanner.offset > start, scanner.take(":") {
            guard scanner.isNext(" ") else { throw scanner.flaw(.unexpected) }
        }
        if scanner.offset > start { try endOfSelector() }
        let (weekdays, holidays, both) = try weekdaySelector()
        return DaySelector(
            years: years, dates: dates, weeks: weeks, weekdays: weekdays, holidays: holidays,
            holidaysOnTheseWeekdaysOnly: both)
    }

    /// Nothing stands right behind a selector but what parts it from the rest.
    private func requireEnd(after start: Int) throws(OpeningHoursFlaw) {
        guard scanner.offset > start, !scanner.isAfterBlank, let next = scanner.next else { return }
        guard " :;,|+".unicodeScalars.contains(next) else { throw scanner.flaw(.unexpected) }
    }

    /// Selectors are parted by one blank; after the last, something else of the rule, or its end.
    private mutating func endOfSelector() throws(OpeningHoursFlaw) {
        if scanner.take(" ") {
            if scanner.isNext("+") || scanner.isNext("-") { throw scanner.flaw(.dayOffset) }
            scanner.skipBlanks()
        } else if scanner.isNext("+") {
            throw scanner.flaw(.openEnd)
        }
    }

    // MARK: Weeks

    private mutating func weekSelector() throws(OpeningHoursFlaw) -> [WeekSpan] {
        var ahead = scanner
        ahead.skipBlanks()
        guard ahead.takeWord("week") else { return [] }
        scanner = ahead
        guard scanner.take(" ") else { throw scanner.flaw(.week) }
        var weeks: [WeekSpan] = []
        repeat {
            let start = scanner.offset
            let from = try week()
            var (to, step) = (from, 1)
            if scanner.take("-") { to = try week() }
            guard from <= to else { throw scanner.flaw(.weekOrder, at: start) }
            if scanner.isNext("/") {
                _ = scanner.take("/")
                let place = scanner.offset
                guard from < to, let number = scanner.takeNumber(digits: 1...2), (1...26).contains(number) else {
                    throw scanner.flaw(.step, at: place)
                }
                step = number
            }
            weeks.append(WeekSpan(from: from, to: to, step: step))
        } while scanner.takeListComma()
        return weeks
    }

    private mutating func week() throws(OpeningHoursFlaw) -> Int {
        let start = scanner.offset
        guard let week = scanner.takeNumber(digits: 1...2), (1...53).contains(week) else {
            throw scanner.flaw(.week, at: start)
        }
        return week
    }

    // MARK: Weekdays and holidays

    /// Weekdays, holidays, both in one list (either holds), or `<holiday_sequence> <space> <weekday_sequence>` (both
    /// hold).
    private mutating func weekdaySelector() throws(OpeningHoursFlaw) -> ([WeekdaySpan], [DaySelector.Holiday], Bool) {
        var weekdays: [WeekdaySpan] = []
        var holidays: [DaySelector.Holiday] = []
        guard isDay else { return ([], [], false) }
        try days(&weekdays, &holidays)
        guard weekdays.isEmpty, scanner.isNext(" ") else {
            if scanner.take(" ") { try endOfWeekdays() }
            return (weekdays, holidays, false)
        }
        _ = scanner.take(" ")
        guard isDay else {
            try endOfWeekdays()
            return ([], holidays, false)
        }
        let start = scanner.offset
        var none: [DaySelector.Holiday] = []
        try days(&weekdays, &none)
        guard none.isEmpty else { throw scanner.flaw(.weekday, at: start) }
        if scanner.take(" ") { try endOfWeekdays() }
        return (weekdays, holidays, true)
    }

    private mutating func endOfWeekdays() throws(OpeningHoursFlaw) {
        if scanner.isNext("+") || scanner.isNext("-") { throw scanner.flaw(.dayOffset) }
        scanner.skipBlanks()
    }

    private var isDay: Bool {
        (OpeningWords.weekdays + ["PH", "SH"]).contains { scanner.isNext($0) }
    }

    private mutating func days(
        _ weekdays: inout [WeekdaySpan], _ holidays: inout [DaySelector.Holiday]
    ) throws(OpeningHoursFlaw) {
        repeat {
            let start = scanner.offset
            if scanner.takeWord("PH") {
                holidays.append(.publicDay)
            } else if scanner.takeWord("SH") {
                holidays.append(.school)
            } else {
                weekdays.append(try weekdaySpan())
            }
            if Set(holidays).count != holidays.count { throw scanner.flaw(.unexpected, at: start) }
        } while scanner.takeListComma()
    }

    private mutating func weekdaySpan() throws(OpeningHoursFlaw) -> WeekdaySpan {
        let from = try weekday()
        if scanner.take("[") {
            var occurrences: [ClosedRange<Int>] = []
            repeat { occurrences.append(try occurrence()) } while scanner.take(",")
            guard scanner.take("]") else { throw scanner.flaw(.occurrence) }
            return WeekdaySpan(from: from, to: from, occurrences: occurrences)
        }
        let to = scanner.take("-") ? try weekday() : from
        if scanner.isNext("[") { throw scanner.flaw(.occurrence) }
        return WeekdaySpan(from: from, to: to, occurrences: [])
    }

    private mutating func weekday() throws(OpeningHoursFlaw) -> Int {
        guard let index = scanner.takeOne(of: OpeningWords.weekdays) else { throw scanner.flaw(.weekday) }
        return index + 1
    }

    /// `1`, `1-2` or `-1`.
    private mutating func occurrence() throws(OpeningHoursFlaw) -> ClosedRange<Int> {
        let start = scanner.offset
        let isFromEnd = scanner.take("-")
        guard let first = scanner.takeNumber(digits: 1...1), (1...5).contains(first) else {
            throw scanner.flaw(.occurrence, at: start)
        }
        if isFromEnd { return -first ... -first }
        guard scanner.take("-") else { return first...first }
        guard let last = scanner.takeNumber(digits: 1...1), (first...5).contains(last) else {
            throw scanner.flaw(.occurrence, at: start)
        }
        return first...last
    }
}

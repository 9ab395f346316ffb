extension OpeningHours {
    /// Reads opening hours strictly: capitals, blanks and two-digit hours as the specification has them. Blanks around
    /// separators of rules may be more or fewer, except that `, ` (rules) is told from `,` (lists) by its blank.
    package init(parsing text: String) throws(OpeningHoursFlaw) {
        var parser = OpeningHoursParser(text)
        self.init(rules: try parser.rules())
    }
}

/// `<rule_sequence> { <any_rule_separator> <rule_sequence> }`
struct OpeningHoursParser {
    private var scanner: OpeningHoursScanner

    init(_ text: String) { scanner = OpeningHoursScanner(text) }

    mutating func rules() throws(OpeningHoursFlaw) -> [OpeningHours.Rule] {
        guard scanner.length <= OpeningHours.maximumLength else {
            throw scanner.flaw(.tooLong, at: OpeningHours.maximumLength)
        }
        scanner.skipBlanks()
        if scanner.isAtEnd { throw scanner.flaw(.empty) }
        var rules: [OpeningHours.Rule] = []
        var separator = OpeningHours.Separator.normal
        repeat {
            guard rules.count < OpeningHours.maximumRules else { throw scanner.flaw(.tooManyRules) }
            rules.append(try rule(after: separator))
            guard let next = try nextSeparator(after: rules[rules.count - 1]) else { return rules }
            separator = next
        } while true
    }

    /// Nil at the end of the text; a last `;` may stand there.
    private mutating func nextSeparator(
        after rule: OpeningHours.Rule
    ) throws(OpeningHoursFlaw) -> OpeningHours.Separator? {
        let end = scanner.offset
        scanner.skipBlanks()
        if scanner.isAtEnd { return nil }
        if scanner.take(";") {
            scanner.skipBlanks()
            return scanner.isAtEnd ? nil : .normal
        }
        if scanner.take("||") {
            scanner.skipBlanks()
            return .fallback
        }
        guard end == scanner.offset, scanner.isNext(",") else { throw unexpected() }
        guard scanner.isAfterNext(" ") else { throw scanner.flaw(.unexpected) }
        // `Mo, We 09:00-12:00` would open all Monday: whoever wrote it meant a list.
        if rule.spans.isEmpty, rule.days != .everyDay, rule.state == .open, rule.comment == nil {
            throw scanner.flaw(.blankInList)
        }
        _ = scanner.take(",")
        scanner.skipBlanks()
        if scanner.digits == 2, !scanner.isNext("24/7") { throw scanner.flaw(.timeAlone) }
        return .additional
    }

    /// `<selector_sequence> <space> <rule_modifier>`, of which one may be absent.
    private mutating func rule(after separator: OpeningHours.Separator) throws(OpeningHoursFlaw) -> OpeningHours.Rule {
        let start = scanner.offset
        var days = DaySelector.everyDay
        var spans: [TimeSpan] = []
        if !scanner.take("24/7") {
            var selectors = DaySelectorParser(scanner: scanner)
            days = try selectors.days()
            scanner = selectors.scanner
            if scanner.offset > start, !scanner.isAfterBlank, scanner.digits > 0 { throw scanner.flaw(.unexpected) }
            spans = try timeSpans()
        }
        let selected = scanner.offset > start
        scanner.skipBlanks()
        if selected, !scanner.isAfterBlank, !isAtRuleEnd { throw unexpected() }
        guard let modifier = try modifier() else {
            guard selected else { throw isAtRuleEnd ? scanner.flaw(.emptyRule) : unexpectedBeginning() }
            return OpeningHours.Rule(separator: separator, days: days, spans: spans, state: .open, comment: nil)
        }
        return OpeningHours.Rule(
            separator: separator, days: days, spans: spans, state: modifier.state, comment: modifier.comment)
    }

    private var isAtRuleEnd: Bool {
        scanner.isAtEnd || scanner.isNext(";") || scanner.isNext("||") || scanner.isNext(",")
    }

    /// `open`, `off`, `closed` or `unknown` with an optional comment; «a comment alone» means `unknown`.
    private mutating func modifier() throws(OpeningHoursFlaw) -> (state: OpeningHours.State, comment: String?)? {
        var state: OpeningHours.State?
        if scanner.takeWord("open") {
            state = .open
        } else if scanner.takeWord("off") || scanner.takeWord("closed") {
            state = .closed
        } else if scanner.takeWord("unknown") {
            state = .unknown
        }
        if state != nil, scanner.isNext(" \"") { scanner.skipBlanks() }
        guard scanner.next == "\"" else { return state.map { ($0, nil) } }
        let comment = try scanner.takeComment()
        if scanner.next == ":" { throw scanner.flaw(.commentBefore) }
        return (state ?? .unknown, comment)
    }

    // MARK: Hours

    /// `<timespan> { , <timespan> }`, or nothing.
    private mutating func timeSpans() throws(OpeningHoursFlaw) -> [TimeSpan] {
        guard scanner.digits > 0 || isVariableTime else { return [] }
        var spans = [try timeSpan()]
        while scanner.takeListComma() { spans.append(try timeSpan()) }
        return spans
    }

    /// `<time> - <extended_time>`: what ends before it begins ends the next day, and so does `26:00`.
    private mutating func timeSpan() throws(OpeningHoursFlaw) -> TimeSpan {
        let start = scanner.offset
        let from = try time()
        if scanner.isNext("+") { throw scanner.flaw(.openEnd) }
        guard scanner.take("-") else { throw scanner.flaw(.pointInTime) }
        var to = try time()
        if scanner.isNext("+") { throw scanner.flaw(.openEnd) }
        if scanner.isNext("/") { throw scanner.flaw(.interval) }
        guard from < TimeSpan.minutesOfDay, to <= 2 * TimeSpan.minutesOfDay else {
            throw scanner.flaw(.timeOrder, at: start)
        }
        guard from != to else { throw scanner.flaw(.spanOfNothing, at: start) }
        if to < from { to += TimeSpan.minutesOfDay }
        guard to - from <= TimeSpan.minutesOfDay else { throw scanner.flaw(.spanTooLong, at: start) }
        return TimeSpan(from: from, to: to)
    }

    /// `hh:mm` in minutes; up to `48:00`.
    private mutating func time() throws(OpeningHoursFlaw) -> Int {
        if isVariableTime { throw scanner.flaw(.variableTime) }
        let start = scanner.offset
        guard let hour = scanner.takeNumber(digits: 2...2), scanner.take(":"),
            let minute = scanner.takeNumber(digits: 2...2), hour <= 48, minute < 60
        else { throw scanner.flaw(.time, at: start) }
        return hour * 60 + minute
    }

    private var isVariableTime: Bool {
        ["sunrise", "sunset", "dawn", "dusk", "("].contains { scanner.isNext($0) }
    }

    /// Names the best-known parts of the grammar that are not ours, rather than call them unexpected.
    private func unexpected() -> OpeningHoursFlaw {
        if isVariableTime { return scanner.flaw(.variableTime) }
        if scanner.isNext("easter") { return scanner.flaw(.variableDate) }
        if scanner.isNext("+") || scanner.isNext("-") { return scanner.flaw(.dayOffset) }
        return scanner.flaw(.unexpected)
    }

    /// `Lu-Ve`, `lundi`: the grammar's words are English.
    private func unexpectedBeginning() -> OpeningHoursFlaw {
        let flaw = unexpected()
        guard flaw.reason == .unexpected, scanner.next?.properties.isAlphabetic == true else { return flaw }
        return scanner.flaw(.weekday)
    }
}

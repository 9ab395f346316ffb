import Schema

/// When made-up structures are open: some ten thousand texts, because real structures seldom share theirs.
extension CrowdAuthor {
    mutating func hours() -> String {
        let morning = "\(time(from: 8 * 60, quarters: 0...6))-\(time(from: 12 * 60, quarters: 0...2))"
        let afternoon = "\(time(from: 13 * 60, quarters: 0...4))-\(time(from: 16 * 60, quarters: 2...8))"
        let whole = "\(morning),\(afternoon)"
        let week = chance.pick([
            ("Mo-Th \(whole); Fr \(morning)", 100), ("Mo-Fr \(whole)", 90), ("Mo-We,Fr \(whole); Th \(morning)", 50),
            ("Mo,Tu,Th,Fr \(whole); We \(afternoon)", 30), ("Mo \(afternoon); Tu-Fr \(whole)", 30),
            ("We \(whole); Th,Fr \(afternoon)", 15), ("Tu-Fr \(whole); Sa \(morning)", 12),
            ("Tu,Th \(afternoon); Sa \(morning)", 5),
        ])
        let holidays = chance.pick([
            ("PH off", 290), ("SH Mo-Fr 10:00-12:00,14:00-16:00; PH off", 26), ("SH off; PH off", 10),
        ])
        return "\(week); \(holidays)"
    }

    private mutating func time(from minute: Int, quarters: ClosedRange<Int>) -> String {
        let minute = minute + 15 * chance.number(in: quarters)
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(padded(minute / 60)):\(padded(minute % 60))"
    }
}

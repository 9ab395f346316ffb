import Schema
import Support

/// Random texts of opening hours, sound by construction: every part of the grammar that is read, in any order of rules.
struct RandomHours {
    private static let weekdays = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    static func text(_ random: inout SeededGenerator) -> String {
        var text = rule(&random)
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            text += random.pick(["; ", "; ", " || ", ", "]) + rule(&random)
        }
        return text
    }

    /// With days and hours always: without the ones it could not follow a comma, nor without the others go before one.
    private static func rule(_ random: inout SeededGenerator) -> String {
        var parts: [String] = []
        if random.oneIn(8) { parts.append(random.pick(["2026", "2026-2027", "2025,2027"])) }
        if parts.isEmpty, random.oneIn(4) { parts.append(dates(&random)) }
        if random.oneIn(8) { parts.append(weeks(&random)) }
        parts.append(days(&random))
        parts.append(spans(&random))
        parts.append(
            random.pick(["", "", "", "open", "off", "unknown", "\"rdv\"", "open \"été\"", "closed \"x\""]))
        return parts.filter { !$0.isEmpty }.joined(separator: " ")
    }

    private static func dates(_ random: inout SeededGenerator) -> String {
        let month = { (random: inout SeededGenerator) in random.pick(months) }
        let day = { (random: inout SeededGenerator) in
            "\(random.pick(months)) \(Int.random(in: 1...28, using: &random))"
        }
        switch Int.random(in: 0...4, using: &random) {
        case 0: return month(&random) + "-" + month(&random)
        case 1: return month(&random) + "," + month(&random)
        case 2: return day(&random) + "-" + day(&random)
        case 3: return "2026 " + day(&random) + "-2027 " + day(&random)
        default: return day(&random) + "," + day(&random)
        }
    }

    private static func weeks(_ random: inout SeededGenerator) -> String {
        let first = Int.random(in: 1...40, using: &random)
        return random.pick([
            "week \(first)", "week \(first)-\(first + 10)", "week \(first)-53/2", "week 1-53/\(first % 5 + 2)",
        ])
    }

    private static func days(_ random: inout SeededGenerator) -> String {
        let day = { (random: inout SeededGenerator) in random.pick(weekdays) }
        switch Int.random(in: 0...8, using: &random) {
        case 0: return "PH"
        case 1: return "SH"
        case 2: return "SH " + day(&random) + "-" + day(&random)
        case 3: return "PH," + day(&random)
        case 4: return day(&random) + "[\(Int.random(in: 1...5, using: &random)),-1]"
        case 5: return day(&random) + "," + day(&random)
        default: return day(&random) + "-" + day(&random)
        }
    }

    private static func spans(_ random: inout SeededGenerator) -> String {
        (0..<Int.random(in: 1...3, using: &random)).map { _ in
            let step = random.pick([1, 5, 15, 30])
            let from = Int.random(in: 0..<1440 / step, using: &random) * step
            let length = Int.random(in: 1...(random.oneIn(4) ? 1439 : 300), using: &random) / step * step + step
            let to = from + min(length, 1440)
            return clock(from) + "-" + clock(to)
        }.joined(separator: ",")
    }

    private static func clock(_ minutes: Int) -> String {
        let (hour, minute) = minutes.quotientAndRemainder(dividingBy: 60)
        return (hour < 10 ? "0" : "") + "\(hour):" + (minute < 10 ? "0" : "") + "\(minute)"
    }
}

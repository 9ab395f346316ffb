import Foundation
import Schema
import Testing

@testable import DirectoryService

/// Hours, where they hold, and what must be the state at instants of Paris's clocks.
struct OpeningCase: CustomTestStringConvertible, Sendable {
    let text: String
    let department: String?
    let closures: [String]
    /// `2026-11-16 08:59=c 09:00=o 12:30=c; 2026-11-17 …`: o for open, c for closed, ? for unknown.
    let expected: String

    init(_ text: String, in department: String? = "44", closed closures: [String] = [], _ expected: String) {
        self.text = text
        self.department = department
        self.closures = closures
        self.expected = expected
    }

    static let all = weeks + words + nights + holidays + schools + dates + closures + offices

    var testDescription: String { "\(text) in \(department ?? "-")" }

    func schedule() throws -> Schedule {
        try Schedule(
            OpeningHours(parsing: text), in: LocalCalendar(department: department),
            closures: closures.map { try Self.days($0) })
    }

    /// Every instant with its letter.
    var checks: [(local: String, letter: Character)] {
        expected.split(separator: ";").flatMap { day -> [(String, Character)] in
            let parts = day.split(separator: " ")
            return parts.dropFirst().map { part in
                ("\(parts[0]) \(part.prefix(5))", part.last ?? " ")
            }
        }
    }

    /// `2026-12-24…2027-01-01`, or one day.
    private static func days(_ text: String) throws -> ClosedRange<Int> {
        let days = try text.split(separator: "…").map { try #require(CalendarDate(text: String($0))).daysSinceEpoch }
        return days[0]...days[days.count - 1]
    }
}

/// An instant by the clocks of Paris, reckoned without the code under test: summer time from the last Sunday of March
/// to the last of October (directive 2000/84/EC).
func paris(_ local: String) throws -> Date {
    let summers = [
        "2025-03-30"..."2025-10-25", "2026-03-29"..."2026-10-24", "2027-03-28"..."2027-10-30",
        "2028-03-26"..."2028-10-28",
    ]
    let parts = local.split(separator: " ")
    let offset = summers.contains { $0.contains(String(parts[0])) } ? "+02:00" : "+01:00"
    return try #require(RFC3339.parse("\(parts[0])T\(parts[1]):00\(offset)"))
}

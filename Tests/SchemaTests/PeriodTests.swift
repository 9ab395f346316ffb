import Foundation
import Schema
import Testing

@Suite("Periods")
struct PeriodTests {
    @Test("are years, quarters and months, and nothing else")
    func spelling() throws {
        for text in ["2026", "2026-Q1", "2026-Q4", "2026-01", "2026-12", "1900", "2199-12"] {
            #expect(Period(text: text)?.text == text)
        }
        for text in [
            "", "26", "02026", "2026-", "2026-Q0", "2026-Q5", "2026-q1", "2026-0", "2026-00", "2026-13", "2026-1",
            "2026-Q12", "2026-001", "2026-01-01", "1899", "2200", "2026-Q", "２０２６", "2026 ", "-2026", "+026", "2026-+1",
        ] { #expect(Period(text: text) == nil, "\(text)") }
    }

    @Test("are made of shorter ones and lie within longer ones")
    func parts() throws {
        for year in [1900, 2024, 2026, 2199] {
            let whole = try #require(Period(text: "\(year)"))
            for length in Period.Length.allCases {
                let parts = whole.parts(length)
                #expect(parts.count == 12 / length.rawValue)
                #expect(parts.first?.start == whole.start && parts.last?.end == whole.end)
                #expect(zip(parts, parts.dropFirst()).allSatisfy { $0.end == $1.start && $0 < $1 })
                #expect(parts.allSatisfy { $0.within(.year) == whole && $0.within(length) == $0 })
            }
        }
        let october = try #require(Period(text: "2026-10"))
        #expect(october.within(.quarter).text == "2026-Q4")
        #expect(Period(text: "2026-Q4")?.parts(.month).map(\.text) == ["2026-10", "2026-11", "2026-12"])
        #expect(Period(.quarter, of: try #require(CalendarDate(text: "2026-09-30"))).text == "2026-Q3")
    }

    @Test("begin and end at midnight in Paris, in winter and in summer")
    func instants() throws {
        let summer = try #require(Period(text: "2026-07"))
        #expect(RFC3339.format(summer.start) == "2026-06-30T22:00:00Z")
        #expect(RFC3339.format(summer.end) == "2026-07-31T22:00:00Z")
        let spring = try #require(Period(text: "2026-03"))
        #expect(RFC3339.format(spring.start) == "2026-02-28T23:00:00Z")
        #expect(RFC3339.format(spring.end) == "2026-03-31T22:00:00Z")
        #expect(RFC3339.format(try #require(Period(text: "2026-12")).end) == "2026-12-31T23:00:00Z")
        #expect(ParisClock.day(of: summer.start).text == "2026-07-01")
        #expect(ParisClock.day(of: summer.start - 0.001).text == "2026-06-30")
    }
}

import Foundation
import Schema
import Testing

@testable import ReportingService

@Suite("Values of figures")
struct HundredthsTests {
    @Test("are written with as many decimals as they have")
    func text() {
        #expect(
            [0, 5, 50, 100, 110, 6667, 10_000, 123_456_789].map { Hundredths(count: $0).text } == [
                "0", "0.05", "0.5", "1", "1.1", "66.67", "100", "1234567.89",
            ])
        #expect(Hundredths(7).text == "7")
    }

    @Test("are shares rounded half up, as decimal arithmetic does it")
    func percent() throws {
        #expect(Hundredths(percent: 1, of: 0) == nil && Hundredths(percent: 0, of: 0) == nil)
        for denominator in 1...400 {
            for numerator in 0...denominator {
                var exact = Decimal(numerator) * 100 / Decimal(denominator)
                var rounded = Decimal()
                NSDecimalRound(&rounded, &exact, 2, .plain)
                let value = try #require(Hundredths(percent: numerator, of: denominator))
                #expect(Decimal(string: value.text) == rounded, "\(numerator)/\(denominator)")
            }
        }
        // 1/800 is 0.125 %, 3/800 is 0.375 %: exactly between two hundredths.
        #expect(Hundredths(percent: 1, of: 800)?.text == "0.13")
        #expect(Hundredths(percent: 3, of: 800)?.text == "0.38")
        #expect(Hundredths(percent: 12_345_678, of: 12_345_679)?.text == "100")
    }

    @Test("are rounded half away from zero, and say which side of it they are on")
    func negative() {
        #expect(Hundredths(-1, over: 8)?.text == "-0.13" && Hundredths(1, over: 8)?.text == "0.13")
        #expect(Hundredths(-1, over: 2)?.text == "-0.5" && Hundredths(-7, over: 1)?.text == "-7")
        #expect(Hundredths(-1, over: 1000)?.text == "0" && Hundredths(1, over: 0) == nil)
    }

    @Test("are medians in days: the middle one, or the mean of the two")
    func median() {
        #expect(Hundredths(medianOf: [], scale: 86_400) == nil)
        #expect(Hundredths(medianOf: [86_400], scale: 86_400)?.text == "1")
        #expect(Hundredths(medianOf: [3 * 86_400, 0, 86_400], scale: 86_400)?.text == "1")
        #expect(Hundredths(medianOf: [2 * 86_400, 86_400], scale: 86_400)?.text == "1.5")
        // 432 seconds are 0.005 days: up. 431.5 are not.
        #expect(Hundredths(medianOf: [432], scale: 86_400)?.text == "0.01")
        #expect(Hundredths(medianOf: [431, 432], scale: 86_400)?.text == "0")
    }
}

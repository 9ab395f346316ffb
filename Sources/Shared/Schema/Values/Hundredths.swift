/// A figure's value: exact hundredths, so that it is the same to the last digit wherever it is computed and written.
package struct Hundredths: Sendable, Hashable {
    package let count: Int

    package init(count: Int) { self.count = count }
    package init(_ whole: Int) { count = whole * 100 }

    /// 100 · numerator / denominator in percent, rounded half up; nil where the denominator is 0.
    package init?(percent numerator: Int, of denominator: Int) {
        guard denominator > 0 else { return nil }
        self.init(rounding: numerator * 100, over: denominator)
    }

    /// The median of durations in seconds, in days, rounded half up; the mean of the two middle ones where their
    /// number is even, nil where there are none.
    package init?(medianDaysOf seconds: [Int]) {
        guard !seconds.isEmpty else { return nil }
        let sorted = seconds.sorted()
        let twice = sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]
        self.init(rounding: twice, over: 2 * 86_400)
    }

    /// Neither is negative.
    private init(rounding numerator: Int, over denominator: Int) {
        count = (200 * numerator + denominator) / (2 * denominator)
    }

    /// `66.67`, `50`, `0.5`.
    package var text: String {
        let (whole, rest) = count.quotientAndRemainder(dividingBy: 100)
        switch rest {
        case 0: return "\(whole)"
        case _ where rest % 10 == 0: return "\(whole).\(rest / 10)"
        default: return "\(whole).\(rest < 10 ? "0" : "")\(rest)"
        }
    }
}

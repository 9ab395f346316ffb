/// A figure's value: exact hundredths, so that it is the same to the last digit wherever it is computed and written.
/// Halves are rounded away from zero.
package struct Hundredths: Sendable, Hashable {
    package let count: Int

    package init(count: Int) { self.count = count }
    package init(_ whole: Int) { count = whole * 100 }

    /// A quotient; nil where the denominator is 0.
    package init?(_ numerator: Int, over denominator: Int) {
        guard denominator > 0 else { return nil }
        let magnitude = (200 * numerator.magnitude + UInt(denominator)) / (2 * UInt(denominator))
        count = numerator < 0 ? -Int(magnitude) : Int(magnitude)
    }

    /// 100 · numerator / denominator in percent; nil where the denominator is 0.
    package init?(percent numerator: Int, of denominator: Int) { self.init(numerator * 100, over: denominator) }

    /// The middle one, or the mean of the two middle ones; nil where there are none.
    ///
    /// - Parameter scale: so many make one of the unit.
    package init?(medianOf values: [Int], scale: Int) {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        self.init(sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2], over: 2 * scale)
    }

    /// `66.67`, `50`, `-0.5`.
    package var text: String {
        let (whole, rest) = count.magnitude.quotientAndRemainder(dividingBy: 100)
        let sign = count < 0 ? "-" : ""
        switch rest {
        case 0: return "\(sign)\(whole)"
        case _ where rest % 10 == 0: return "\(sign)\(whole).\(rest / 10)"
        default: return "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
        }
    }
}

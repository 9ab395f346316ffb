/// When a delivery that failed is tried again (Standard Webhooks 1.0, «Deliverability and reliability»: for days, further
/// and further apart, with some chance in it so that those who failed together do not come back together).
enum RetrySchedule {
    /// Seconds after the first attempt, the second, and so on; about three days in all.
    static let delays: [Double] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]

    /// Of one delivery. Whoever takes one that has had them all finds that nobody lived to end the last.
    static let mostAttempts = delays.count + 1

    /// - Parameters:
    ///   - attempts: made so far, at least one.
    ///   - chance: from 0 up to 1.
    /// - Returns: seconds until the next, up to a fifth later than the schedule says; nil: there is none.
    static func delay(after attempts: Int, chance: Double = .random(in: 0..<1)) -> Double? {
        guard attempts >= 1, attempts <= delays.count else { return nil }
        return delays[attempts - 1] * (1 + chance / 5)
    }
}

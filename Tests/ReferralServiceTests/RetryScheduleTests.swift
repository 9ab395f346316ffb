import Testing

@testable import ReferralService

@Suite("When a webhook is tried again")
struct RetryScheduleTests {
    @Test("ever further apart, for about three days, never sooner than the schedule says")
    func schedule() {
        let delays = (1...9).compactMap { RetrySchedule.delay(after: $0, chance: 0) }
        #expect(delays == delays.sorted() && delays.count == 9)
        #expect((2.5...3.5).contains(delays.reduce(0, +) / 86_400))
        #expect(RetrySchedule.delay(after: 10) == nil)
        for attempt in 1...9 {
            let (least, most) = (delays[attempt - 1], delays[attempt - 1] * 1.2)
            for _ in 0..<100 { #expect((least...most).contains(RetrySchedule.delay(after: attempt)!)) }
        }
    }
}

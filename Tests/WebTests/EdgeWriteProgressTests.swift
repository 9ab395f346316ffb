import NIOCore
import Testing

@testable import Web

@Suite("Edge: write progress")
struct EdgeWriteProgressTests {
    private func at(_ seconds: Double) -> NIODeadline { .uptimeNanoseconds(UInt64(1e9 * (1_000 + seconds))) }
    private func progress() -> WriteProgress { WriteProgress(minimum: 100, deadline: .seconds(30)) }

    /// Asks whenever it wants to be asked, until it gives up or `end`.
    /// - Parameter waiting: how many bytes have not been taken at a second.
    private func stalls(_ progress: WriteProgress, until end: Double, waiting: (Double) -> Int) -> Double? {
        var progress = progress
        while let check = progress.nextCheck, check <= at(end) {
            let second = Double(check.uptimeNanoseconds) / 1e9 - 1_000
            if progress.isStalled(waiting: waiting(second), now: check) { return second }
        }
        return nil
    }

    @Test("Nothing is watched while the kernel takes everything")
    func idle() {
        var progress = progress()
        progress.wrote(1_000_000)
        progress.flushed(waiting: 0, now: at(0))
        #expect(progress.nextCheck == nil)
    }

    @Test(
        "A client that stops at once, or after a little, is found within the deadline", arguments: [0, 10, 99, 5_000])
    func stops(taken: Int) throws {
        var progress = progress()
        progress.wrote(10_000)
        progress.flushed(waiting: 10_000, now: at(0))
        let found = stalls(progress, until: 100) { $0 < 1 ? 10_000 : 10_000 - taken }
        #expect(try #require(found) <= 30)
    }

    @Test("A client that takes drop by drop is found, one that takes the minimum is not")
    func trickle() {
        var progress = progress()
        progress.wrote(1_000_000)
        progress.flushed(waiting: 1_000_000, now: at(0))
        #expect(stalls(progress, until: 3_000) { 1_000_000 - Int($0) } != nil)
        #expect(stalls(progress, until: 3_000) { 1_000_000 - Int($0 * 10) } == nil)
    }

    @Test("What has been taken meanwhile is forgotten")
    func drained() {
        var progress = progress()
        progress.wrote(50)
        progress.flushed(waiting: 50, now: at(0))
        var isStalled = progress.isStalled(waiting: 0, now: at(5))
        #expect(!isStalled)
        #expect(progress.nextCheck == nil)
        progress.wrote(50)
        progress.flushed(waiting: 50, now: at(40))
        isStalled = progress.isStalled(waiting: 50, now: at(45))
        #expect(!isStalled)
        progress.flushed(waiting: 0, now: at(50))
        #expect(progress.nextCheck == nil)
    }
}

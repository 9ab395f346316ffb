import Synchronization
package import Tokens

/// A token clock that stands still until it is told otherwise.
package final class TestClock: Sendable {
    private struct Reading {
        var unixTime: Int
        var uptime = Duration.zero
    }

    private let reading: Mutex<Reading>

    package init(unixTime: Int = 1_800_000_000) { reading = Mutex(Reading(unixTime: unixTime)) }

    package var unixTime: Int { reading.withLock { $0.unixTime } }

    package func advance(by seconds: Int) {
        reading.withLock { reading in
            reading.unixTime += seconds
            reading.uptime += .seconds(seconds)
        }
    }

    /// Sets the calendar without any time having passed.
    package func setCalendar(_ unixTime: Int) { reading.withLock { $0.unixTime = unixTime } }

    package var clock: TokenClock {
        TokenClock(unixTime: { self.unixTime }, uptime: { self.reading.withLock { $0.uptime } })
    }
}

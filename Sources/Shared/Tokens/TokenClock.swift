import Foundation

/// The two times that a verifier needs: what the calendar says, for the claims, and what has passed, for the caches,
/// so that a clock set back by a day does not keep a token cached for a day.
package struct TokenClock: Sendable {
    /// Seconds since 1970.
    package let unixTime: @Sendable () -> Int
    /// Since an arbitrary start; never goes back.
    package let uptime: @Sendable () -> Duration

    package init(unixTime: @escaping @Sendable () -> Int, uptime: @escaping @Sendable () -> Duration) {
        self.unixTime = unixTime
        self.uptime = uptime
    }

    package static let system = TokenClock(
        unixTime: { Int(Date().timeIntervalSince1970.rounded(.down)) },
        uptime: { start.duration(to: .now) })

    private static let start = ContinuousClock.now
}

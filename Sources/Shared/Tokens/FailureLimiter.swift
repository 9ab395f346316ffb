import Foundation
import Synchronization

/// One bucket of failures per client address. Failures alone are counted and refused: many people share an address, and
/// whoever shows what is good is let through whatever the others show. A guess is no likelier for it: tokens are signed,
/// secrets have 256 bits.
package final class FailureLimiter: Sendable {
    /// The generic cell rate algorithm: a bucket is the time at which it will be empty again.
    private let buckets: Mutex<LeastRecentlyUsed<String, Duration>>
    private let burst: Int
    private let interval: Duration
    private let clock: TokenClock

    /// `burst` failures at once, then one per `interval`, for the `capacity` addresses that failed last.
    package init(burst: Int, interval: Duration, capacity: Int, clock: TokenClock = .system) {
        buckets = Mutex(LeastRecentlyUsed(capacity: capacity))
        self.burst = burst
        self.interval = interval
        self.clock = clock
    }

    /// Counts a failure.
    /// - Throws: ``TokenRefusal/tooManyFailures(retryAfter:)`` where the bucket is full; this one is not counted then.
    package func count(_ address: String) throws(TokenRefusal) {
        let bucket = Self.network(of: address)
        let now = clock.uptime()
        let wait = buckets.withLock { buckets -> Duration in
            let emptyAt = max(now, buckets[bucket] ?? now)
            let wait = emptyAt - now - interval * (burst - 1)
            if wait <= .zero { buckets[bucket] = emptyAt + interval }
            return wait
        }
        if wait > .zero { throw .tooManyFailures(retryAfter: max(1, Int(wait.components.seconds) + 1)) }
    }

    /// An IPv6 client has the 2⁶⁴ addresses of its network at its disposal: they share a bucket.
    static func network(of address: String) -> String {
        var bytes = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, address, &bytes) == 1 else { return address }
        let isMappedIPv4 = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        if isMappedIPv4 { return bytes[12...].map(String.init).joined(separator: ".") }
        return bytes[..<8].map { String($0, radix: 16) }.joined(separator: ":")
    }
}

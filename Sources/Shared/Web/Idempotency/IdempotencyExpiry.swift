package import Logging
package import Postgres
import ServiceLifecycle

/// Forgets idempotency keys that are past their time, as long as the service runs. Every replica tries; one at a time
/// does it, a few keys in a transaction, so that no request waits for it.
package struct IdempotencyExpiry: Service {
    private let pool: Pool
    private let logger: Logger
    private let interval: Duration
    private let chunk: Int
    private let keys = IdempotencyRepository()

    /// - Parameters:
    ///   - interval: between two sweeps.
    ///   - chunk: how many keys one transaction forgets at most.
    package init(pool: Pool, logger: Logger, interval: Duration = .seconds(3600), chunk: Int = 1_000) {
        self.pool = pool
        self.logger = logger
        self.interval = interval
        self.chunk = chunk
    }

    package func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                do {
                    let count = try await sweep()
                    if count > 0 { logger.info("idempotency keys forgotten", metadata: ["count": "\(count)"]) }
                } catch let error as DatabaseError {
                    logger.warning(
                        "idempotency keys not forgotten", metadata: ["error": "\(String(reflecting: error))"])
                }
                try await Task.sleep(for: interval)
            }
        }
    }

    /// Forgets all that is past its time, unless another replica is at it.
    ///
    /// - Returns: how many keys were forgotten.
    package func sweep() async throws -> Int {
        var total = 0
        while let count = try await pool.withTransaction({ try await keys.deleteExpired(atMost: chunk, in: $0) }) {
            total += count
            if count < chunk { break }
        }
        return total
    }
}

import Charters
import Logging
import Postgres
import Schema
import ServiceLifecycle

/// Closes demands that nobody came back to, on every replica: each takes what no other has. Abandoned is what was left
/// for months, so that an hour more is nothing.
struct AbandonedDemands: Service {
    /// As the role `referral_worker`.
    let worker: Pool
    let timers: CharterTimers
    let poke: @Sendable () -> Void
    let logger: Logger
    private let demands = DemandRepository()
    /// Of one transaction: it is over within a second, or the feeds would wait for it.
    private static let batch = 50

    init(worker: Pool, timers: CharterTimers, poke: @escaping @Sendable () -> Void = {}, logger: Logger) {
        (self.worker, self.timers, self.poke, self.logger) = (worker, timers, poke, logger)
    }

    func run() async throws { try await Sweeping(every: .seconds(3600), "abandoned demands closed", logger).run(sweep) }

    /// - Returns: how many were closed.
    func sweep() async throws -> Int {
        var total = 0
        while true {
            let count = try await worker.withTransaction { transaction in
                try await demands.closeAbandoned(
                    days: timers.abandonedDays, usual: Timers.productDefaults.demandAbandonedDays,
                    atMost: Self.batch, in: transaction)
            }
            if count == 0 { return total }
            total += count
            poke()
        }
    }
}

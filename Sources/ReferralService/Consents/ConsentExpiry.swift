import Logging
import Postgres
import ServiceLifecycle

/// Tells of consents that are past their time, as long as the service runs. Every replica does; each consent is told
/// once. None of them has held since its end: that is the clock's matter, not this one's.
struct ConsentExpiry: Service {
    /// As the role `referral_worker`.
    let worker: Pool
    let poke: @Sendable () -> Void
    let logger: Logger
    var interval = Duration.seconds(60)
    private let consents = ConsentRepository()
    /// Of one transaction.
    private static let batch = 100

    init(worker: Pool, poke: @escaping @Sendable () -> Void, logger: Logger) {
        self.worker = worker
        self.poke = poke
        self.logger = logger
    }

    func run() async throws { try await Sweeping(every: interval, "expired consents told", logger).run(sweep) }

    /// - Returns: how many were told.
    func sweep() async throws -> Int {
        var total = 0
        while true {
            let count = try await worker.withTransaction { transaction in
                try await consents.expire(atMost: Self.batch, in: transaction)
            }
            total += count
            if count > 0 { poke() }
            if count < Self.batch { return total }
        }
    }
}

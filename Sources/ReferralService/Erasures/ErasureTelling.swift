import Logging
import Postgres
import ServiceLifecycle

/// Tells of the requests that withdrawals make (by a trigger, on whatever path), within a second. Any replica may: what one
/// has at hand, another passes over.
struct ErasureTelling: Service {
    let worker: Pool
    /// After a commit that told something.
    let poke: @Sendable () -> Void
    let logger: Logger
    private let erasures = ErasureRepository()

    init(worker: Pool, poke: @escaping @Sendable () -> Void, logger: Logger) {
        self.worker = worker
        self.poke = poke
        self.logger = logger
    }

    func run() async throws { try await Sweeping(every: .milliseconds(500), "erasures told", logger).run(sweep) }

    /// - Returns: how many were told.
    func sweep() async throws -> Int {
        let count = try await worker.withTransaction { transaction in
            let untold = try await erasures.untold(atMost: 100, in: transaction)
            for id in untold { try await erasures.tellRequest(id, in: transaction) }
            return untold.count
        }
        if count > 0 { poke() }
        return count
    }
}

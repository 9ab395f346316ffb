import Charters
import Foundation
import Logging
import Postgres
import Schema
import ServiceLifecycle

/// Does what is due, on every replica: each takes what no other has (`skip locked`), one referral in a transaction with
/// its event, so that nothing is done twice and a replica that dies leaves it to the others.
struct TimerWorker: Service {
    /// As the role `referral_worker`.
    let pool: Pool
    let timers: CharterTimers
    let logger: Logger
    var interval = Duration.seconds(5)
    /// After a commit: whoever waits for events need not wait longer.
    var poke: @Sendable () -> Void = {}
    private let repository = TimerRepository()

    init(
        pool: Pool, timers: CharterTimers, logger: Logger, interval: Duration = .seconds(5),
        poke: @escaping @Sendable () -> Void = {}
    ) {
        (self.pool, self.timers, self.logger, self.interval, self.poke) = (pool, timers, logger, interval, poke)
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                do {
                    try await sweep()
                } catch {
                    if Task.isCancelled { return }
                    logger.warning("timers are late", metadata: ["error": "\(type(of: error))"])
                }
                try await Task.sleep(for: interval)
            }
        }
    }

    /// Does everything that is due now.
    /// - Returns: how many referrals it dealt with.
    @discardableResult
    func sweep() async throws -> Int {
        var (count, passedOver) = (0, [UUID]())
        while true {
            let (id, found) = try await step(passedOver)
            guard let id else { break }
            if !found { passedOver.append(id) } else { count += 1 }
        }
        if count > 0 { poke() }
        return count
    }

    /// - Returns: the referral that it came to, and whether all that was due of it is done.
    private func step(_ passedOver: [UUID]) async throws -> (UUID?, Bool) {
        var current: UUID?
        do {
            return try await pool.withTransaction { transaction in
                let (id, found) = try await repository.next(passingOver: passedOver, in: transaction)
                current = id
                guard case .due(let due) = found else { return (id, false) }
                let plan = TimerPlan(
                    of: due.standing, after: due.told, by: timers.inRegion(due.region), at: due.now)
                var hasMoved = false
                for act in plan.due {
                    switch act {
                    case .expire: hasMoved = try await repository.expire(due, in: transaction)
                    case .tell(let notice): try await repository.tell(notice, of: due, in: transaction)
                    }
                }
                if !hasMoved { try await repository.windUp(due.id, next: plan.next, in: transaction) }
                return (id, true)
            }
        } catch let error as DatabaseError {
            guard let failed = current, error.kind != .connectionLost else { throw error }
            logger.error("a timer failed", metadata: ["error": "\(String(reflecting: error))"])
            try await pool.withTransaction { try await repository.putOff(failed, in: $0) }
            return (failed, false)
        }
    }
}

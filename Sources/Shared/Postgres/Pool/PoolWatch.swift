internal import Logging
internal import ServiceLifecycle
internal import Synchronization

/// Watches the server (`isReachable`), and on graceful shutdown waits for what the pool has lent.
extension Pool: Service {
    /// Whether the server has answered lately. Kept by `run()`, and by every use.
    package var isReachable: Bool { ledger.withLock { $0.isReachable(at: .now) } }

    package func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                await self.tick()
                try await Task.sleep(for: Self.watchInterval)
            }
        }
        await drain()
    }

    private static let watchInterval = Duration.seconds(1)

    /// Asks the server for a sign of life where nobody else did, lets go of connections past their time.
    private func tick() async {
        let leftovers = ledger.withLock { $0.leases.takeIdle { !$0.isUsable || !$0.isReusable } }
        for lease in leftovers { discard(lease) }
        ledger.withLock { figures.record($0.leases.idle.count, $0.leases.lent, $0.leases.waiting.count) }
        let wasReachable = isReachable
        if let lease = await spareLease() {
            do {
                try await lease.connection.query("select 1", timeout: Self.watchInterval)
                takeBack(lease)
            } catch {
                takeBack(lease)
                ledger.withLock { $0.noteSilence() }
            }
        }
        if isReachable != wasReachable {
            logger.notice("database \(wasReachable ? "no longer reachable" : "reachable")")
        }
    }

    /// A connection nobody needs now, if the server has not answered anybody lately.
    private func spareLease() async -> Lease? {
        let acquisition: PoolState<Lease, Waiter>.Acquisition? = ledger.withLock { ledger in
            guard !ledger.hasAnswered(within: Self.watchInterval), ledger.leases.hasSpare else { return nil }
            return ledger.leases.acquire()
        }
        switch acquisition {
        case .lease(let lease): return lease
        case .slot: return try? await open()
        case .wait, .refused, .closed, nil: return nil
        }
    }

    /// Refuses newcomers and waits for what is lent, at most as long as one statement may take.
    private func drain() async {
        let (idle, waiting) = ledger.withLock { $0.leases.close() }
        for waiter in waiting { waiter.continuation.resume(throwing: Self.closing) }
        for lease in idle { await lease.connection.close() }
        let deadline = ContinuousClock.now + configuration.statementTimeout + configuration.responseGrace
        while ledger.withLock({ $0.leases.open }) > 0, .now < deadline, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(10))
        }
    }
}

package import Logging
internal import Synchronization

/// Lends connections in scopes. Connections are opened when they are needed and at most `maximumConnections`; the queue
/// for them is bounded in length and in time, and refuses with `saturated` beyond. A server that goes away is left
/// alone for a while (``Backoff``), during which callers are refused at once; the first that may try again finds it back.
///
/// It lends before and without being run as a service, too.
package final class Pool: Sendable {
    package let configuration: DatabaseConfiguration
    let logger: Logger
    let ledger: Mutex<Ledger>
    let figures: PoolFigures

    package init(configuration: DatabaseConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        ledger = Mutex(
            Ledger(
                leases: PoolState(
                    maximumOpen: configuration.maximumConnections, maximumWaiting: configuration.maximumWaiting)))
        figures = PoolFigures(user: configuration.user)
    }

    // MARK: Lending

    /// One statement that commits by itself. One that only reads is better put in a `transact` with `readOnly`: where
    /// that breaks, it is known that nothing was stored.
    @discardableResult
    package nonisolated(nonsending) func query(_ query: Query, timeout: Duration? = nil) async throws -> Rows {
        try await withConnection { try await $0.query(query, timeout: timeout) }
    }

    /// `begin`, the settings, the statements and `commit` in one round trip. An error rolls all of it back.
    @discardableResult
    package nonisolated(nonsending) func transact(
        settings: [(name: String, value: String)] = [], isolation: Transaction.Isolation = .readCommitted,
        readOnly: Bool = false, timeout: Duration? = nil, _ queries: [Query]
    ) async throws -> [Rows] {
        let options = TransactionOptions(settings: settings, isolation: isolation, readOnly: readOnly, timeout: timeout)
        return try await repeatingCollisions {
            try await withConnection { try await $0.transact(queries, options) }
        }
    }

    /// A transaction around `body`: committed when it returns, rolled back when it throws. `begin` and the settings
    /// (which end with the transaction) travel with its first statement. Where it collides with another (a deadlock, a
    /// serialization failure), `body` runs again: it may change nothing but the database.
    package nonisolated(nonsending) func withTransaction<Value>(
        settings: [(name: String, value: String)] = [], isolation: Transaction.Isolation = .readCommitted,
        readOnly: Bool = false, timeout: Duration? = nil,
        _ body: nonisolated(nonsending) (Transaction) async throws -> Value
    ) async throws -> Value {
        let options = TransactionOptions(settings: settings, isolation: isolation, readOnly: readOnly, timeout: timeout)
        return try await repeatingCollisions {
            try await withConnection { try await $0.withTransaction(options, body) }
        }
    }

    /// A transaction that the server ended because it got in another's way has stored nothing; what it comes to beside
    /// what the other has stored, only trying again tells.
    private nonisolated(nonsending) func repeatingCollisions<Value>(
        _ work: nonisolated(nonsending) () async throws -> Value
    ) async throws -> Value {
        for turn in 1...Self.repetitions {
            do {
                return try await work()
            } catch let error as DatabaseError where error.isCollision {
                figures.countRepetition()
                logger.debug("a transaction is tried again", metadata: ["error": "\(error)"])
                // Whoever was let through goes first, or both would stand in each other's way again.
                try await Task.sleep(for: .milliseconds(turn * Int.random(in: 10...50)))
            }
        }
        return try await work()
    }

    private static let repetitions = 2

    /// A connection for the time of `body`, which must not keep it. One that comes back with a transaction open is
    /// closed.
    package nonisolated(nonsending) func withConnection<Value>(
        _ body: nonisolated(nonsending) (Connection) async throws -> Value
    ) async throws -> Value {
        let lease = try await acquire()
        defer { takeBack(lease) }
        return try await body(lease.connection)
    }

    private func acquire() async throws -> Lease {
        while true {
            let lease: Lease
            switch ledger.withLock({ $0.leases.acquire() }) {
            case .lease(let idle): lease = idle
            case .slot: return try await open()
            case .wait:
                switch try await waitForGrant() {
                case .lease(let given): lease = given
                case .slot: return try await open()
                }
            case .refused:
                figures.countRefusal()
                throw DatabaseError(.saturated, note: "\(configuration.maximumWaiting) callers wait already")
            case .closed: throw Self.closing
            }
            if lease.isUsable { return lease }
            discard(lease)
        }
    }

    private func waitForGrant() async throws -> Grant {
        let ticket = ledger.withLock { $0.nextTicket() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                ledger.withLock { ledger in
                    // The flag is set before the handler below takes the lock: one of the two sees the other.
                    guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
                    switch ledger.leases.acquire() {
                    case .lease(let lease): continuation.resume(returning: .lease(lease))
                    case .slot: continuation.resume(returning: .slot)
                    case .closed: continuation.resume(throwing: Self.closing)
                    case .refused:
                        figures.countRefusal()
                        continuation.resume(throwing: DatabaseError(.saturated, note: "too many callers wait"))
                    case .wait:
                        let deadline = ContinuousClock.now + configuration.acquireTimeout
                        ledger.leases.enqueue(Waiter(continuation: continuation, deadline: deadline), ticket: ticket)
                        startExpiry(&ledger)
                    }
                }
            }
        } onCancel: {
            ledger.withLock { $0.leases.leave(ticket) }?.continuation.resume(throwing: CancellationError())
        }
    }

    /// All callers wait equally long, so one task that sleeps until the first one's deadline serves them all.
    private func startExpiry(_ ledger: inout Ledger) {
        guard !ledger.isExpiring else { return }
        ledger.isExpiring = true
        Task {
            while let deadline = self.ledger.withLock({ $0.nextDeadline() }) {
                try? await Task.sleep(until: deadline, clock: .continuous)
                for waiter in self.ledger.withLock({ $0.expired(at: .now) }) {
                    figures.countRefusal()
                    let note = "no connection came free in \(configuration.acquireTimeout)"
                    waiter.continuation.resume(throwing: DatabaseError(.saturated, note: note))
                }
            }
        }
    }

    /// Opens a connection in a slot that the caller holds.
    func open() async throws -> Lease {
        guard ledger.withLock({ $0.retryTime ?? .now <= .now }) else {
            giveUpSlot()
            throw DatabaseError(.connectionLost, note: "the server could not be reached a moment ago")
        }
        do {
            let connection = try await Connection.open(configuration)
            ledger.withLock { $0.noteAnswer() }
            return Lease(connection, lifetime: configuration.maximumLifetime)
        } catch {
            let delay = ledger.withLock { $0.noteFailure() }
            logger.warning(
                "no connection to the database",
                metadata: ["error": "\(String(reflecting: error))", "retry_after": "\(delay)"])
            giveUpSlot()
            throw error
        }
    }

    func takeBack(_ lease: Lease) {
        if lease.connection.condition.takeAnswer() { ledger.withLock { $0.noteAnswer() } }
        guard lease.isReusable else {
            // What closed this one has probably closed, or stopped, the server behind the idle ones too.
            if lease.connection.condition.state == .closed {
                for other in ledger.withLock({ $0.leases.takeIdle { _ in true } }) { discard(other) }
            }
            return discard(lease)
        }
        let (waiter, keep) = ledger.withLock { $0.leases.give(lease) }
        if let waiter {
            waiter.continuation.resume(returning: .lease(lease))
        } else if !keep {
            Task { await lease.connection.close() }
        }
    }

    func discard(_ lease: Lease) {
        Task { await lease.connection.close() }
        giveUpSlot()
    }

    private func giveUpSlot() { ledger.withLock { $0.leases.drop() }?.continuation.resume(returning: .slot) }

    static var closing: DatabaseError { DatabaseError(.connectionLost, note: "the pool is closing") }
}

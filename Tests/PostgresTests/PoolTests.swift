import Logging
import ServiceLifecycle
import Support
import Synchronization
import Testing

@testable import Postgres

@Suite("A pool")
struct PoolTests {
    /// Lends the only connection until `body` is over.
    private func withNothingLeft(
        maximumWaiting: Int, acquireTimeout: Duration, _ body: (Pool) async throws -> Void
    ) async throws {
        try await withDatabase { database in
            var configuration = database.configuration(for: .runtime)
            configuration.maximumConnections = 1
            configuration.maximumWaiting = maximumWaiting
            configuration.acquireTimeout = acquireTimeout
            let pool = Pool(configuration: configuration)
            try await pool.withConnection { _ in try await body(pool) }
            // Nothing was lost on the way.
            #expect(try await pool.query("select 1")[0].decode(Int32.self) == 1)
        }
    }

    @Test("refuses at once when its queue is full")
    func full() async throws {
        try await withNothingLeft(maximumWaiting: 0, acquireTimeout: .seconds(60)) { pool in
            let start = ContinuousClock.now
            let kind = await kind { try await pool.query("select 1") }
            #expect(kind == .saturated)
            #expect(start.duration(to: .now) < .seconds(1))
        }
    }

    @Test("refuses those who have waited long enough, each at the right time")
    func patience() async throws {
        try await withNothingLeft(maximumWaiting: 8, acquireTimeout: .milliseconds(200)) { pool in
            let start = ContinuousClock.now
            let kinds = await withTaskGroup(of: (DatabaseError.Kind?, Duration).self) { group in
                for delay in 0..<8 {
                    group.addTask {
                        try? await Task.sleep(for: .milliseconds(delay * 20))
                        let begin = ContinuousClock.now
                        return (await kind { try await pool.query("select 1") }, begin.duration(to: .now))
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(kinds.allSatisfy { $0.0 == .saturated && $0.1 >= .milliseconds(199) && $0.1 < .seconds(2) })
            #expect(start.duration(to: .now) < .seconds(4))
        }
    }

    @Test("lets a caller who is cancelled go, and serves the next")
    func cancellation() async throws {
        try await withDatabase { database in
            var configuration = database.configuration(for: .runtime)
            configuration.maximumConnections = 1
            configuration.acquireTimeout = .seconds(60)
            let pool = Pool(configuration: configuration)
            let (release, releasing) = AsyncStream.makeStream(of: Void.self)
            let (held, holding) = AsyncStream.makeStream(of: Void.self)
            let holder = Task {
                try await pool.withConnection { _ in
                    holding.finish()
                    for await _ in release {}
                }
            }
            for await _ in held {}
            let cancelled = Task { try await pool.query("select 1") }
            let patient = Task { try await pool.query("select \(2)")[0].decode(Int.self) }
            try await eventually { pool.ledger.withLock { $0.leases.waiting.count } == 2 }
            cancelled.cancel()
            let never = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await pool.query("select 1")
            }
            await #expect(throws: CancellationError.self) { try await cancelled.value }
            await #expect(throws: CancellationError.self) { try await never.value }
            releasing.finish()
            try await holder.value
            #expect(try await patient.value == 2)
        }
    }

    @Test("closes a connection that comes back with a transaction open")
    func openTransaction() async throws {
        try await withDatabase { database in
            var configuration = database.configuration(for: .runtime)
            configuration.maximumConnections = 1
            let pool = Pool(configuration: configuration)
            let pid: Query = "select pg_backend_pid()"
            let first = try await pool.withConnection { connection in
                try await connection.query("begin")
                return try await connection.query(pid)[0].decode(Int32.self)
            }
            #expect(try await pool.query(pid)[0].decode(Int32.self) != first)
        }
    }

    @Test("gives 64 tasks the right answers over 8 connections")
    func stress() async throws {
        try await withDatabase { database in
            var configuration = database.configuration(for: .runtime)
            configuration.maximumConnections = 8
            configuration.acquireTimeout = .seconds(30)
            let pool = Pool(configuration: configuration)
            let backends = try await withThrowingTaskGroup(of: Set<Int32>.self) { group in
                for task in 0..<64 {
                    group.addTask {
                        var backends: Set<Int32> = []
                        for turn in 0..<100 {
                            let number = task * 1000 + turn
                            let query: Query = "select \(number), \("text \(number)"), pg_backend_pid()"
                            let row: (Int, String, Int32)
                            switch turn % 3 {
                            case 0: row = try await pool.query(query)[0].decode((Int, String, Int32).self)
                            case 1: row = try await pool.transact([query])[0][0].decode((Int, String, Int32).self)
                            default:
                                row = try await pool.withTransaction { transaction in
                                    try await transaction.query(query)[0].decode((Int, String, Int32).self)
                                }
                            }
                            try #require(row.0 == number && row.1 == "text \(number)")
                            backends.insert(row.2)
                        }
                        return backends
                    }
                }
                return try await group.reduce(into: Set()) { $0.formUnion($1) }
            }
            #expect((1...8).contains(backends.count))
        }
    }

    @Test("says whether the server answers, and on shutdown waits for what it has lent")
    func service() async throws {
        try await withDatabase { database in
            let pool = database.pool(for: .runtime)
            #expect(!pool.isReachable)
            let group = ServiceGroup(services: [pool], logger: Logger(label: "test"))
            let running = Task { try await group.run() }
            try await eventually { pool.isReachable }
            let lent = Mutex(false)
            let last = Task {
                try await pool.withTransaction { transaction in
                    lent.withLock { $0 = true }
                    return try await transaction.query("select pg_sleep(0.3), \(7)")[0]["?column?", as: Int.self]
                }
            }
            try await eventually { lent.withLock { $0 } }
            await group.triggerGracefulShutdown()
            try await running.value
            #expect(try await last.value == 7)
            #expect(await kind { try await pool.query("select 1") } == .connectionLost)
            let left = try await Connection.open(database.superuserConfiguration)
            try await eventually {
                try await left.query(
                    "select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
                )
                .isEmpty
            }
            await left.close()
        }
    }
}

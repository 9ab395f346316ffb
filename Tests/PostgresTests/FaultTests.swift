import Foundation
import Postgres
import Support
import Testing

@Suite("When the server fails")
struct FaultTests {
    private static let table = Migration(number: 1, name: "item", sql: "create table item (id bigint primary key)")

    /// A pool of one connection whose server is behind a proxy, and one that sees the server as it is.
    private func withProxy(
        patience: Duration = .seconds(5),
        _ body: (_ pool: Pool, _ proxy: FaultyProxy, _ direct: Pool) async throws -> Void
    ) async throws {
        try await withDatabase(migrations: [Self.table]) { database in
            var configuration = database.configuration(for: .runtime)
            let proxy = FaultyProxy(to: configuration.port)
            defer { proxy.close() }
            configuration.host = "127.0.0.1"
            configuration.port = proxy.port
            configuration.maximumConnections = 1
            configuration.connectTimeout = patience
            configuration.statementTimeout = patience
            try await body(Pool(configuration: configuration), proxy, database.pool(for: .runtime))
        }
    }

    private func recovers(_ pool: Pool, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await eventually("the pool recovers", sourceLocation: sourceLocation) {
            (try? await pool.query("select 1")) != nil
        }
    }

    private func items(_ pool: Pool) async throws -> [Int] {
        try await pool.query("select id from item order by id").decode(Int.self)
    }

    @Test("silently, the deadline passes, the connection is dropped, and the pool comes back by itself")
    func stall() async throws {
        try await withProxy(patience: .milliseconds(500)) { pool, proxy, direct in
            try await recovers(pool)
            proxy.fault = .stall
            let start = ContinuousClock.now
            let kind = await kind {
                try await pool.withTransaction { try await $0.query("insert into item values (1)") }
            }
            #expect(kind == .timeout)
            #expect((1.5..<3).contains(start.duration(to: .now) / .seconds(1)))
            // Nor can a new connection be made, and soon nobody tries for a while.
            #expect(await self.kind(pool) == .timeout)
            let quick = ContinuousClock.now
            #expect(await self.kind(pool) == .connectionLost)
            #expect(quick.duration(to: .now) < .milliseconds(400))
            proxy.fault = .none
            try await recovers(pool)
            let items = try await items(direct)
            #expect(items == [])
        }
    }

    private func kind(_ pool: Pool) async -> DatabaseError.Kind? {
        await PostgresTests.kind { try await pool.query("select 1") }
    }

    @Test("after a commit was sent, the outcome is unknown: it may be stored", arguments: [true, false])
    func commitOutcomeUnknown(arrives: Bool) async throws {
        let fault: FaultyProxy.Fault = arrives ? .cutAfterNextRequest : .cutBeforeNextRequest
        try await withProxy { pool, proxy, direct in
            try await pool.query("select 1")
            let scoped = await kind {
                try await pool.withTransaction { transaction in
                    try await transaction.query("insert into item values (1)")
                    proxy.fault = fault
                }
            }
            #expect(scoped == .commitOutcomeUnknown)
            proxy.fault = .none
            try await recovers(pool)
            proxy.fault = fault
            let transacted = await kind { try await pool.transact(["insert into item values (2)"]) }
            #expect(transacted == .commitOutcomeUnknown)
            proxy.fault = .none
            try await recovers(pool)
            proxy.fault = fault
            let single = await kind { try await pool.query("insert into item values (3)") }
            #expect(single == .commitOutcomeUnknown)
            proxy.fault = .none
            try await recovers(pool)
            try await eventually { try await items(direct) == (arrives ? [1, 2, 3] : []) }
        }
    }

    @Test("before a commit was sent, or in a read-only transaction, nothing is stored and it may be tried again")
    func connectionLost() async throws {
        try await withProxy { pool, proxy, direct in
            try await pool.query("select 1")
            proxy.fault = .cutAfterNextRequest
            let statement = await kind {
                try await pool.withTransaction { try await $0.query("insert into item values (1)") }
            }
            #expect(statement == .connectionLost)
            proxy.fault = .none
            try await recovers(pool)
            proxy.fault = .cutAfterNextRequest
            let reading = await kind { try await pool.transact(readOnly: true, ["select id from item"]) }
            #expect(reading == .connectionLost)
            proxy.fault = .none
            try await recovers(pool)
            let items = try await items(direct)
            #expect(items == [])
        }
    }

    @Test("and ends an idle connection, the next caller does not notice")
    func terminated() async throws {
        try await withDatabase { database in
            var configuration = database.configuration(for: .runtime)
            configuration.maximumConnections = 1
            let pool = Pool(configuration: configuration)
            let admin = try await Connection.open(database.superuserConfiguration)
            for _ in 0..<5 {
                let backend = try await pool.query("select pg_backend_pid()")[0].decode(Int32.self)
                try await admin.query("select pg_terminate_backend(\(backend), 5000)")
                #expect(try await pool.query("select pg_backend_pid()")[0].decode(Int32.self) != backend)
            }
            await admin.close()
        }
    }

    @Test("and ends a connection in a transaction, that is said to be lost")
    func terminatedInTransaction() async throws {
        try await withDatabase(migrations: [Self.table]) { database in
            let pool = database.pool(for: .runtime)
            let admin = try await Connection.open(database.superuserConfiguration)
            for sendsMore in [true, false] {
                let kind = await kind {
                    try await pool.withTransaction { transaction in
                        let backend = try await transaction.query(
                            "insert into item values (1) returning pg_backend_pid()")
                        let process = try backend[0].decode(Int32.self)
                        try await admin.query("select pg_terminate_backend(\(process), 5000)")
                        if sendsMore { try await transaction.query("insert into item values (2)") }
                    }
                }
                // The farewell was read before a commit could have been sent.
                #expect(kind == .connectionLost)
            }
            let items = try await items(pool)
            #expect(items == [])
            await admin.close()
        }
    }

    @Test("and waits for us too long in a transaction, that is said to be lost")
    func idleInTransaction() async throws {
        try await withDatabase(migrations: [Self.table]) { database in
            var configuration = database.configuration(for: .runtime)
            configuration.idleInTransactionTimeout = .milliseconds(50)
            let pool = Pool(configuration: configuration)
            let admin = try await Connection.open(database.superuserConfiguration)
            let kind = await kind {
                try await pool.withTransaction { transaction in
                    try await transaction.query("insert into item values (1)")
                    try await eventually {
                        try await admin.query(
                            "select from pg_stat_activity where state = 'idle in transaction' and datname = current_database()"
                        ).isEmpty
                    }
                }
            }
            #expect(kind == .connectionLost)
            let items = try await items(pool)
            #expect(items == [])
            await admin.close()
        }
    }

    @Test("by stopping or restarting, callers are refused quickly, and the pool comes back by itself")
    func restart() async throws {
        try await PrivateCluster.with { cluster in
            var configuration = cluster.configuration
            configuration.maximumConnections = 2
            configuration.statementTimeout = .seconds(1)
            configuration.connectTimeout = .seconds(1)
            let pool = Pool(configuration: configuration)
            let watch = Task { try await pool.run() }
            try await eventually { pool.isReachable }

            try await cluster.stop()
            try await eventually { !pool.isReachable }
            for _ in 0..<20 {
                let start = ContinuousClock.now
                let kind = await kind(pool)
                #expect(kind == .connectionLost)
                #expect(start.duration(to: .now) < .seconds(1))
            }
            try await cluster.start()
            let start = ContinuousClock.now
            try await recovers(pool)
            #expect(start.duration(to: .now) < .seconds(5))
            try await eventually { pool.isReachable }

            // A process that is stopped keeps its sockets open and says nothing.
            let process = try await pool.query("select pg_backend_pid()")[0].decode(Int32.self)
            #expect(kill(process, SIGSTOP) == 0)
            let stopped = await self.kind {
                try await pool.withConnection { try await $0.transact(["select pg_backend_pid()"]) }
            }
            #expect(stopped == .commitOutcomeUnknown)
            try await recovers(pool)
            #expect(kill(process, SIGCONT) == 0)
            watch.cancel()
            try await watch.value
        }
    }

    private func kind<Value>(of body: () async throws -> Value) async -> DatabaseError.Kind? {
        await PostgresTests.kind(of: body)
    }
}

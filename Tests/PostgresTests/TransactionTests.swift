import Postgres
import Support
import Testing

@Suite("A transaction")
struct TransactionTests {
    private struct Refused: Error {}

    private static let table = Migration(
        number: 1, name: "item", sql: "create table item (id bigint primary key, note text)")

    private func expect(
        _ count: Int, itemsIn pool: Pool, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let found = try await pool.query("select count(*) from item")[0].decode(Int.self)
        #expect(found == count, sourceLocation: sourceLocation)
    }

    @Test("has its settings, and they are gone after it")
    func settings() async throws {
        try await withDatabase { database in
            var configuration = database.configuration(for: .runtime)
            configuration.maximumConnections = 1
            let pool = Pool(configuration: configuration)
            let question: Query = "select nullif(current_setting('spro.structures', true), '')"
            let settings = [(name: "spro.structures", value: "a,b"), (name: "spro.region", value: "28")]
            let inside = try await pool.withTransaction(settings: settings) { transaction in
                try await transaction.query(question)[0].decode(String?.self)
            }
            #expect(inside == "a,b")
            #expect(try await pool.query(question)[0].decode(String?.self) == nil)
            let transacted = try await pool.transact(settings: settings, [question, "select \(1)"])
            #expect(transacted.count == 2)
            #expect(try transacted[0][0].decode(String?.self) == "a,b")
            #expect(try await pool.query(question)[0].decode(String?.self) == nil)
        }
    }

    @Test("runs at the isolation it was given, read-only if so")
    func options() async throws {
        try await withDatabase(migrations: [Self.table]) { database in
            let pool = database.pool(for: .runtime)
            let (isolation, readOnly) = try await pool.withTransaction(isolation: .serializable, readOnly: true) {
                try await $0.query(
                    "select current_setting('transaction_isolation'), current_setting('transaction_read_only')")[0]
                    .decode((String, String).self)
            }
            #expect(isolation == "serializable" && readOnly == "on")
            let error = await #expect(throws: DatabaseError.self) {
                try await pool.transact(readOnly: true, ["insert into item values (1, '')"])
            }
            #expect(error?.sqlstate == "25006")
            try await expect(0, itemsIn: pool)
        }
    }

    @Test("is stored when its closure returns and rolled back when it throws")
    func outcome() async throws {
        try await withDatabase(migrations: [Self.table]) { database in
            let pool = database.pool(for: .runtime)
            let stored = try await pool.withTransaction { transaction in
                try await transaction.query("insert into item values (\(1), \("a"))").affected
            }
            #expect(stored == 1)
            await #expect(throws: Refused.self) {
                try await pool.withTransaction { transaction in
                    try await transaction.query("insert into item values (\(2), \("a"))")
                    throw Refused()
                }
            }
            try await expect(1, itemsIn: pool)
        }
    }

    @Test("that swallowed a statement's error is not taken for stored")
    func swallowed() async throws {
        try await withDatabase(migrations: [Self.table]) { database in
            let pool = database.pool(for: .runtime)
            let kind = await kind {
                try await pool.withTransaction { transaction in
                    try await transaction.query("insert into item values (1, 'a')")
                    _ = try? await transaction.query("insert into item values (1, 'b')")
                }
            }
            #expect(kind == .constraint(name: "item_pkey", kind: .unique))
            try await expect(0, itemsIn: pool)
        }
    }

    @Test("cannot be used after its end, and never begins on somebody else's connection")
    func escaped() async throws {
        try await withDatabase(migrations: [Self.table]) { database in
            let pool = database.pool(for: .runtime)
            let unused = try await pool.withTransaction { $0 }
            let used = try await pool.withTransaction { transaction in
                try await transaction.query("select 1")
                return transaction
            }
            for transaction in [unused, used] {
                #expect(await kind { try await transaction.query("insert into item values (9, '')") } == .other)
            }
            try await expect(0, itemsIn: pool)
        }
    }

    @Test("in one flight is stored whole or not at all, and an error in it leaves the connection usable")
    func pipelineError() async throws {
        try await withDatabase(migrations: [Self.table]) { database in
            var configuration = database.configuration(for: .runtime)
            configuration.maximumConnections = 1
            let pool = Pool(configuration: configuration)
            let backend = try await pool.query("select pg_backend_pid()")[0].decode(Int32.self)
            for _ in 0..<3 {
                let queries: [Query] = [
                    "insert into item values (\(1), 'a')", "insert into item values (\(1), 'b')",
                    "insert into item values (\(2), 'c')",
                ]
                let transacted = await kind { try await pool.transact(queries) }
                #expect(transacted == .constraint(name: "item_pkey", kind: .unique))
                let broken = await kind { try await pool.withTransaction { try await $0.pipeline(queries) } }
                #expect(broken == transacted)
                let nonsense = await kind { try await pool.transact(["select 1", "selectt 2"]) }
                #expect(nonsense == .other)
            }
            try await expect(0, itemsIn: pool)
            let rows = try await pool.transact([
                "insert into item values (\(1), 'a') returning id", "select count(*) from item",
            ])
            #expect(try rows.map { try $0[0].decode(Int.self) } == [1, 1])
            #expect(try await pool.query("select pg_backend_pid()")[0].decode(Int32.self) == backend)
        }
    }

    @Test("stores what was queued, in its order, and nothing of it where one of it fails")
    func queued() async throws {
        try await withDatabase(migrations: [Self.table]) { database in
            let pool = database.pool(for: .runtime)
            let seen = try await pool.withTransaction { transaction in
                transaction.queue("insert into item values (\(1), 'a')")
                transaction.queue("update item set note = note || 'b' where id = \(1)")
                let seen = try await transaction.query("select note from item")[0].decode(String.self)
                transaction.queue("insert into item values (\(2), 'c')")
                return seen
            }
            #expect(seen == "ab")
            try await pool.withTransaction { $0.queue("insert into item values (\(3), 'd')") }
            try await expect(3, itemsIn: pool)
            let taken = DatabaseError.Kind.constraint(name: "item_pkey", kind: .unique)
            let late = await kind {
                try await pool.withTransaction { transaction in
                    transaction.queue("insert into item values (\(4), 'e')")
                    transaction.queue("insert into item values (\(1), 'f')")
                }
            }
            let swallowed = await kind {
                try await pool.withTransaction { transaction in
                    transaction.queue("insert into item values (\(1), 'f')")
                    _ = try? await transaction.query("insert into item values (\(5), 'g')")
                }
            }
            await #expect(throws: BindError.self) {
                try await pool.withTransaction { transaction in
                    transaction.queue("insert into item values (\(6), \("a\u{0}"))")
                    _ = try? await transaction.query("insert into item values (\(7), 'h')")
                }
            }
            #expect(late == taken && swallowed == taken)
            try await expect(3, itemsIn: pool)
        }
    }

    @Test("that commits to nothing because a deferred constraint fails is an error")
    func deferred() async throws {
        let migration = Migration(
            number: 1, name: "deferred",
            sql: """
                create table parent (id bigint primary key);
                create table child (parent bigint constraint child_parent references parent deferrable initially deferred);
                """)
        try await withDatabase(migrations: [migration]) { database in
            let pool = database.pool(for: .runtime)
            let expected = DatabaseError.Kind.constraint(name: "child_parent", kind: .foreignKey)
            #expect(await kind { try await pool.transact(["insert into child values (1)"]) } == expected)
            let separate = await kind {
                try await pool.withTransaction { try await $0.query("insert into child values (1)") }
            }
            #expect(separate == expected)
            let count = try await pool.query("select count(*) from child")[0].decode(Int.self)
            #expect(count == 0)
        }
    }

    @Test("whose task was cancelled sends nothing more and is rolled back")
    func cancelled() async throws {
        try await withDatabase(migrations: [Self.table]) { database in
            let pool = database.pool(for: .runtime)
            let task = Task {
                try await pool.withTransaction { transaction in
                    try await transaction.query("insert into item values (1, 'a')")
                    withUnsafeCurrentTask { $0?.cancel() }
                }
            }
            await #expect(throws: CancellationError.self) { try await task.value }
            try await expect(0, itemsIn: pool)
        }
    }

    @Test("crosses the wire as rarely as it can")
    func roundTrips() async throws {
        try await withDatabase(migrations: [Self.table]) { database in
            var configuration = database.configuration(for: .runtime)
            configuration.maximumConnections = 1
            let proxy = FaultyProxy(to: configuration.port)
            defer { proxy.close() }
            configuration.host = "127.0.0.1"
            configuration.port = proxy.port
            let pool = Pool(configuration: configuration)
            try await pool.query("select 1")
            let settings = [(name: "spro.region", value: "28")]

            func roundTrips(_ body: () async throws -> Void) async throws -> Int {
                let before = proxy.roundTrips
                try await body()
                return proxy.roundTrips - before
            }
            // The first time with statements to prepare, the second time without.
            for id in 1...2 {
                let transacted = try await roundTrips {
                    try await pool.transact(
                        settings: settings, ["insert into item values (\(id), 'a')", "select count(*) from item"])
                }
                #expect(transacted == 1)
                let scoped = try await roundTrips {
                    try await pool.withTransaction(settings: settings) { transaction in
                        try await transaction.query("insert into item values (\(id + 10), 'a')")
                        try await transaction.pipeline(["select 1", "select 2", "select 3"])
                    }
                }
                // Begin, settings and the first statement; the pipeline; the commit.
                #expect(scoped == 3)
                let queued = try await roundTrips {
                    try await pool.withTransaction(settings: settings) { transaction in
                        transaction.queue("insert into item values (\(id + 20), 'a')")
                        try await transaction.query("select count(*) from item")
                        transaction.queue("insert into item values (\(id + 30), 'a')")
                    }
                }
                #expect(queued == 2)
            }
            let empty = try await roundTrips { try await pool.withTransaction { _ in } }
            #expect(empty == 0)
        }
    }
}

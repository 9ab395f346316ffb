import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import Postgres
import Schema
import Support
import Testing
import Tokens
import Web

@Suite("Idempotency keys")
struct IdempotencyTests {
    private let keys = IdempotencyRepository()
    private static let migrations = [
        Migration.idempotencyKeys(number: 1),
        Migration(number: 2, name: "thing", sql: "create table thing (id bigint generated always as identity)"),
    ]

    private func key(
        _ header: String..., body: String = "{}", operation: String = "create", client: String = "client-a"
    ) async throws -> IdempotencyKey {
        let request = Request(fields: header.map { (.idempotencyKey, $0) })
        let source = ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: Logger(label: "test"))
        var context = ServiceContext(source: source)
        let token = try await TestIssuer.shared.token(scopes: [.directoryWrite], clientID: client)
        context.token = try await TestIssuer.shared.verifier(audience: "directory").verify(token, from: "test")
        return try IdempotencyKey(of: request, context, operation: operation, body: Array(body.utf8))
    }

    /// Does a creation once: what a route does around it.
    private func create(
        _ key: IdempotencyKey, _ pool: Pool, failing: Bool = false
    ) async throws -> (answer: IdempotencyRepository.Answer, isReplay: Bool) {
        try await pool.withTransaction { transaction in
            if let answer = try await keys.claim(key, in: transaction) { return (answer, true) }
            let rows = try await transaction.query("insert into thing default values returning id")
            let id = try rows[0].decode(Int.self)
            let answer = IdempotencyRepository.Answer(
                status: 201, location: "/v1/things/\(id)", body: Array("{\"id\":\(id)}".utf8))
            keys.store(answer, for: key, in: transaction)
            if failing { throw Refusal(.conflict) }
            return (answer, false)
        }
    }

    private func things(_ pool: Pool) async throws -> Int {
        try await pool.query("select count(*) from thing")[0].decode(Int.self)
    }

    @Test("are 1 to 128 visible ASCII characters, with or without quotes")
    func header() async throws {
        #expect(try await key("abc").key == "abc")
        #expect(try await key("\"abc\"").key == "abc")
        #expect(try await key(String(repeating: "k", count: 128)).key.count == 128)
        for values in [[], [""], ["\"\""], [String(repeating: "k", count: 129)], ["a b"], ["é"], ["a\tb"], ["a", "b"]] {
            await #expect {
                switch values.count {
                case 0: _ = try await key()
                case 1: _ = try await key(values[0])
                default: _ = try await key(values[0], values[1])
                }
            } throws: {
                ($0 as? Refusal)?.code == .idempotencyKeyMissing
            }
        }
        let one = try await key("abc", body: "{}")
        #expect(one.client == "client-a" && one.fingerprint.count == 32)
        #expect(try await key("abc", body: "{ }").fingerprint != one.fingerprint)
    }

    @Test("the first request creates, the same again gets the first answer")
    func replay() async throws {
        let key = try await key("one")
        try await withDatabase(migrations: Self.migrations) { database in
            let pool = database.pool(for: .runtime)
            let first = try await create(key, pool)
            #expect(!first.isReplay)
            for _ in 0..<3 {
                let again = try await create(key, pool)
                #expect(again.isReplay && again.answer == first.answer)
            }
            #expect(try await things(pool) == 1)
        }
    }

    @Test("the same key for another payload or another operation is a mistake, for another client a key of its own")
    func reuse() async throws {
        let (first, payload) = (try await key("one"), try await key("one", body: "{\"a\":1}"))
        let (operation, client) = (try await key("one", operation: "other"), try await key("one", client: "client-b"))
        let second = try await key("two")
        try await withDatabase(migrations: Self.migrations) { database in
            let pool = database.pool(for: .runtime)
            _ = try await create(first, pool)
            for other in [payload, operation] {
                let error = await #expect(throws: Refusal.self) { try await create(other, pool) }
                #expect(error?.code == .idempotencyKeyReused)
            }
            #expect(try await create(client, pool).isReplay == false)
            #expect(try await create(second, pool).isReplay == false)
            #expect(try await create(first, pool).isReplay)
            #expect(try await things(pool) == 3)
        }
    }

    @Test("while the first request is in flight the second is refused at once, and others are not")
    func inFlight() async throws {
        let (first, second, client) = (try await key("one"), try await key("two"), try await key("one", client: "b"))
        try await withDatabase(migrations: Self.migrations) { database in
            let pool = database.pool(for: .runtime)
            try await pool.withTransaction { transaction in
                let claimed = try await keys.claim(first, in: transaction)
                #expect(claimed == nil)
                let error = await #expect(throws: Refusal.self) { try await create(first, pool) }
                #expect(error?.code == .idempotencyKeyInFlight && error?.retryAfter == 1)
                let others = [try await create(second, pool), try await create(client, pool)]
                #expect(others.allSatisfy { !$0.isReplay })
            }
            // It ended without an answer: the key is free.
            #expect(try await create(first, pool).isReplay == false)
        }
    }

    @Test("a creation that fails leaves its key free and no row")
    func rollback() async throws {
        let key = try await key("one")
        try await withDatabase(migrations: Self.migrations) { database in
            let pool = database.pool(for: .runtime)
            for _ in 0..<2 { await #expect(throws: Refusal.self) { try await create(key, pool, failing: true) } }
            let left = try await things(pool)
            #expect(left == 0)
            #expect(try await create(key, pool).isReplay == false)
            #expect(try await create(key, pool).isReplay)
            #expect(try await things(pool) == 1)
        }
    }

    @Test("a key is good for seven days, then free again and forgotten")
    func expiry() async throws {
        let (key, other) = (try await key("one"), try await key("one", body: "[]"))
        try await withDatabase(migrations: Self.migrations) { database in
            let pool = database.pool(for: .runtime)
            func age(_ interval: String) async throws {
                try await pool.query("update idempotency_keys set created_at = now() - \(interval)::text::interval")
            }
            func rows() async throws -> Int {
                try await pool.query("select count(*) from idempotency_keys")[0].decode(Int.self)
            }
            let first = try await create(key, pool)
            try await age("6 days 23 hours 59 minutes")
            #expect(try await IdempotencyExpiry(pool: pool, logger: .init(label: "test")).sweep() == 0)
            #expect(try await create(key, pool).answer == first.answer)
            try await age("7 days 1 minute")
            // Free for any payload, before and after the broom.
            let second = try await create(other, pool)
            #expect(!second.isReplay && second.answer != first.answer)
            #expect(try await create(other, pool).answer == second.answer)
            #expect(try await rows() == 1)
            try await age("7 days 1 minute")
            #expect(try await IdempotencyExpiry(pool: pool, logger: .init(label: "test")).sweep() == 1)
            #expect(try await rows() == 0)
        }
    }

    @Test("what is past its time is forgotten in small steps, by one replica at a time, and what is used again stays")
    func sweep() async throws {
        let old = try await key("old 7".filter { $0 != " " })
        try await withDatabase(migrations: Self.migrations) { database in
            let pool = database.pool(for: .runtime)
            func rows() async throws -> Int {
                try await pool.query("select count(*) from idempotency_keys")[0].decode(Int.self)
            }
            try await pool.query(
                """
                insert into idempotency_keys (client_id, key, operation, fingerprint, status, location, body, created_at)
                select 'client-a', 'old' || n, 'create', sha256('a'), 201, '/', '', now() - (n || ' days')::interval
                from generate_series(1, 30) as n
                """)
            let expiry = IdempotencyExpiry(pool: pool, logger: .init(label: "test"), chunk: 5)
            try await pool.withTransaction { transaction in
                // A retry takes an expired key again, while others sweep.
                let claimed = try await keys.claim(old, in: transaction)
                #expect(claimed == nil)
                let answer = IdempotencyRepository.Answer(status: 201, location: "/new", body: [])
                keys.store(answer, for: old, in: transaction)
                try await transaction.query("select 1")
                let swept = try await expiry.sweep()
                #expect(swept == 23)
            }
            #expect(try await rows() == 7)
            #expect(try await create(old, pool).answer.location == "/new")

            try await pool.query("update idempotency_keys set created_at = now() - interval '8 days'")
            try await pool.withTransaction { transaction in
                let ours = try await keys.deleteExpired(atMost: 2, in: transaction)
                // Another replica leaves it to us.
                let others = try await expiry.sweep()
                #expect(ours == 2 && others == 0)
            }
            #expect(try await rows() == 5)
        }
    }

    @Test("a running service forgets by itself")
    func background() async throws {
        try await withDatabase(migrations: ServiceDefinition.probe.migrations) { database in
            let pool = database.pool(for: .runtime)
            try await pool.query(
                """
                insert into idempotency_keys (client_id, key, operation, fingerprint, status, location, body, created_at)
                values ('a', 'old', 'create', sha256('a'), 201, '/', '', now() - interval '8 days'),
                    ('a', 'new', 'create', sha256('a'), 201, '/', '', now() - interval '6 days')
                """)
            try await withService(.probe, on: database) { _ in
                try await eventually {
                    try await pool.query("select key from idempotency_keys").decode(String.self) == ["new"]
                }
            }
        }
    }

    @Test("a key that was answered is answered however often at once, also to who claims it")
    func replays() async throws {
        let key = try await key("one")
        try await withDatabase(migrations: Self.migrations) { database in
            let pool = database.pool(for: .runtime)
            let first = try await create(key, pool).answer
            // Another repetition has the key all the while.
            try await pool.withTransaction { transaction in
                let held = try await keys.claim(key, in: transaction)
                #expect(held == first)
                let claimed = try await create(key, pool)
                let found = try await keys.find(key, in: pool)
                #expect(claimed.isReplay && claimed.answer == first && found == first)
            }
            try await withThrowingTaskGroup(of: Bool.self) { tasks in
                for _ in 0..<16 {
                    tasks.addTask {
                        for _ in 0..<10 where try await create(key, pool).answer != first { return false }
                        return true
                    }
                }
                for try await isSame in tasks { #expect(isSame) }
            }
            #expect(try await things(pool) == 1)
        }
    }

    @Test("of 32 requests at once one creates, and all that are answered get its answer")
    func concurrent() async throws {
        let key = try await key("one")
        try await withDatabase(migrations: Self.migrations) { database in
            let pool = database.pool(for: .runtime)
            let outcomes = try await withThrowingTaskGroup(of: (IdempotencyRepository.Answer, Bool).self) { tasks in
                for _ in 0..<32 {
                    tasks.addTask {
                        let deadline = ContinuousClock.now + .seconds(20)
                        while true {
                            do {
                                let outcome = try await create(key, pool)
                                return (outcome.answer, outcome.isReplay)
                            } catch let refusal as Refusal where refusal.code == .idempotencyKeyInFlight {
                                guard ContinuousClock.now < deadline else { throw refusal }
                            } catch let error as DatabaseError where error.kind == .saturated {
                                guard ContinuousClock.now < deadline else { throw error }
                            }
                            try await Task.sleep(for: .milliseconds(5))
                        }
                    }
                }
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count == 32 && outcomes.count { !$0.1 } == 1)
            #expect(Set(outcomes.map(\.0.location)).count == 1 && Set(outcomes.map(\.0.body)).count == 1)
            #expect(try await things(pool) == 1)
        }
    }
}

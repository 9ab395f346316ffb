import Postgres
import Support
import Synchronization
import Testing

@Suite("Transactions that collide")
struct CollisionTests {
    private static let table = Migration(
        number: 1, name: "item", sql: "create table item (id bigint primary key, count bigint not null default 0)")

    /// How often each side began, and whether both hold what the other will want.
    private final class Meeting: Sendable {
        let begun = Mutex<[Int: Int]>([:])
        let holding = Mutex<Set<Int>>([])

        func begin(_ side: Int) { begun.withLock { $0[side, default: 0] += 1 } }

        func meet(_ side: Int) async throws {
            holding.withLock { _ = $0.insert(side) }
            // The second time the other has gone.
            try await eventually { holding.withLock { $0.count } == 2 }
        }
    }

    @Test("in a deadlock are both stored: the one that the server ends runs again")
    func deadlock() async throws {
        try await withDatabase(migrations: [Self.table]) { database in
            let pool = database.pool(for: .runtime)
            try await pool.query("insert into item values (1), (2)")
            let meeting = Meeting()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for side in [1, 2] {
                    group.addTask {
                        try await pool.withTransaction { transaction in
                            meeting.begin(side)
                            try await transaction.query("update item set count = count + 1 where id = \(side)")
                            try await meeting.meet(side)
                            try await transaction.query("update item set count = count + 1 where id = \(3 - side)")
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await pool.query("select count from item order by id").decode(Int.self) == [2, 2])
            #expect(meeting.begun.withLock { $0.values.sorted() } == [1, 2])
        }
    }

    @Test("in a serialization failure run again on what the other has stored")
    func serialization() async throws {
        try await withDatabase(migrations: [Self.table]) { database in
            let pool = database.pool(for: .runtime)
            try await pool.query("insert into item values (1)")
            let attempts = Mutex(0)
            let seen = try await pool.withTransaction(isolation: .repeatableRead) { transaction in
                let seen = try await transaction.query("select count from item")[0].decode(Int.self)
                if attempts.withLock({
                    $0 += 1
                    return $0
                }) == 1 {
                    try await pool.query("update item set count = 7")
                }
                try await transaction.query("update item set count = count + 1")
                return seen
            }
            #expect(seen == 7 && attempts.withLock(\.self) == 2)
            #expect(try await pool.query("select count from item")[0].decode(Int.self) == 8)
        }
    }

    @Test("again and again are given up, with nothing stored")
    func giveUp() async throws {
        try await withDatabase(migrations: [Self.table]) { database in
            let pool = database.pool(for: .runtime)
            try await pool.query("insert into item values (1)")
            let attempts = Mutex(0)
            let error = await #expect(throws: DatabaseError.self) {
                try await pool.withTransaction(isolation: .repeatableRead) { transaction in
                    attempts.withLock { $0 += 1 }
                    try await transaction.query("select count from item")
                    try await pool.query("update item set count = count + 10")
                    try await transaction.query("update item set count = count + 1")
                }
            }
            #expect(error?.kind == .serialization && attempts.withLock(\.self) == 3)
            #expect(try await pool.query("select count from item")[0].decode(Int.self) == 30)
        }
    }
}

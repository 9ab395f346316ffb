import Foundation
import Postgres
import Support
import Testing

@Suite("Migrations")
struct MigratorTests {
    private static let first = Migration(number: 1, name: "first", sql: "create table first (id bigint); select 1;")
    private static let second = Migration(
        number: 2, name: "second",
        sql: """
            create table second (id bigint);
            create function one() returns bigint language plpgsql as $$ begin return 1; end $$;
            insert into second values (one());
            """)

    private func withOwner(_ body: (Connection) async throws -> Void) async throws {
        try await withDatabase { database in
            let connection = try await Connection.open(database.configuration(for: .owner))
            try await body(connection)
            await connection.close()
        }
    }

    private func names(_ standing: SchemaStanding) -> [String] {
        switch standing {
        case .current: ["current"]
        case .pending(let migrations): migrations.map(\.name)
        case .conflict(let reason): ["conflict", reason]
        }
    }

    @Test("are applied in order, once")
    func apply() async throws {
        try await withOwner { connection in
            let both = Migrator(migrations: [Self.first, Self.second])
            let standing = try await both.verify(on: connection)
            #expect(names(standing) == ["first", "second"])
            #expect(try await Migrator(migrations: [Self.first]).apply(on: connection).map(\.name) == ["first"])
            #expect(names(try await both.verify(on: connection)) == ["second"])
            #expect(try await both.apply(on: connection).map(\.name) == ["second"])
            #expect(try await both.apply(on: connection).isEmpty)
            #expect(names(try await both.verify(on: connection)) == ["current"])
            #expect(try await connection.query("select id from second").decode(Int.self) == [1])
        }
    }

    @Test("that fail leave nothing behind, and those before them stay")
    func failure() async throws {
        try await withOwner { connection in
            let broken = Migration(number: 2, name: "broken", sql: "create table half (id bigint); select 1/0;")
            await #expect(throws: DatabaseError.self) {
                try await Migrator(migrations: [Self.first, broken]).apply(on: connection)
            }
            let left = try await connection.query(
                "select to_regclass('first') is not null, to_regclass('half') is null")
            #expect(try left[0].decode((Bool, Bool).self) == (true, true))
            // Nor is the lock left.
            let again = Migrator(migrations: [Self.first, Self.second])
            #expect(try await again.apply(on: connection).map(\.name) == ["second"])
        }
    }

    @Test("are refused where the histories differ")
    func conflicts() async throws {
        try await withOwner { connection in
            try await Migrator(migrations: [Self.first, Self.second]).apply(on: connection)
            let changed = Migration(number: 1, name: "first", sql: "create table first (id integer);")
            let gap = Migration(number: 4, name: "fourth", sql: "select 1")
            let conflicts: [([Migration], String)] = [
                ([changed, Self.second], "migration 1 (first) has changed since it was applied"),
                ([Self.first], "migration 2 (second) is newer than this program"),
                ([Self.first, Self.second, gap], "the program's migration 3 is missing"),
            ]
            for (migrations, reason) in conflicts {
                let migrator = Migrator(migrations: migrations)
                #expect(names(try await migrator.verify(on: connection)) == ["conflict", reason])
                await #expect(throws: SchemaError.self) { try await migrator.apply(on: connection) }
            }
            try await connection.query("delete from schema_migrations where number = 1")
            let standing = try await Migrator(migrations: [Self.first, Self.second]).verify(on: connection)
            #expect(names(standing) == ["conflict", "migration 1 was never applied, though 2 was"])
        }
    }

    @Test("by several at once are applied once")
    func concurrency() async throws {
        try await withDatabase { database in
            let slow = Migration(number: 1, name: "slow", sql: "create table slow (id bigint); select pg_sleep(0.2);")
            let applied = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        let connection = try await Connection.open(database.configuration(for: .owner))
                        let applied = try await Migrator(migrations: [slow, Self.second]).apply(on: connection)
                        await connection.close()
                        return applied.count
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(applied.sorted() == [0, 0, 0, 0, 0, 2])
        }
    }

    @Test("that are pending keep a server from starting, and it says what to run")
    func stale() async throws {
        try await withDatabase(migrations: [Self.first]) { database in
            let connection = try await Connection.open(database.configuration(for: .runtime))
            try await Migrator(migrations: [Self.first]).requireCurrent(on: connection, command: "x migrate")
            let error = await #expect(throws: SchemaError.self) {
                try await Migrator(migrations: [Self.first, Self.second])
                    .requireCurrent(on: connection, command: "directory-service migrate")
            }
            #expect(
                error.map { "\($0)" } == "the database lacks 1 migration(s) (second): run «directory-service migrate»")
            await connection.close()
        }
    }
}

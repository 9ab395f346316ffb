import Postgres
import Support
import Testing

@Suite("Prepared statements")
struct StatementTests {
    private static let prepared: Query = "select count(*) from pg_prepared_statements where statement like '%item%'"

    @Test("survive a change of the schema")
    func schemaChange() async throws {
        try await withDatabase { database in
            let owner = try await Connection.open(database.configuration(for: .owner))
            try await owner.query("create table item (id bigint)")
            try await owner.query("insert into item values (1)")
            let connection = try await Connection.open(database.configuration(for: .runtime))
            let all: Query = "select * from item"
            #expect(try await connection.query(all)[0].decode(Int.self) == 1)
            try await owner.query("alter table item add column note text default 'n'")
            #expect(try await connection.query(all)[0].decode((Int, String).self) == (1, "n"))
            try await owner.query("alter table item add column more text default 'm'")
            #expect(try await connection.transact([all])[0][0].decode((Int, String, String).self) == (1, "n", "m"))
            try await owner.query("alter table item drop column more")
            let read = try await connection.withTransaction { try await $0.query(all)[0].decode((Int, String).self) }
            #expect(read == (1, "n"))
            // In the midst of a transaction the error cannot be undone, and says that it may be tried again.
            try await owner.query("alter table item drop column note")
            let error = await #expect(throws: DatabaseError.self) {
                try await connection.withTransaction { transaction in
                    try await transaction.query("select 1")
                    try await transaction.query(all)
                }
            }
            #expect(error?.isRetryable == true)
            #expect(try await connection.query(all)[0].decode(Int.self) == 1)
            await connection.close()
            await owner.close()
        }
    }

    @Test("are prepared again when the server has forgotten them")
    func forgotten() async throws {
        try await withDatabase { database in
            let connection = try await Connection.open(database.configuration(for: .runtime))
            #expect(try await connection.query("select \(1)")[0].decode(Int.self) == 1)
            try await connection.script("deallocate all")
            #expect(try await connection.query("select \(2)")[0].decode(Int.self) == 2)
            try await connection.script("discard all")
            #expect(try await connection.transact(["select \(3)"])[0][0].decode(Int.self) == 3)
            await connection.close()
        }
    }

    @Test("are kept up to a number, the least recently used going first")
    func bounded() async throws {
        try await withDatabase { database in
            var configuration = database.configuration(for: .runtime)
            configuration.preparedStatements = 4
            let connection = try await Connection.open(configuration)
            let column = Array<Query>(repeating: "1", count: 20)
            for length in 1...20 {
                try await connection.query("select \(Query(column.prefix(length), separator: ", "))")
            }
            let names: Query = "select count(*) from pg_prepared_statements"
            // What a flight evicts is deallocated ahead of the next one.
            #expect(try await connection.query(names)[0].decode(Int.self) == 5)
            // More statements in one flight than may be kept.
            let many = (1...20).map { length in "select \(Query(column.prefix(length), separator: ", "))" as Query }
            #expect(try await connection.transact(many).count == 20)
            #expect(try await connection.query(names)[0].decode(Int.self) == 5)
            await connection.close()
        }
    }

    @Test("with the same text and other types are other statements")
    func types() async throws {
        try await withDatabase { database in
            let connection = try await Connection.open(database.configuration(for: .runtime))
            func type(_ value: some Bindable) async throws -> String {
                try await connection.query("select pg_typeof(\(value))::text")[0].decode(String.self)
            }
            for _ in 0..<2 {
                #expect(try await type(1) == "bigint")
                #expect(try await type("1") == "text")
                #expect(try await type([1]) == "bigint[]")
            }
            await connection.close()
        }
    }

    @Test("that fail to parse are not taken for prepared")
    func unparsable() async throws {
        try await withDatabase { database in
            let connection = try await Connection.open(database.configuration(for: .owner))
            let query: Query = "select id from later"
            #expect(await kind { try await connection.query(query) } == .other)
            #expect(await kind { try await connection.transact(["select 1/0", query]) } == .other)
            try await connection.query("create table later (id bigint)")
            #expect(try await connection.query(query).isEmpty)
            await connection.close()
        }
    }
}

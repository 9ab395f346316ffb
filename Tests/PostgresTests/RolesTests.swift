import Postgres
import Support
import Testing

@Suite("Roles")
struct RolesTests {
    private static let migrations = [
        Migration(
            number: 1, name: "item",
            sql: """
                create schema annex;
                create table item (id bigint generated always as identity primary key, note text);
                create table annex.item (id bigserial primary key, note text);
                create function shout(text) returns text language sql as 'select upper($1)';
                create table published (id bigint);
                grant select on published to spro_test_reader;
                """)
    ]

    @Test("serve rows, and change nothing of the schema")
    func runtime() async throws {
        try await withDatabase(migrations: Self.migrations) { database in
            for role in [Roles.Role.runtime, .worker] {
                let pool = database.pool(for: role)
                let allowed: [Query] = [
                    "insert into item (note) values ('a')", "update item set note = shout(note)",
                    "insert into annex.item (note) values ('a')", "delete from annex.item",
                    "create temporary table batch (id bigint) on commit drop", "select number from schema_migrations",
                ]
                for query in allowed { try await pool.transact([query]) }
                let forbidden: [Query] = [
                    "create table other (id bigint)", "alter table item add column x bigint", "drop table item",
                    "truncate item", "create schema other",
                    "create function f() returns int language sql as 'select 1'",
                    "delete from schema_migrations", "update schema_migrations set name = 'x'",
                    "alter table item disable row level security", "set session authorization spro_test_owner",
                    "set role spro_test_owner", "create role other", "copy item to program 'true'",
                ]
                for query in forbidden {
                    let error = await #expect(throws: DatabaseError.self) { try await pool.transact([query]) }
                    #expect(error?.sqlstate == "42501", "\(query.text)")
                }
            }
        }
    }

    @Test("that only read see what is granted to them by name")
    func reader() async throws {
        try await withDatabase(migrations: Self.migrations) { database in
            let pool = database.pool(for: .reader)
            try await pool.query("select id from published")
            for query in ["select id from item", "insert into published values (1)", "select shout('a')"] as [Query] {
                let error = await #expect(throws: DatabaseError.self) { try await pool.query(query) }
                #expect(error?.sqlstate == "42501", "\(query.text)")
            }
        }
    }

    @Test("do not pass by row-level security")
    func rowLevelSecurity() async throws {
        let secured = Migration(
            number: 1, name: "secured",
            sql: """
                create table secured (tenant text);
                alter table secured enable row level security;
                alter table secured force row level security;
                create policy own on secured using (tenant = nullif(current_setting('spro.tenant', true), ''));
                """)
        try await withDatabase(migrations: [secured]) { database in
            let pool = database.pool(for: .runtime)
            let mine = [(name: "spro.tenant", value: "a")]
            let insert: Query = "insert into secured values (\("a"))"
            try await pool.transact(settings: mine, [insert])
            #expect(await kind { try await pool.transact([insert]) } == .other)
            let count: Query = "select count(*) from secured"
            #expect(try await pool.transact(settings: mine, [count])[0][0].decode(Int.self) == 1)
            #expect(try await pool.transact(settings: [("spro.tenant", "b")], [count])[0][0].decode(Int.self) == 0)
            #expect(try await pool.query(count)[0].decode(Int.self) == 0)
        }
    }

    @Test("are prepared any number of times, by several at once, with passwords that work")
    func bootstrap() async throws {
        let admin = try DatabaseServer.admin()
        let database: Identifier = "spro_bootstrap_test"
        let bootstrap = Bootstrap(service: "spro_bootstrap", passwords: [.runtime: "p'ass\\ word", .owner: "o"])
        let connection = try await Connection.open(admin)
        try await connection.script("drop database if exists spro_bootstrap_test with (force)", timeout: .seconds(60))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 { group.addTask { try await bootstrap.prepare(database: database, as: admin) } }
            try await group.waitForAll()
        }
        try await bootstrap.prepare(database: database, as: admin)
        let roles = try await connection.query(
            """
            select rolname from pg_roles
            where rolname like 'spro\\_bootstrap\\_%' and rolcanlogin and not rolsuper and not rolbypassrls
                and not rolcreaterole and not rolcreatedb
            order by rolname
            """)
        let names = Roles.Role.allCases.map { "spro_bootstrap_\($0.rawValue)" }
        #expect(try roles.decode(String.self) == names.sorted())
        let stored = try await connection.query(
            "select rolpassword from pg_authid where rolname = 'spro_bootstrap_runtime'")
        #expect(try stored[0].decode(String.self).hasPrefix("SCRAM-SHA-256$4096:"))
        // Roles of other services stay out.
        try await connection.script("drop role if exists spro_stranger; create role spro_stranger login")
        var stranger = admin
        stranger.user = "spro_stranger"
        stranger.database = database.name
        let refused = await #expect(throws: DatabaseError.self) { _ = try await Connection.open(stranger) }
        #expect(refused?.note?.contains("permission denied for database") == true)
        #expect(!String(reflecting: bootstrap).contains("p'ass"))
        try await connection.script("drop database spro_bootstrap_test with (force)", timeout: .seconds(60))
        for role in names { try await connection.query("drop role \(Identifier(role)!)") }
        try await connection.query("drop role spro_stranger")
        await connection.close()
    }
}

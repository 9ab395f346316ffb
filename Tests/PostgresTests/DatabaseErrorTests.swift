import Postgres
import Support
import Testing

@Suite("An error of the database")
struct DatabaseErrorTests {
    private static let schema = Migration(
        number: 1, name: "person",
        sql: """
            create table person (
                id bigint primary key,
                email text not null constraint person_email_key unique,
                age bigint constraint person_age_check check (age >= 0),
                parent bigint constraint person_parent_fkey references person,
                exclude using btree (age with =)
            );
            insert into person values (1, 'canary@example.org', 40, null);
            create function guard(reason text) returns void language plpgsql as $$
            begin
                raise exception 'no consent for %', reason using errcode = 'SP001';
            end $$;
            create function fail(state text) returns void language plpgsql as $$
            begin
                raise exception 'no room' using errcode = state;
            end $$;
            """)

    @Test("is told apart by its kind")
    func kinds() async throws {
        let expected: [(Query, DatabaseError.Kind)] = [
            (
                "insert into person (id, email) values (2, 'canary@example.org')",
                .constraint(name: "person_email_key", kind: .unique)
            ),
            ("insert into person (id) values (2)", .constraint(name: "person.email", kind: .notNull)),
            (
                "insert into person (id, email, age) values (2, 'b', -1)",
                .constraint(name: "person_age_check", kind: .check)
            ),
            (
                "insert into person (id, email, parent) values (2, 'b', 99)",
                .constraint(name: "person_parent_fkey", kind: .foreignKey)
            ),
            (
                "insert into person (id, email, age) values (2, 'b', 40)",
                .constraint(name: "person_age_excl", kind: .exclusion)
            ),
            ("select guard(\("canary"))", .raised(sqlstate: "SP001", message: "no consent for canary")),
            ("select 1 / \(0)", .other),
            ("select pg_sleep(10)", .timeout), ("select fail(\("53100"))", .exhausted),
            ("select fail(\("53200"))", .exhausted),
        ]
        try await withDatabase(migrations: [Self.schema]) { database in
            var configuration = database.configuration(for: .runtime)
            configuration.statementTimeout = .milliseconds(200)
            let pool = Pool(configuration: configuration)
            for (query, kind) in expected { #expect(await self.kind(pool, query) == kind) }
        }
    }

    private func kind(_ pool: Pool, _ query: Query) async -> DatabaseError.Kind? {
        await PostgresTests.kind { try await pool.transact([query]) }
    }

    @Test("shows no value, neither in its description nor in its reflection")
    func silence() async throws {
        let telling: [Query] = [
            "insert into person (id, email) values (2, \("canary@example.org"))",
            "insert into person (id, email, age) values (2, \("canary"), -1)",
            "insert into person (id, email, parent) values (2, \("canary"), 99)",
            "select \("canary")::uuid", "select \("canary")::date", "select guard(\("canary"))",
            "select to_tsquery(\("canary & "))", "select \("$.canary[")::jsonpath", "select \("[canary")::jsonb",
            "select 'x' ~ \("(canary")", "select set_config('work_mem', \("canary"), true)",
            "select jsonb_path_query('{}', \("strict $.canary")::jsonpath)",
        ]
        try await withDatabase(migrations: [Self.schema]) { database in
            let pool = database.pool(for: .runtime)
            for query in telling {
                do {
                    try await pool.query(query)
                    Issue.record("no error for \(query.text)")
                } catch let error as DatabaseError {
                    #expect(!"\(error)".contains("canary"))
                    #expect(!String(reflecting: error).contains("canary"), "\(query.text)")
                    #expect(error.sqlstate?.count == 5)
                }
            }
            // And what helps a developer is there.
            do {
                try await pool.query("select nothing from person")
            } catch let error as DatabaseError {
                #expect("\(error)" == "database error (SQLSTATE 42703)")
                #expect(String(reflecting: error).contains(#"column "nothing" does not exist"#))
            }
        }
    }

    @Test("of two transactions in each other's way can be tried again")
    func retryable() async throws {
        try await withDatabase(migrations: [Self.schema]) { database in
            let pool = database.pool(for: .runtime)
            let kind = await PostgresTests.kind {
                // On a connection of one's own, because a pool's transactions are tried again by themselves.
                try await pool.withConnection { connection in
                    try await connection.withTransaction(TransactionOptions(isolation: .serializable)) { first in
                        try await first.query("select count(*) from person")
                        try await pool.withTransaction(isolation: .serializable) { second in
                            try await second.query("select count(*) from person")
                            try await second.query("insert into person (id, email) values (3, 'c')")
                        }
                        try await first.query("insert into person (id, email) values (4, 'd')")
                    }
                }
            }
            #expect(kind == .serialization)
            #expect(DatabaseError(.serialization).isRetryable && DatabaseError(.connectionLost).isRetryable)
            #expect(!DatabaseError(.commitOutcomeUnknown).isRetryable && !DatabaseError(.timeout).isRetryable)
        }
    }
}

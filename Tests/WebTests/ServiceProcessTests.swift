import Postgres
import Support
import Testing
import Web

@Suite("Starting a service")
struct ServiceProcessTests {
    private func environment(_ database: Database, _ role: Roles.Role = .runtime) -> [String: String] {
        let place = database.configuration(for: role)
        return [
            "SPRO_HTTP_PORT": "0", "SPRO_OPERATIONS_PORT": "0", "SPRO_DATABASE_HOST": place.host,
            "SPRO_DATABASE_PORT": "\(place.port)", "SPRO_DATABASE_NAME": place.database,
            "SPRO_DATABASE_USER": place.user,
            "SPRO_TOKEN_ISSUER": "https://issuer.test", "SPRO_TOKEN_KEYS": "https://issuer.test/jwks.json",
            "SPRO_OPENAPI": Repository.path("openapi"),
        ]
    }

    @Test("refuses a schema that is not current and names the command, until that command has run")
    func schema() async throws {
        try await withDatabase { database in
            let process = ServiceProcess(.probe, environment: environment(database))
            let stale = await #expect(throws: SchemaError.self) { try await process.build() }
            #expect(
                stale?.description
                    == "the database lacks 1 migration(s) (idempotency keys): run «directory-service migrate»")
            var owner = environment(database, .owner)
            for name in [
                "SPRO_HTTP_PORT", "SPRO_OPERATIONS_PORT", "SPRO_TOKEN_ISSUER", "SPRO_TOKEN_KEYS", "SPRO_OPENAPI",
            ] {
                owner[name] = nil
            }
            let migrating = ServiceProcess(.probe, environment: owner)
            #expect(try await migrating.migrate() == ["idempotency keys"])
            #expect(try await migrating.migrate() == [])
            _ = try await process.build()
        }
    }

    @Test("refuses a schema of another program or of a newer one")
    func foreignSchema() async throws {
        let others = [
            [Migration(number: 1, name: "other", sql: "create table other (id bigint)")],
            ServiceDefinition.probe.migrations + [
                Migration(number: 2, name: "later", sql: "create table later (id bigint)")
            ],
        ]
        for migrations in others {
            try await withDatabase(migrations: migrations) { database in
                let process = ServiceProcess(.probe, environment: environment(database))
                await #expect(throws: SchemaError.self) { try await process.build() }
            }
        }
    }

    @Test("refuses wrong settings before it touches anything, all of them at once")
    func settings() async throws {
        let process = ServiceProcess(
            .probe,
            environment: [
                "SPRO_DATABASE_PORT": "1", "SPRO_DATABASE_PASSWORD": "canari-2f9c", "SPRO_HTTP_PROT": "80",
                "SPRO_HTTP_PORT": "x",
            ])
        let failure = await #expect(throws: Settings.Failure.self) { try await process.build() }
        let text = failure?.description ?? ""
        for name in ["SPRO_HTTP_PROT", "SPRO_HTTP_PORT", "SPRO_TOKEN_ISSUER", "SPRO_TOKEN_KEYS"] {
            #expect(text.contains(name))
        }
        #expect(failure?.complaints.count == 4 && !text.contains("canari-2f9c"))
    }

    @Test("refuses to start without its contract")
    func contract() async throws {
        try await withDatabase(migrations: ServiceDefinition.probe.migrations) { database in
            var environment = environment(database)
            environment["SPRO_OPENAPI"] = "/nowhere"
            let process = ServiceProcess(.probe, environment: environment)
            let failure = await #expect(throws: Settings.Failure.self) { try await process.build() }
            #expect(failure?.description.contains("SPRO_OPENAPI") == true)
        }
    }

    @Test("without a database says so instead of starting")
    func noDatabase() async throws {
        try await withDatabase(migrations: ServiceDefinition.probe.migrations) { database in
            var environment = environment(database)
            environment["SPRO_DATABASE_PORT"] = "1"
            let process = ServiceProcess(.probe, environment: environment)
            let error = await #expect(throws: DatabaseError.self) { try await process.build() }
            #expect(error?.kind == .connectionLost)
        }
    }
}

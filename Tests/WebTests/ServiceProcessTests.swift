import Foundation
import Postgres
import ServiceLifecycle
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
            "SPRO_OPENAPI": Repository.path("openapi"), "SPRO_PAGES": Repository.path("pages"),
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
                "SPRO_PAGES",
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
            let error = await #expect(throws: StartFailure.self) { try await process.build() }
            let place = environment["SPRO_DATABASE_NAME"] ?? ""
            #expect(error?.description.contains("\(place) at") == true && error?.description.contains(":1 ") == true)
            let command = await #expect(throws: StartFailure.self) { try await process.migrate() }
            #expect(command?.description.contains("refused") == true)
        }
    }

    @Test("does not serve as a role that grants and row-level security do not hold")
    func roles() async throws {
        try await withDatabase(migrations: ServiceDefinition.probe.migrations) { database in
            var superuser = environment(database)
            superuser["SPRO_DATABASE_USER"] = database.superuserConfiguration.user
            for (environment, words) in [(environment(database, .owner), "owns tables"), (superuser, "is a superuser")]
            {
                let process = ServiceProcess(.probe, environment: environment)
                let error = await #expect(throws: RoleError.self) { try await process.build() }
                #expect(error?.description.contains(words) == true)
                #expect(error?.role == environment["SPRO_DATABASE_USER"])
            }
            for role in [Roles.Role.runtime, .worker] {
                _ = try await ServiceProcess(.probe, environment: environment(database, role)).build()
            }
            // One that may become the owner is the owner.
            let member = Identifier("member_\(UUID().uuidString.lowercased().prefix(8))")!
            let admin = database.superuserConfiguration
            let owner = Identifier(database.configuration(for: .owner).user)!
            try await Connection.with(admin) { try await $0.script("create role \(member) login in role \(owner)") }
            var other = environment(database)
            other["SPRO_DATABASE_USER"] = member.name
            let process = ServiceProcess(.probe, environment: other)
            await #expect(throws: RoleError.self) { try await process.build() }
            try await Connection.with(admin) { try await $0.script("drop role \(member)") }
        }
    }

    @Test("names the setting of a port that is taken or of an address that is not here")
    func addresses() async throws {
        try await withDatabase(migrations: ServiceDefinition.probe.migrations) { database in
            let base = environment(database)
            try await withService(.probe, on: database) { running in
                let taken = try #require(URL(string: running.url)?.port)
                for (name, value, words) in [
                    ("SPRO_HTTP_PORT", "\(taken)", "127.0.0.1:\(taken) is taken"),
                    ("SPRO_OPERATIONS_PORT", "\(taken)", "127.0.0.1:\(taken) is taken"),
                    ("SPRO_HTTP_HOST", "192.0.2.1", "192.0.2.1 is no address of this machine"),
                    ("SPRO_OPERATIONS_HOST", "nowhere.invalid", "nowhere.invalid is no address"),
                ] {
                    let environment = base.merging([name: value]) { $1 }
                    let process = ServiceProcess(.probe, environment: environment, fetch: TestIssuer.shared.fetch)
                    let group = try await process.build().group
                    let error = await #expect(throws: StartFailure.self) { try await group.run() }
                    #expect(error?.description.hasPrefix("\(name): \(words)") == true, "\(error?.description ?? "")")
                }
            }
        }
    }
}

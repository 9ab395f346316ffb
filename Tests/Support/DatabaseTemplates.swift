internal import Foundation
internal import Postgres

/// The migrated databases that tests clone. Each is made once per server, whatever number of tests and test processes
/// ask for it, and named after its migrations, so that changed ones make a new template.
actor DatabaseTemplates {
    static let shared = DatabaseTemplates()

    private var templates: [Identifier: Task<Void, any Error>] = [:]

    func template(service: Identifier, migrations: [Migration]) async throws -> Identifier {
        let name = Identifier("template_\(service.name)_\(migrations.fingerprint)")!
        let task =
            templates[name] ?? Task { try await Self.make(name, service: service, migrations: migrations) }
        templates[name] = task
        try await task.value
        return name
    }

    private static func make(_ name: Identifier, service: Identifier, migrations: [Migration]) async throws {
        let admin = try DatabaseServer.admin()
        let connection = try await Connection.open(admin)
        do {
            // Held until this connection closes; another test process waits here.
            try await connection.query("select pg_advisory_lock(\(lock))", timeout: .seconds(120))
            let finished = try await connection.query(
                "select from pg_database where datname = \(name.name) and datistemplate")
            if finished.isEmpty { try await build(name, service: service, migrations: migrations, on: connection) }
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }

    private static func build(
        _ name: Identifier, service: Identifier, migrations: [Migration], on connection: Connection
    ) async throws {
        // What an interrupted run has left.
        try await connection.script("drop database if exists \(name) with (force)", timeout: .seconds(60))
        let admin = connection.configuration
        try await Bootstrap(service: service).prepare(database: name, as: admin)
        var owner = admin
        owner.database = name.name
        owner.user = Roles(service: service)[.owner].name
        owner.password = nil
        let migrating = try await Connection.open(owner)
        do {
            try await Migrator(migrations: migrations).apply(on: migrating)
        } catch {
            await migrating.close()
            throw error
        }
        await migrating.close()
        // Marks it as finished.
        try await connection.script("alter database \(name) is_template true")
    }

    /// «sprotest» in ASCII.
    private static let lock: Int64 = 0x7370_726F_7465_7374
}

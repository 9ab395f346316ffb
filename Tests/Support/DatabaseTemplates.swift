internal import Foundation
internal import Postgres

/// The migrated databases that tests clone. Each is made once per test process, which its name ends with, so that no
/// test runs on what an older program made.
actor DatabaseTemplates {
    static let shared = DatabaseTemplates()

    private var templates: [Identifier: Task<Void, any Error>] = [:]

    func template(service: Identifier, migrations: [Migration]) async throws -> Identifier {
        let name = Identifier("template_\(service.name)_\(migrations.fingerprint)_\(getpid())")!
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
            // Held until this connection closes; others who make templates wait here.
            try await connection.query("select pg_advisory_lock(\(lock))", timeout: .seconds(120))
            try await dropLeftovers(on: connection)
            try await build(name, service: service, migrations: migrations, on: connection)
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }

    private static func build(
        _ name: Identifier, service: Identifier, migrations: [Migration], on connection: Connection
    ) async throws {
        // What an interrupted process of the same number has left.
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
    }

    /// Drops the templates of processes that are gone.
    private static func dropLeftovers(on connection: Connection) async throws {
        let rows = try await connection.query(
            "select datname from pg_database where datname like 'template\\_%\\_%'")
        for name in try rows.decode(String.self) {
            guard let process = name.split(separator: "_").last.flatMap({ Int32($0) }), let name = Identifier(name),
                process != getpid(), kill(process, 0) != 0
            else { continue }
            try await connection.script("drop database \(name) with (force)", timeout: .seconds(60))
        }
    }

    /// «sprotest» in ASCII.
    private static let lock: Int64 = 0x7370_726F_7465_7374
}

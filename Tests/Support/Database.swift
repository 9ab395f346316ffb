internal import Foundation
internal import Logging
package import Postgres

/// A test's own database: migrated, empty, dropped afterwards.
package struct Database: Sendable {
    package let name: Identifier
    private let roles: Roles
    private let admin: DatabaseConfiguration

    init(name: Identifier, roles: Roles, admin: DatabaseConfiguration) {
        self.name = name
        self.roles = roles
        self.admin = admin
    }

    /// How one of the service's roles reaches it.
    package func configuration(for role: Roles.Role) -> DatabaseConfiguration {
        var configuration = superuserConfiguration
        configuration.user = roles[role].name
        configuration.password = nil
        configuration.maximumConnections = 4
        return configuration
    }

    /// How the superuser reaches it: to look behind row-level security.
    package var superuserConfiguration: DatabaseConfiguration {
        var configuration = admin
        configuration.database = name.name
        return configuration
    }

    /// A pool for one of the roles.
    package func pool(for role: Roles.Role) -> Pool {
        Pool(configuration: configuration(for: role), logger: Logger(label: "test"))
    }
}

/// Runs `body` with a database of its own, cloned from a template that is migrated once.
///
/// - Parameters:
///   - service: whose four roles it has; one name per service, because roles belong to the whole server.
///   - migrations: applied as the owner role.
package nonisolated(nonsending) func withDatabase<Value>(
    service: Identifier = "spro_test", migrations: [Migration] = [],
    _ body: nonisolated(nonsending) (Database) async throws -> Value
) async throws -> Value {
    let admin = try DatabaseServer.admin()
    let template = try await DatabaseTemplates.shared.template(service: service, migrations: migrations)
    let roles = Roles(service: service)
    let name = Identifier("test_\(UUID().uuidString.lowercased().filter { $0 != "-" })")!
    let connection = try await Connection.open(admin)
    let value: Value
    do {
        try await connection.script(
            "create database \(name) template \(template) owner \(roles[.owner])", timeout: .seconds(60))
        await connection.close()
        value = try await body(Database(name: name, roles: roles, admin: admin))
    } catch {
        try await dropDatabase(name, as: admin)
        throw error
    }
    try await dropDatabase(name, as: admin)
    return value
}

private func dropDatabase(_ name: Identifier, as admin: DatabaseConfiguration) async throws {
    let connection = try await Connection.open(admin)
    try await connection.script("drop database if exists \(name) with (force)", timeout: .seconds(60))
    await connection.close()
}

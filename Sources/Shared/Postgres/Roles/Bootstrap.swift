/// Makes a service's database and roles, once or any number of times; run by an operator or a development script as a
/// superuser (or a role that may create both and is a member of the owner).
package struct Bootstrap: Sendable {
    let roles: Roles
    /// Where a role has none, only a trusting `pg_hba.conf` lets it in.
    let passwords: [Roles.Role: Password]

    package init(service: Identifier, passwords: [Roles.Role: Password] = [:]) {
        roles = Roles(service: service)
        self.passwords = passwords
    }

    /// - Parameter admin: any existing database of the cluster, usually `postgres`; always the same one, because those
    ///   who prepare at the same time wait for each other there.
    package func prepare(database: Identifier, as admin: DatabaseConfiguration) async throws {
        var admin = admin
        admin.statementTimeout = Self.patience
        let connection = try await Connection.open(admin)
        do {
            try await connection.query("select pg_advisory_lock(\(Self.lock))")
            for role in Roles.Role.allCases { try await prepare(role, on: connection) }
            try await create(database, on: connection)
            try await grant(in: database, as: admin)
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }

    private func prepare(_ role: Roles.Role, on connection: Connection) async throws {
        let name = roles[role]
        let known = try await connection.query("select from pg_roles where rolname = \(name.name)")
        if known.isEmpty { try await connection.query("create role \(name)") }
        try await connection.query(
            "alter role \(name) login nosuperuser nocreatedb nocreaterole noreplication nobypassrls")
        if let password = passwords[role] {
            let verifier = try await connection.verifier(of: password, for: name)
            try await connection.query("alter role \(name) password \(literal: verifier)")
        }
    }

    private func create(_ database: Identifier, on connection: Connection) async throws {
        let known = try await connection.query("select from pg_database where datname = \(database.name)")
        if known.isEmpty {
            // One order of texts everywhere and for ever: a collation of the system's would change with its library,
            // and indices with it. French order is asked for by name where people read it.
            try await connection.script(
                """
                create database \(database) owner \(roles[.owner]) template template0
                    encoding 'UTF8' lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8'
                """)
        }
        try await connection.script(
            """
            revoke all on database \(database) from public;
            grant connect, temporary on database \(database) to \(roles[.runtime]), \(roles[.worker]);
            grant connect on database \(database) to \(roles[.owner]), \(roles[.reader]);
            """)
    }

    /// What the owner makes later is granted by its default privileges.
    private func grant(in database: Identifier, as admin: DatabaseConfiguration) async throws {
        var configuration = admin
        configuration.database = database.name
        let connection = try await Connection.open(configuration)
        let users: Query = "\(roles[.runtime]), \(roles[.worker])"
        let defaults: Query = "alter default privileges for role \(roles[.owner])"
        try await connection.script(
            """
            revoke all on schema public from public;
            grant usage on schema public to \(users), \(roles[.reader]);
            \(defaults) grant usage on schemas to \(users), \(roles[.reader]);
            \(defaults) grant select, insert, update, delete on tables to \(users);
            \(defaults) grant usage, select on sequences to \(users);
            \(defaults) revoke execute on functions from public;
            \(defaults) grant execute on functions to \(users);
            """)
        await connection.close()
    }

    /// «sproboot» in ASCII.
    private static let lock: Int64 = 0x7370_726F_626F_6F74
    /// Creating a database waits for a checkpoint, and whoever comes second waits for the first.
    private static let patience = Duration.seconds(60)
}

/// Brings a schema up to date, and tells whether it is. Runs as the service's owner role; `verify` also as any other.
package struct Migrator: Sendable {
    private let migrations: [Migration]

    package init(migrations: [Migration]) { self.migrations = migrations }

    /// Applies what is pending, each migration in a transaction of its own, while others who try wait. Gives what was
    /// applied.
    ///
    /// - Parameter timeout: of each statement, and of the wait for others.
    /// - Throws: ``SchemaError`` where the histories differ.
    @discardableResult
    package func apply(on connection: Connection, timeout: Duration = .seconds(600)) async throws -> [Migration] {
        try await connection.query("select pg_advisory_lock(\(Self.lock))", timeout: timeout)
        let outcome: Result<[Migration], any Error>
        do {
            outcome = .success(try await applyPending(on: connection, timeout: timeout))
        } catch {
            outcome = .failure(error)
        }
        // Fails only where the connection is gone, and the lock with it.
        _ = try? await connection.query("select pg_advisory_unlock(\(Self.lock))")
        return try outcome.get()
    }

    private func applyPending(on connection: Connection, timeout: Duration) async throws -> [Migration] {
        try await connection.script(Self.ledger)
        let pending: [Migration]
        switch try await verify(on: connection) {
        case .current: return []
        case .pending(let migrations): pending = migrations
        case .conflict(let reason): throw SchemaError.conflict(reason)
        }
        for migration in pending {
            try await connection.withTransaction(TransactionOptions(timeout: timeout)) { transaction in
                try await transaction.script(migration.sql)
                try await transaction.query(
                    """
                    insert into schema_migrations (number, name, sha256)
                    values (\(migration.number), \(migration.name), \(migration.digest))
                    """)
            }
        }
        return pending
    }

    package func verify(on connection: Connection) async throws -> SchemaStanding {
        let exists = try await connection.query("select to_regclass('schema_migrations') is not null")
        guard try exists[0].decode(Bool.self) else { return SchemaStanding(applied: [], known: migrations) }
        let rows = try await connection.query("select number, name, sha256 from schema_migrations order by number")
        let applied = try rows.decode((Int, String, [UInt8]).self)
        return SchemaStanding(
            applied: applied.map { SchemaStanding.Applied(number: $0.0, name: $0.1, digest: $0.2) }, known: migrations)
    }

    /// For a server at its start.
    ///
    /// - Parameter command: what brings the schema up to date, such as `directory-service migrate`.
    /// - Throws: ``SchemaError``, unless the schema is current.
    package func requireCurrent(on connection: Connection, command: String) async throws {
        switch try await verify(on: connection) {
        case .current: return
        case .pending(let migrations): throw SchemaError.stale(pending: migrations.map(\.name), command: command)
        case .conflict(let reason): throw SchemaError.conflict(reason)
        }
    }

    /// «spro migr» in ASCII; advisory locks are numbers that applications agree on.
    private static let lock: Int64 = 0x7370_726F_6D69_6772

    /// The other roles may read the ledger and not write it, whatever the owner's default privileges grant them.
    private static let ledger: Query = """
        create table if not exists schema_migrations (
            number integer primary key,
            name text not null,
            sha256 bytea not null,
            applied_at timestamptz not null default now()
        );
        do $$
        declare grantee text;
        begin
            for grantee in
                select distinct privilege.grantee::regrole::text
                from pg_class, aclexplode(relacl) as privilege
                where pg_class.oid = 'schema_migrations'::regclass and privilege.grantee not in (0, relowner)
            loop
                execute format('revoke all on schema_migrations from %s', grantee);
                execute format('grant select on schema_migrations to %s', grantee);
            end loop;
        end $$;
        """
}

/// Why a program must not run on a schema.
package enum SchemaError: Error, CustomStringConvertible {
    case stale(pending: [String], command: String)
    case conflict(String)

    package var description: String {
        switch self {
        case .stale(let pending, let command):
            "the database lacks \(pending.count) migration(s) (\(pending.joined(separator: ", "))): run «\(command)»"
        case .conflict(let reason): "the database does not belong to this program: \(reason)"
        }
    }
}

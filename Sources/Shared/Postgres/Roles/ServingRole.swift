/// The role that a connection has, as a server may have it or not.
package enum ServingRole {
    /// Refuses what grants and row-level security do not hold: superusers, roles that pass by row-level security, and
    /// whoever owns a table or may become its owner.
    ///
    /// - Throws: ``RoleError``.
    package static func require(on connection: Connection) async throws {
        let rows = try await connection.query(
            """
            select rolname::text, rolsuper, rolbypassrls, exists (
                select from pg_class
                where relkind in ('r', 'p') and pg_has_role(relowner, 'member')
                    and relnamespace not in (
                        select oid from pg_namespace where nspname like 'pg\\_%' or nspname = 'information_schema'))
            from pg_roles where rolname = current_user
            """)
        let (name, isSuperuser, passesBy, isOwner) = try rows[0].decode((String, Bool, Bool, Bool).self)
        if isSuperuser { throw RoleError(role: name, reason: "is a superuser") }
        if passesBy { throw RoleError(role: name, reason: "passes by row-level security") }
        if isOwner { throw RoleError(role: name, reason: "owns tables, or may become their owner") }
    }
}

/// Why a program must not serve as the role that it has.
package struct RoleError: Error, CustomStringConvertible {
    package let role: String
    let reason: String

    package var description: String { "the role \(role) \(reason): a service must have less power" }
}

/// The four roles of one service's database, named after the service: `directory_owner`...
package struct Roles: Sendable {
    package enum Role: String, Sendable, CaseIterable {
        /// Owns the schema; used by migrations only.
        case owner
        /// Serves requests: reads and writes rows, under row-level security.
        case runtime
        /// Timers, webhooks, feeds: like `runtime`, with policies of its own.
        case worker
        /// Reads what migrations grant it by name, and nothing by default.
        case reader
    }

    package let service: Identifier

    package init(service: Identifier) { self.service = service }

    package subscript(role: Role) -> Identifier {
        guard let name = Identifier("\(service.name)_\(role.rawValue)") else {
            preconditionFailure("\(service) is too long a name for a service")
        }
        return name
    }
}

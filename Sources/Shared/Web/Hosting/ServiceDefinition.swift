package import Logging
package import Postgres
package import ServiceLifecycle
package import Tokens

/// What makes one of our services itself; everything else about running it is in ``ServiceProcess``.
package struct ServiceDefinition: Sendable {
    /// What a running service consists of beside its listener.
    package struct Parts: Sendable {
        package let routes: [Route]
        /// Run before the listener starts and stopped after it.
        package let background: [any Service]
        package let checks: [ReadinessCheck]

        package init(routes: [Route], background: [any Service] = [], checks: [ReadinessCheck] = []) {
            self.routes = routes
            self.background = background
            self.checks = checks
        }
    }

    /// What the parts are built from.
    package struct Ground: Sendable {
        package let pool: Pool
        /// As the role `worker`; nil but for a service that ``ServiceDefinition/hasWorkers``.
        let workerPool: Pool?
        package let host: HostSettings
        /// For routes that make a client wait.
        package let drain: DrainState
        package let logger: Logger
        package let verifier: TokenVerifier
        package let contract: Contract
        /// nil: the service signs nothing (``ServiceDefinition/signs``).
        package let ownIssuer: OwnIssuer?

        /// For what the service does on its own account, for nobody's request: as the role `worker`, whose policies see
        /// every structure's rows and no person's fields.
        package var workers: Pool {
            guard let workerPool else { preconditionFailure("a service with workers says so in its definition") }
            return workerPool
        }
    }

    /// `directory`: the audience of its tokens, the name of its database, the prefix of its roles.
    package let name: String
    package let defaultPort: Int
    package let migrations: [Migration]
    /// Whether nothing can be answered while the database is away: then the replica is not ready.
    package let needsDatabaseToRead: Bool
    /// Whether it does anything as the role `worker`.
    package let hasWorkers: Bool
    /// Routes that take more than others, and longer.
    package let uploads: [EdgeLimits.Upload]
    /// Whether it signs, and is an issuer of its own.
    package let signs: Bool
    /// Reads the service's own settings, and gives what builds its parts once all settings are known to be right.
    package let prepare: @Sendable (Settings) -> @Sendable (Ground) async throws -> Parts

    package init(
        name: String, defaultPort: Int, migrations: [Migration], needsDatabaseToRead: Bool = true,
        hasWorkers: Bool = false, uploads: [EdgeLimits.Upload] = [], signs: Bool = false,
        prepare: @escaping @Sendable (Settings) -> @Sendable (Ground) async throws -> Parts
    ) {
        self.name = name
        self.defaultPort = defaultPort
        self.migrations = migrations
        self.needsDatabaseToRead = needsDatabaseToRead
        self.hasWorkers = hasWorkers
        self.uploads = uploads
        self.signs = signs
        self.prepare = prepare
    }
}

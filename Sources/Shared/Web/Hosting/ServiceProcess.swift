import Foundation
import Hummingbird
import Logging
import Metrics
package import NIOCore
package import Postgres
import Schema
package import ServiceLifecycle
package import Tokens
package import UnixSignals

/// Runs a service as a process: settings, schema, parts, listener, operations port, graceful stop.
package struct ServiceProcess: Sendable {
    private let definition: ServiceDefinition
    private let environment: [String: String]
    private let fetch: KeySetFetch
    private let tokenLimits: TokenVerifier.Limits
    private let metrics: PrometheusFactory
    private let onServerRunning: @Sendable (any Channel) async -> Void

    /// The defaulted parameters are the only seam for tests.
    package init(
        _ definition: ServiceDefinition, environment: [String: String] = ProcessInfo.processInfo.environment,
        fetch: @escaping KeySetFetch = KeySetSource.http, tokenLimits: TokenVerifier.Limits = TokenVerifier.Limits(),
        metrics: PrometheusFactory = PrometheusFactory(),
        onServerRunning: @escaping @Sendable (any Channel) async -> Void = { _ in }
    ) {
        self.definition = definition
        self.environment = environment
        self.fetch = fetch
        self.tokenLimits = tokenLimits
        self.metrics = metrics
        self.onServerRunning = onServerRunning
    }

    /// Serves until the process is told to stop (SIGTERM, SIGINT).
    package func serve() async throws {
        MetricsSystem.bootstrap(metrics)
        OpenFileLimit.raise(for: EdgeLimits(), logger: Logger(label: "spro.\(definition.name)"))
        try await build(stoppingOn: [.sigterm, .sigint]).group.run()
    }

    /// Puts the service together; refuses wrong settings, a role with too much power and a schema that is not current.
    ///
    /// - Returns: what runs it, and every route that it will serve.
    package func build(stoppingOn signals: [UnixSignal] = []) async throws -> (group: ServiceGroup, routes: [Route]) {
        let settings = Settings(environment: environment)
        let host = HostSettings(settings, defaultPort: definition.defaultPort)
        let database = DatabaseConfiguration(settings, service: definition.name, role: .runtime)
        let workers =
            definition.hasWorkers
            ? DatabaseConfiguration(settings, service: definition.name, role: .worker) : nil
        let ownIssuer = definition.signs ? OwnIssuer(of: definition.name, settings) : nil
        let makeParts = definition.prepare(settings)
        try settings.finish()

        var logger = Logger(label: "spro.\(definition.name)")
        logger.logLevel = Logger.Level(rawValue: host.logLevel) ?? .info
        for role in [database] + (workers.map { [$0] } ?? []) { try await requireSoundDatabase(role) }

        let pool = Pool(configuration: database, logger: logger)
        let workerPool = workers.map { Pool(configuration: $0, logger: logger) }
        let issuer = try IssuerConfiguration(issuer: host.issuer, jwksURL: host.keysURL, allowsLoopbackHTTP: true)
        let verifier = try TokenVerifier(
            issuers: [issuer] + (try ownIssuer.map { [try $0.configuration()] } ?? []), audience: definition.name,
            limits: tokenLimits, fetch: fetch, logger: logger)
        let drain = DrainState()
        let contract = try Contract(file: "\(host.openAPIFolder)/\(definition.name).yaml")
        let parts = try await makeParts(
            ServiceDefinition.Ground(
                pool: pool, workerPool: workerPool, host: host, drain: drain, logger: logger, verifier: verifier,
                contract: contract, ownIssuer: ownIssuer))
        let operations = Operations(
            address: .hostname(host.operationsHost, port: host.operationsPort),
            checks: parts.checks + [
                ReadinessCheck(name: "database", isEssential: definition.needsDatabaseToRead) { pool.isReachable },
                ReadinessCheck(name: "token-keys") { await verifier.keys.isReady },
                ReadinessCheck(name: "token-issuer", isEssential: false) {
                    await verifier.keys.status.allSatisfy(\.isReachable)
                },
            ], drain: drain, metrics: metrics, logger: logger)
        let routes = parts.routes + DescriptionRoutes(contract: contract).routes + (try DocsPages(host)).routes
        let application = application(host, routes, verifier, drain, logger)
        let farewell = Drain(state: drain, for: .seconds(host.drainSeconds), logger: logger)
        let expiry = IdempotencyExpiry(pool: pool, logger: logger)
        let background =
            parts.background + (definition.migrations.contains(where: \.makesIdempotencyKeys) ? [expiry] : [])
        // Services stop in the reverse of this order.
        let services: [any Service] =
            [pool, verifier] + (workerPool.map { [$0] } ?? []) + background
            + [
                Listener(
                    base: operations, host: host.operationsHost, port: host.operationsPort, settings: "SPRO_OPERATIONS"),
                Listener(base: application, host: host.host, port: host.port, settings: "SPRO_HTTP"), farewell,
            ]
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map { .init(service: $0) }, gracefulShutdownSignals: signals, logger: logger))
        return (group, routes)
    }

    /// Brings the schema up to date, as the owner role.
    package func migrate() async throws -> [String] {
        let settings = Settings(environment: environment)
        let database = DatabaseConfiguration(settings, service: definition.name, role: .owner)
        try settings.finish(refusingUnknown: false)
        return try await Connection.atStart(database) { connection in
            try await Migrator(migrations: definition.migrations).apply(on: connection).map(\.name)
        }
    }

    /// Makes the database and its roles, as a superuser: `SPRO_DATABASE_USER` (postgres). The roles' passwords are
    /// `SPRO_OWNER_PASSWORD`, `SPRO_RUNTIME_PASSWORD`, `SPRO_WORKER_PASSWORD`, `SPRO_READER_PASSWORD` (or `…_FILE`);
    /// a role without one gets in only where `pg_hba.conf` trusts it.
    package func bootstrap() async throws {
        let settings = Settings(environment: environment)
        var admin = DatabaseConfiguration(settings, service: "postgres", role: .owner)
        admin.user = settings.value("database.user", .text(1...63), default: "postgres")
        var passwords: [Roles.Role: Password] = [:]
        for role in Roles.Role.allCases {
            passwords[role] = settings.secret("\(role.rawValue).password", isRequired: false).map {
                Password($0.revealed)
            }
        }
        try settings.finish(refusingUnknown: false)
        guard let name = Identifier(definition.name) else { preconditionFailure("a service's name is an identifier") }
        do {
            try await Bootstrap(service: name, passwords: passwords).prepare(database: name, as: admin)
        } catch let error as DatabaseError where error.kind == .connectionLost {
            throw StartFailure(error, at: admin)
        }
    }

    private func requireSoundDatabase(_ database: DatabaseConfiguration) async throws {
        try await Connection.atStart(database) { connection in
            try await ServingRole.require(on: connection)
            try await Migrator(migrations: definition.migrations).requireCurrent(
                on: connection, command: "\(definition.name)-service migrate")
        }
    }

    private func application(
        _ host: HostSettings, _ routes: [Route], _ verifier: TokenVerifier, _ drain: DrainState, _ logger: Logger
    ) -> some ApplicationProtocol {
        let router = ServiceRouter(
            routes: routes, verifier: verifier, proxies: host.proxies,
            middlewares: [RequestMetrics<ServiceContext>(factory: metrics), CrossOrigin(origins: host.origins)])
        var limits = EdgeLimits()
        limits.uploads = definition.uploads
        return Application(
            responder: router.responder(),
            server: .strictHTTP1(limits: limits, drain: drain, metrics: EdgeMetrics(factory: metrics)),
            configuration: ApplicationConfiguration(
                address: .hostname(host.host, port: host.port), serverName: nil, backlog: 1024),
            onServerRunning: onServerRunning, logger: logger)
    }
}

extension Connection {
    /// A connection of its own for a command, closed at the end.
    package static func with<Value>(
        _ configuration: DatabaseConfiguration, _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        let connection = try await open(configuration)
        do {
            let value = try await body(connection)
            await connection.close()
            return value
        } catch {
            await connection.close()
            throw error
        }
    }
}

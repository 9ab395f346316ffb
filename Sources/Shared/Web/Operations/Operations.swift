package import Hummingbird
package import Logging
import Metrics
package import NIOCore
import Schema
import ServiceLifecycle

/// The second port, for operators only: `/livez`, `/readyz`, `/metrics`.
///
/// It has no authentication and must not be reachable from outside: bind it to an address of the cluster.
package struct Operations: Service {
    private let address: BindAddress
    private let checks: [ReadinessCheck]
    private let checkDeadline: Duration
    private let drain: DrainState
    private let metrics: PrometheusFactory
    private let logger: Logger
    private let onServerRunning: @Sendable (any Channel) async -> Void

    /// - Parameters:
    ///   - checks: asked at every `/readyz`, together; none may take longer than `checkDeadline`.
    ///   - drain: makes readiness fail as soon as the service is told to stop.
    package init(
        address: BindAddress, checks: [ReadinessCheck], checkDeadline: Duration = .seconds(2), drain: DrainState,
        metrics: PrometheusFactory, logger: Logger,
        onServerRunning: @escaping @Sendable (any Channel) async -> Void = { _ in }
    ) {
        self.address = address
        self.checks = checks
        self.checkDeadline = checkDeadline
        self.drain = drain
        self.metrics = metrics
        self.logger = logger
        self.onServerRunning = onServerRunning
    }

    package func run() async throws {
        let router = Router()
        router.get("livez") { _, _ in Self.json { $0.member("status", "alive") } }
        router.get("readyz") { _, _ in await readiness() }
        router.get("metrics") { _, _ in
            let text = metrics.text + ProcessMetrics.text()
            return Response(
                status: .ok, headers: [.contentType: PrometheusText.contentType],
                body: .init(byteBuffer: ByteBuffer(string: text)))
        }
        var limits = EdgeLimits()
        limits.connections = 64
        limits.bodyBytes = 0
        let application = Application(
            router: router,
            // Uncounted: the edge's metrics are those of the port that clients use.
            server: .strictHTTP1(
                limits: limits, drain: drain, metrics: EdgeMetrics(factory: NOOPMetricsHandler.instance)),
            configuration: ApplicationConfiguration(address: address), onServerRunning: onServerRunning, logger: logger)
        try await application.run()
    }

    /// 200, or 503 with the names of what is missing; what is missing and not essential is `degraded`.
    private func readiness() async -> Response {
        let failures = await withTaskGroup(of: ReadinessCheck?.self) { group in
            for check in checks {
                group.addTask { await check.holds(within: checkDeadline) ? nil : check }
            }
            return await group.reduce(into: [ReadinessCheck]()) { failures, check in
                if let check { failures.append(check) }
            }
        }
        let essential = failures.filter(\.isEssential).map(\.name).sorted()
        let failing = drain.isDraining ? essential + ["draining"] : essential
        return Self.json(failing.isEmpty ? .ok : .serviceUnavailable) { json in
            json.member("status", failing.isEmpty ? "ready" : "not-ready")
            json.member("failing", failing)
            json.member("degraded", failures.filter { !$0.isEssential }.map(\.name).sorted())
        }
    }

    private static func json(
        _ status: HTTPResponse.Status = .ok, _ members: (inout JSONWriter) -> Void
    ) -> Response {
        var json = JSONWriter()
        json.object(members)
        return Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }
}

import Foundation
import Hummingbird
import Logging
import Metrics
import NIOCore
import ServiceLifecycle
import Support
import Synchronization
import Testing
import Web

@Suite("Operations: the second port")
struct OperationsTests {
    /// What a check says; tests change their minds.
    private final class Switch: Sendable {
        private let state = Atomic<Bool>(true)
        var isOn: Bool {
            get { state.load(ordering: .relaxed) }
            set { state.store(newValue, ordering: .relaxed) }
        }
    }

    private func withOperations(
        checks: [ReadinessCheck] = [], checkDeadline: Duration = .seconds(2),
        metrics: PrometheusFactory = PrometheusFactory(), drain: DrainState = DrainState(),
        _ body: @escaping @Sendable (_ get: @Sendable (String) async throws -> RawResponse) async throws -> Void
    ) async throws {
        var logger = Logger(label: "operations")
        logger.logLevel = .error
        let (ports, port) = AsyncStream<Int>.makeStream()
        let operations = Operations(
            address: .hostname("127.0.0.1", port: 0), checks: checks, checkDeadline: checkDeadline, drain: drain,
            metrics: metrics, logger: logger, onServerRunning: { port.yield($0.localAddress!.port!) })
        let group = ServiceGroup(configuration: .init(services: [operations], logger: logger))
        async let running: Void = group.run()
        let bound = await ports.first { _ in true }!
        do {
            try await body { path in
                let client = try RawClient(port: bound)
                try await client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                return try await client.response()
            }
        } catch {
            await group.triggerGracefulShutdown()
            throw error
        }
        await group.triggerGracefulShutdown()
        try await running
    }

    @Test("A process that answers is alive, whatever it lacks")
    func alive() async throws {
        try await withOperations(checks: [ReadinessCheck(name: "database") { false }]) { get in
            let response = try await get("/livez")
            #expect(response.status == 200)
            #expect(response.text == #"{"status":"alive"}"#)
        }
    }

    @Test("Readiness names what fails, and comes back by itself")
    func readiness() async throws {
        let database = Switch()
        let issuer = Switch()
        let keys = Switch()
        let checks = [
            ReadinessCheck(name: "issuer", isEssential: false) { issuer.isOn },
            ReadinessCheck(name: "database") { database.isOn }, ReadinessCheck(name: "keys") { keys.isOn },
        ]
        try await withOperations(checks: checks) { get in
            var response = try await get("/readyz")
            #expect(response.status == 200)
            #expect(response.text == #"{"status":"ready","failing":[],"degraded":[]}"#)
            #expect(response["content-type"] == "application/json")
            issuer.isOn = false
            response = try await get("/readyz")
            #expect(response.status == 200)
            #expect(response.text == #"{"status":"ready","failing":[],"degraded":["issuer"]}"#)
            database.isOn = false
            keys.isOn = false
            response = try await get("/readyz")
            #expect(response.status == 503)
            #expect(response.text == #"{"status":"not-ready","failing":["database","keys"],"degraded":["issuer"]}"#)
            database.isOn = true
            keys.isOn = true
            issuer.isOn = true
            #expect(try await get("/readyz").status == 200)
        }
    }

    @Test("A check that hangs fails in time")
    func hanging() async throws {
        let hanging = ReadinessCheck(name: "database") {
            // Deaf to cancellation, like a blocked library call.
            await withCheckedContinuation { continuation in
                Task.detached {
                    try? await Task.sleep(for: .seconds(30))
                    continuation.resume(returning: true)
                }
            }
        }
        try await withOperations(checks: [hanging], checkDeadline: .milliseconds(100)) { get in
            let start = ContinuousClock.now
            let response = try await get("/readyz")
            #expect(response.text.contains(#""failing":["database"]"#))
            #expect(ContinuousClock.now - start < .seconds(10))
        }
    }

    @Test("A service that drains is alive but not ready")
    func draining() async throws {
        let drain = DrainState()
        try await withOperations(drain: drain) { get in
            #expect(try await get("/readyz").status == 200)
            drain.begin()
            let response = try await get("/readyz")
            #expect(response.status == 503)
            #expect(response.text.contains(#""failing":["draining"]"#))
            #expect(try await get("/livez").status == 200)
        }
    }

    @Test("Metrics are served in the text format, the process's own among them")
    func metrics() async throws {
        let factory = PrometheusFactory()
        Counter(label: "things_total", dimensions: [], factory: factory).increment(by: 3)
        try await withOperations(metrics: factory) { get in
            let response = try await get("/metrics")
            #expect(response["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(response.text.contains("# TYPE things_total counter\nthings_total 3\n"))
            for name in ["process_resident_memory_bytes", "process_open_fds", "process_cpu_seconds_total"] {
                let value = response.text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
                #expect((value?.split(separator: " ").last.flatMap { Double($0) } ?? 0) > 0)
            }
            #expect(try await get("/").status == 404)
        }
    }
}

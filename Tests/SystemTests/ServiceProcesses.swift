import AsyncHTTPClient
import Foundation
import Glibc
import NIOCore
import NIOHTTP1
import Postgres
import Support
import Synchronization
import Testing
import Web

/// The services and the issuer as processes of their own, from the built executables: to be killed as a machine's fall
/// kills them.
final class ServiceProcesses: Sendable {
    let directory: URL
    let base: Int
    /// Where they log to, each in a file of its own; nil: nowhere.
    private let logs: URL?
    private let environments: Mutex<[String: [String: String]]> = Mutex([:])
    private let running: Mutex<[String: Process]> = Mutex([:])

    /// - Parameter base: the first of the ports, as `script/server` gives them out.
    init(base: Int, logs: URL? = nil) throws {
        // The executables lie beside the bundle that holds the tests.
        directory = URL(filePath: try #require(CommandLine.arguments.first)).deletingLastPathComponent()
        self.base = base
        self.logs = logs
    }

    var issuer: String { "http://127.0.0.1:\(base + 8)" }
    var directoryURL: String { "http://127.0.0.1:\(base + 1)" }
    var referralURL: String { "http://127.0.0.1:\(base + 2)" }
    var reportingURL: String { "http://127.0.0.1:\(base + 3)" }

    /// Starts the issuer and the services on the databases of a cluster, and waits until all are ready.
    /// - Parameter settings: further ones of the broker.
    func startAll(on cluster: PrivateCluster, settings: [String: String] = [:]) async throws {
        try await startIssuer()
        let key = Data(repeating: 7, count: 32).base64EncodedString()
        for (offset, service) in ["directory", "referral", "reporting"].enumerated() {
            environments.withLock {
                $0[service] = [
                    "SPRO_HTTP_PORT": "\(base + offset + 1)", "SPRO_OPERATIONS_PORT": "\(base + offset + 1001)",
                    "SPRO_DRAIN_SECONDS": "0", "SPRO_LOG_LEVEL": "error", "SPRO_DATABASE_HOST": "127.0.0.1",
                    "SPRO_DATABASE_PORT": "\(cluster.port)", "SPRO_TOKEN_ISSUER": issuer,
                    "SPRO_TOKEN_KEYS": issuer + "/jwks.json", "SPRO_OPENAPI": Repository.path("openapi"),
                    "SPRO_CHARTERS": Repository.path("charters"),
                ]
            }
        }
        set(["SPRO_CURSOR_KEY": key], of: "directory")
        set(
            [
                "SPRO_CURSOR_KEY": key, "SPRO_KEY_ENCRYPTION_KEYS": "2026-01 \(key)", "SPRO_WEBHOOK_KEY": key,
                "SPRO_BLIND_INDEX_KEY": key, "SPRO_SIGNING_KEY": TestKey.signingPEM, "SPRO_DIRECTORY_URL": directoryURL,
                "SPRO_CLIENT_ID": "referral-service", "SPRO_CLIENT_SECRET": "referral-service-secret",
            ], of: "referral")
        set(settings, of: "referral")
        set(
            [
                "SPRO_DIRECTORY_URL": directoryURL, "SPRO_REFERRAL_URL": referralURL, "SPRO_LEAST_PERSONS": "3",
                "SPRO_CLIENT_ID": "reporting-service", "SPRO_CLIENT_SECRET": "reporting-service-secret",
            ], of: "reporting")
        for service in ["directory", "referral", "reporting"] { try await start(service) }
    }

    /// It has new keys each time.
    func startIssuer() async throws {
        try launch("dev-issuer", ["--port", "\(base + 8)", "--clients", Repository.path("demo/clients.yaml")], [:])
        try await wait(for: issuer + "/healthz")
    }

    private func set(_ settings: [String: String], of service: String) {
        environments.withLock { $0[service, default: [:]].merge(settings) { $1 } }
    }

    /// Returns when it is ready. It may have to wait for its database: until then it is started again and again.
    func start(_ service: String) async throws {
        let settings = environments.withLock { $0[service] ?? [:] }
        let port = try #require(settings["SPRO_OPERATIONS_PORT"])
        for _ in 1...60 {
            try launch(service, ["serve"], settings)
            if (try? await wait(for: "http://127.0.0.1:\(port)/readyz", while: { self.isRunning(service) })) != nil {
                return
            }
            kill(service)
            try await Task.sleep(for: .milliseconds(250))
        }
        throw NeverReady(service: service)
    }

    /// SIGKILL: no drain, no goodbye.
    func kill(_ service: String) {
        guard let process = running.withLock({ $0.removeValue(forKey: service) }) else { return }
        if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }

    func killAll() { for name in running.withLock({ Array($0.keys) }) { kill(name) } }

    private func isRunning(_ service: String) -> Bool { running.withLock { $0[service]?.isRunning == true } }

    private func launch(_ name: String, _ arguments: [String], _ settings: [String: String]) throws {
        let process = Process()
        process.executableURL = directory.appending(path: name == "dev-issuer" ? name : name + "-service")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("SPRO_") }
            .merging(settings) { $1 }
        process.currentDirectoryURL = URL(filePath: Repository.path(""))
        let output = try log(of: name)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        running.withLock { $0[name] = process }
    }

    private func log(of name: String) throws -> FileHandle {
        guard let file = logs?.appending(path: name + ".log") else { return .nullDevice }
        if !FileManager.default.fileExists(atPath: file.path) { try Data().write(to: file) }
        let handle = try FileHandle(forWritingTo: file)
        try handle.seekToEnd()
        return handle
    }

    private func wait(for address: String, while isWorthIt: () -> Bool = { true }) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline, isWorthIt() {
            let request = HTTPClientRequest(url: address)
            if let answer = try? await HTTPClient.shared.execute(request, timeout: .seconds(2)), answer.status == .ok {
                return
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw NeverReady(service: address)
    }

    struct NeverReady: Error { let service: String }
}

/// Runs `body` with a cluster of its own, all services on it, and the demo data; nothing is left running.
///
/// - Parameters:
///   - logs: the folder where they log to; nil: nowhere.
///   - settings: further ones of the broker.
///   - megabytes: of the cluster's disk, where it has one of its own.
func withProcesses(
    logs: URL? = nil, settings: [String: String] = [:], megabytes: Int? = nil,
    _ body: (PrivateCluster, ServiceProcesses) async throws -> Void
) async throws {
    try await PrivateCluster.with(megabytes: megabytes) { cluster in
        // With a thousand for the operations, below those that the system gives to whoever connects (32,768 and up).
        let processes = try ServiceProcesses(base: Int.random(in: 30_000..<31_000), logs: logs)
        defer { processes.killAll() }
        try await populate(cluster)
        try await processes.startAll(on: cluster, settings: settings)
        try await body(cluster, processes)
    }
}

/// Makes the databases of all services as their commands do, with the demo data.
private func populate(_ cluster: PrivateCluster) async throws {
    for definition in everyService {
        let process = ServiceProcess(definition, environment: ["SPRO_DATABASE_PORT": "\(cluster.port)"])
        try await process.bootstrap()
        _ = try await process.migrate()
    }
    var place = cluster.configuration
    place.database = "directory"
    place.user = "directory_runtime"
    try await importDemoData(into: place)
}

import Foundation
import Postgres
import Testing

/// A server of a test's own, to be stopped and started, made by `script/lib/cluster.sh`.
struct PrivateCluster {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized

    let directory: String
    let port: Int

    func start() async throws { try await run("cluster_start '\(directory)' \(port)") }

    func stop() async throws { try await run("cluster_stop '\(directory)'") }

    var configuration: DatabaseConfiguration {
        DatabaseConfiguration(host: "127.0.0.1", port: port, database: "postgres", user: "postgres")
    }

    private func run(_ command: String) async throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", "set -euo pipefail; source script/lib/cluster.sh; \(command)"]
        process.currentDirectoryURL = Self.root
        let (exits, exit) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { exit.yield($0.terminationStatus) }
        try process.run()
        let status = await exits.first { _ in true }
        try #require(status == 0)
    }

    /// Runs `body` with a started server.
    static func with(_ body: (PrivateCluster) async throws -> Void) async throws {
        let directory = "/tmp/spro-test-\(UUID().uuidString.lowercased())"
        // Ports that no ephemeral socket takes.
        let port = Int.random(in: 20_000..<30_000)
        let cluster = PrivateCluster(directory: directory, port: port)
        try await cluster.start()
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(cluster)) } catch { outcome = .failure(error) }
        try await cluster.stop()
        try FileManager.default.removeItem(atPath: directory)
        try outcome.get()
    }
}

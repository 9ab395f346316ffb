import Foundation
package import Postgres

/// A PostgreSQL server of a test's own, to be stopped, frozen and started, made by `script/lib/cluster.sh`.
package struct PrivateCluster: Sendable {
    package struct Failure: Error {
        package let words: String
    }

    package let directory: String
    package let port: Int
    /// `NAME=VALUE`, of its configuration.
    private let settings: [String]

    package func start() async throws {
        try await run("cluster_start '\(directory)' \(port) \(settings.joined(separator: " "))")
    }

    package func stop() async throws { try await run("cluster_stop '\(directory)'") }

    /// Ends all its processes at once (SIGKILL): nothing more is written down.
    package func kill() async throws {
        // Where nobody reaps it, the dead server's number stays, and would pass for a server that runs.
        try await run(
            """
            data=$(cluster_home '\(directory)')/data
            server=$(head -n 1 "$data/postmaster.pid")
            kill -KILL "$server" $(cat /proc/"$server"/task/*/children)
            while [[ $(ps -o stat= -p "$server") =~ ^[^Z] ]]; do sleep 0.05; done
            rm -f "$data"/postmaster.pid "$data"/.s.PGSQL.*
            """)
    }

    /// Stops all its processes where they are: connections stay open and nothing answers.
    package func freeze() async throws { try await signal("STOP") }

    package func thaw() async throws { try await signal("CONT") }

    /// Takes all that is left of its disk, which must be its own.
    package func fillDisk() async throws {
        try await run("dd if=/dev/zero of='\(directory)/filler' bs=64k 2>/dev/null || true")
    }

    package func clearDisk() async throws { try await run("rm -f '\(directory)/filler'") }

    package var configuration: DatabaseConfiguration {
        DatabaseConfiguration(host: "127.0.0.1", port: port, database: "postgres", user: "postgres")
    }

    private func signal(_ name: String) async throws {
        try await run(
            """
            server=$(head -n 1 "$(cluster_home '\(directory)')/data/postmaster.pid")
            kill -\(name) "$server" $(cat /proc/"$server"/task/*/children)
            """)
    }

    /// Runs commands of the shell that know the functions of `cluster.sh`.
    package func run(_ command: String) async throws {
        let outcome = try await shell("source script/lib/cluster.sh; \(command)")
        guard outcome.status == 0 else { throw Failure(words: outcome.words) }
    }

    /// Runs `body` with a started server, which is gone afterwards.
    ///
    /// - Parameter megabytes: of a disk of its own, in memory, which only root can mount; nil: it shares the machine's.
    package nonisolated(nonsending) static func with(
        megabytes: Int? = nil, _ body: nonisolated(nonsending) (PrivateCluster) async throws -> Void
    ) async throws {
        let directory = "/tmp/spro-test-\(UUID().uuidString.lowercased())"
        // Ports that no ephemeral socket takes.
        let cluster = PrivateCluster(
            directory: directory, port: Int.random(in: 20_000..<30_000),
            settings: megabytes == nil ? [] : ["min_wal_size=32MB", "max_wal_size=32MB"])
        if let megabytes {
            try await cluster.run(
                "mkdir '\(directory)' && mount -t tmpfs -o size=\(megabytes)m,mode=0755 spro-test '\(directory)'")
        }
        try await cluster.start()
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(cluster)) } catch { outcome = .failure(error) }
        try await cluster.stop()
        if megabytes != nil { try await cluster.run("umount --lazy '\(directory)'") }
        try FileManager.default.removeItem(atPath: directory)
        try outcome.get()
    }
}

import Logging
import Postgres
import ServiceLifecycle

/// Keeps what is held in memory up to date: woken by the other replicas' `NOTIFY`, and each second in case one was lost; goes on
/// trying for as long as the database is away.
struct ChangeFollower: Service {
    /// Brings all that is held in memory up to every change committed before the call that can be shown at once.
    let refresh: @Sendable () async throws -> Void
    let configuration: DatabaseConfiguration
    let logger: Logger

    private static let pollInterval = Duration.seconds(1)
    /// Several changes in a row are read together.
    private static let coalescing = Duration.milliseconds(20)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await follow()
                } catch is CancellationError {
                    return
                } catch {
                    logger.warning("changes cannot be followed", metadata: ["error": "\(error)"])
                    try? await Task.sleep(for: Self.pollInterval)
                }
            }
        }
    }

    private func follow() async throws {
        let connection = try await Connection.open(configuration)
        do {
            try await connection.listen(on: ChangeRepository.channel)
            while !Task.isCancelled {
                try await refresh()
                if try await connection.nextNotification(within: Self.pollInterval) != nil {
                    try await Task.sleep(for: Self.coalescing)
                    while try await connection.nextNotification(within: .zero) != nil {}
                }
            }
            await connection.close()
        } catch {
            await connection.close()
            throw error
        }
    }
}

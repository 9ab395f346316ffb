import Logging
import Postgres
import ServiceLifecycle

/// Does some work again and again until the service stops; what the database does not let pass is tried at the next turn.
struct Sweeping: Sendable {
    private let interval: Duration
    private let name: String
    private let logger: Logger

    /// - Parameter name: of what is counted, for the log.
    init(every interval: Duration, _ name: String, _ logger: Logger) {
        self.interval = interval
        self.name = name
        self.logger = logger
    }

    /// - Parameter sweep: one turn; gives how much it did.
    func run(_ sweep: @escaping @Sendable () async throws -> Int) async throws {
        try await cancelWhenGracefulShutdown {
            var isFailing = false
            while true {
                do {
                    let count = try await sweep()
                    isFailing = false
                    if count > 0 { logger.debug("\(name)", metadata: ["count": "\(count)"]) }
                } catch let error as DatabaseError {
                    // Once for each outage.
                    if !isFailing {
                        logger.warning("not done: \(name)", metadata: ["error": "\(String(reflecting: error))"])
                    }
                    isFailing = true
                } catch is CancellationError {
                    return
                }
                do { try await Task.sleep(for: interval) } catch { return }
            }
        }
    }
}

import Logging
import Postgres
import Schema
import ServiceLifecycle

/// Asks the directory again about the structures that the broker has dealt with, so that one which has left its network
/// is no longer acted for by it, whether or not anybody names it again. Every replica does: what one has asked is new
/// enough for the others.
struct KnownStructureReview: Service {
    let partners: PartnerStructures
    let logger: Logger
    var interval = Duration.seconds(60)

    /// What was told longer ago than so many seconds is asked again.
    static let age = 3600.0
    /// Questions of one sweep.
    private static let batch = 200

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                do {
                    try await sweep()
                } catch {
                    if Task.isCancelled { return }
                    // What was told before holds until it is too old.
                    logger.debug("known structures are not asked for", metadata: ["error": "\(type(of: error))"])
                }
                try await Task.sleep(for: interval)
            }
        }
    }

    /// Asks for the oldest; ends with the first question that is not answered.
    func sweep() async throws {
        for id in try await partners.known.list(olderThan: Self.age, limit: Self.batch) {
            _ = try await partners.ask(id, for: nil)
        }
    }
}

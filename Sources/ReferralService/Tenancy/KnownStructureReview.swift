import Logging
import Postgres
import Schema
import ServiceLifecycle

/// Asks the directory again about the structures that the broker has dealt with, so that one which has left its network
/// is no longer acted for by it, whether or not anybody names it again. Every replica does, by turns: what one has taken,
/// another passes over.
struct KnownStructureReview: Service {
    let partners: PartnerStructures
    let logger: Logger
    var interval = Duration.seconds(60)

    /// What was told longer ago than so many seconds is asked again.
    static let age = 3600.0
    /// Taken at a time, and of one sweep: what a replica that dies has taken waits for five minutes.
    private static let (batch, most) = (20, 200)

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
        for _ in 0..<Self.most / Self.batch {
            let taken = try await partners.known.take(olderThan: Self.age, atMost: Self.batch)
            for (index, id) in taken.enumerated() {
                do {
                    _ = try await partners.ask(id, for: nil)
                } catch {
                    try? await partners.known.giveBack(Array(taken[index...]))
                    throw error
                }
            }
            if taken.count < Self.batch { return }
        }
    }
}

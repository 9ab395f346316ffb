import Logging

/// What follows the commit of a write: this replica sees the change before it answers, the others are told.
struct ChangePublication: Sendable {
    let changes: ChangeRepository
    /// Brings this replica's memory up to every change committed before.
    let refresh: @Sendable () async throws -> Void
    /// Wakes those who wait for events.
    var poke: @Sendable () -> Void = {}
    /// After a large import everything is read anew, which takes seconds: a writer does not wait for that, and whoever
    /// reads at once may not see the change yet.
    var patience = Duration.seconds(2)

    /// May not fail the answer: the change is stored, and every replica also looks for itself each second.
    func publish(_ logger: Logger) async {
        poke()
        let (end, ending) = AsyncStream.makeStream(of: Void.self)
        Task {
            do {
                async let announcement: Void = changes.announce()
                try await refresh()
                try await announcement
            } catch {
                logger.warning("a stored change is not visible yet", metadata: ["error": "\(error)"])
            }
            ending.finish()
        }
        let clock = Task {
            try await Task.sleep(for: patience)
            logger.notice("a stored change will be visible once everything is read anew")
            ending.finish()
        }
        for await _ in end {}
        clock.cancel()
    }
}

import Events
import Logging

/// What follows the commit of a write: this replica sees the change before it answers, the others are told.
struct StructurePublication {
    let index: DirectoryIndex
    let changes: ChangeRepository
    let feed: EventFeed

    /// May not fail the answer: the change is stored, and every replica also looks for itself each second.
    func publish(_ logger: Logger) async {
        feed.poke()
        do {
            async let announcement: Void = changes.announce()
            try await index.refresh()
            try await announcement
        } catch {
            logger.warning("a stored change is not visible yet", metadata: ["error": "\(error)"])
        }
    }
}

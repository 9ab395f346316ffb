import Schema
import Synchronization

/// Reads a page once for all who were woken to read the same one, however many they are: each for itself would take the
/// pool's connections from everybody else, or find none.
final class SharedPages: Sendable {
    struct Question: Hashable {
        let position: EventPosition?
        let limit: Int
        let projection: EventProjection
        /// Of the watch, taken before the read: whoever asks of the same one may have the same answer, as what comes
        /// later makes another.
        let generation: UInt64
    }

    private let repository: EventRepository
    private let underWay = Mutex<[Question: Task<EventPage?, any Error>]>([:])

    init(repository: EventRepository) { self.repository = repository }

    /// As ``EventRepository/page(after:limit:_:)``.
    func page(_ question: Question) async throws -> EventPage? {
        let task = underWay.withLock { underWay in
            if let task = underWay[question] { return task }
            // Goes on for the others when the first to ask goes away.
            let task = Task {
                defer { self.underWay.withLock { $0[question] = nil } }
                return try await self.repository.page(
                    after: question.position, limit: question.limit, question.projection)
            }
            underWay[question] = task
            return task
        }
        return try await task.value
    }
}

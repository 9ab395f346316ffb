import Schema
import Synchronization

/// Reads a page once for all who were woken to read the same one, however many they are: each for itself would take the
/// pool's connections from everybody else, or find none.
final class SharedPages<Question: Hashable & Sendable, Page: Sendable>: Sendable {
    private let read: @Sendable (Question) async throws -> Page
    private let underWay = Mutex<[Question: Task<Page, any Error>]>([:])

    /// - Parameter read: of a question that names the generation of the watch, taken before the read: whoever asks of the
    ///   same one may have the same answer, as what comes later makes another.
    init(_ read: @escaping @Sendable (Question) async throws -> Page) { self.read = read }

    func page(_ question: Question) async throws -> Page {
        let task = underWay.withLock { underWay in
            if let task = underWay[question] { return task }
            // Goes on for the others when the first to ask goes away.
            let task = Task {
                defer { self.underWay.withLock { $0[question] = nil } }
                return try await self.read(question)
            }
            underWay[question] = task
            return task
        }
        return try await task.value
    }
}

import ServiceCalls
import Synchronization

/// Reads the next page of a feed while the one before it is stored: both take about the same time, one of this process
/// and one of PostgreSQL's.
final class ReadAhead: Sendable {
    private struct Next {
        let cursor: String
        let page: Task<EventFeedPage, any Error>
    }

    private let pages: FeedPages
    private let next = Mutex<Next?>(nil)

    init(_ pages: @escaping FeedPages) { self.pages = pages }

    /// The page after a cursor; the one after it is asked for, unless there is none yet.
    func page(after cursor: String?) async throws -> EventFeedPage {
        let page: EventFeedPage
        if let task = take(after: cursor) {
            page = try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
        } else {
            page = try await pages(cursor)
        }
        if !page.isLast {
            let (pages, cursor) = (pages, page.cursor)
            let task = Task { try await pages(cursor) }
            next.withLock { $0 = Next(cursor: cursor, page: task) }
        }
        return page
    }

    /// Nobody will ask any more.
    func stop() { next.withLock { $0.take() }?.page.cancel() }

    /// What is under way, if it is what is asked for: where the cursor was moved by somebody else, it is not.
    private func take(after cursor: String?) -> Task<EventFeedPage, any Error>? {
        guard let ahead = next.withLock({ $0.take() }) else { return nil }
        guard ahead.cursor == cursor else {
            ahead.page.cancel()
            return nil
        }
        return ahead.page
    }
}

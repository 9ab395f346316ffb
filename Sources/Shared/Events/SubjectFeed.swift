import Foundation
import Schema
import Web

/// Which subjects the events of some types concern, each once: in the order of the commits of their last events.
///
/// For whoever keeps a copy of what is, not of what happened. It goes by the positions of ``EventOutbox``: a cursor is
/// never passed before everything in front of it is there, and one of another life of the database is refused.
package struct SubjectFeed: Sendable {
    private let repository: EventRepository
    private let shared: SharedPages<Question, [Change]?>
    private let poll: LongPoll
    private let cursors: CursorCoder
    private let feed: String
    private let types: [String]

    struct Change: Sendable {
        let subject: String
        let position: EventPosition
    }

    private struct Question: Hashable {
        let position: EventPosition?
        let limit: Int
        let generation: UInt64
    }

    /// Some subjects after a position.
    package struct Page: Sendable {
        fileprivate let changes: [Change]
        /// Whether nothing more had changed when it was read.
        package let isLast: Bool

        /// As events name them, `structures/<id>`.
        package var subjects: [String] { changes.map(\.subject) }
    }

    init(
        repository: EventRepository, poll: LongPoll, cursors: CursorCoder, source: String, types: Set<EventType>
    ) {
        let names = types.map(\.name).sorted()
        self.repository = repository
        self.poll = poll
        self.cursors = cursors
        self.types = names
        feed = "\(source) by \(names.joined(separator: " "))"
        shared = SharedPages { question in
            try await repository.subjects(of: names, after: question.position, limit: question.limit)
        }
    }

    /// The next page, as soon as it holds something; an empty one when the time is over.
    ///
    /// - Throws: ``Refusal`` 400 of a cursor that this feed did not give, 410 of one that leads nowhere any more.
    package func page(
        after cursor: String?, limit: Int, until end: ContinuousClock.Instant
    ) async throws -> Page {
        let position = try position(of: cursor)
        let changes = try await poll.first(until: end, isEmpty: \[Change].isEmpty) { generation in
            let found =
                if let generation {
                    try await shared.page(Question(position: position, limit: limit, generation: generation))
                } else {
                    try await repository.subjects(of: types, after: position, limit: limit)
                }
            guard let found else { throw Refusal.feedRewound }
            return found
        }
        return Page(changes: changes, isLast: changes.count < limit)
    }

    /// The cursor behind the first `count` subjects of a page that began behind `cursor`.
    package func cursor(behind count: Int, of page: Page, after cursor: String?) throws -> String {
        guard count > 0 else { return try EventPosition.cursor(position(of: cursor), of: feed, cursors) }
        return EventPosition.cursor(page.changes[count - 1].position, of: feed, cursors)
    }

    /// The cursor behind everything that is there now: what is read after this call holds all that is before it.
    package func head() async throws -> String {
        EventPosition.cursor(try await repository.head(), of: feed, cursors)
    }

    private func position(of cursor: String?) throws(Refusal) -> EventPosition? {
        guard let cursor else { return nil }
        do throws(Violation) {
            return try EventPosition.read(cursor, of: feed, cursors)
        } catch {
            throw Refusal(.invalidParameters, violations: [error])
        }
    }
}

import Postgres
import Schema

/// Whose events are read.
enum FeedSource: String, Sendable, CaseIterable, Bindable, Readable {
    case directory, referral
}

/// The events after one position of a feed, and the position after them.
struct FeedPage: Sendable {
    let events: [Event]
    let cursor: String
    /// Whether the feed had nothing more to tell when it was asked.
    let isLast: Bool
}

/// Reads the page after a cursor, from the beginning where there is none; may wait for something to happen.
///
/// - Throws: ``FeedRewound`` where the feed does not know the cursor any more (410).
typealias FeedPages = @Sendable (_ after: String?) async throws -> FeedPage

/// The feed's past is another than the one that was read: a restored backup, a failover that lost commits.
struct FeedRewound: Error {}

/// Where reading of a feed stands.
struct FeedStanding: Sendable, Equatable {
    let cursor: String?
    let rebuilds: Int
    let isRebuilding: Bool
}

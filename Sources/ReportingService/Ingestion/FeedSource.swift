import Postgres
import Schema
import ServiceCalls

/// Whose events are read.
enum FeedSource: String, Sendable, CaseIterable, Bindable, Readable {
    case directory, referral

    /// What is to be read of it: of the broker's events, who they are about, without which every event would count as
    /// a person of its own; the directory's are about nobody.
    var projection: EventProjection {
        switch self {
        case .directory: .plain
        case .referral: .reporting
        }
    }
}

/// Reads the page after a cursor, from the beginning where there is none; may wait for something to happen.
///
/// - Throws: ``EventFeedRewound`` where the feed's past is another than the one that was read: a restored backup, a
///   failover that lost commits.
typealias FeedPages = @Sendable (_ after: String?) async throws -> EventFeedPage

/// Where reading of a feed stands.
struct FeedStanding: Sendable, Equatable {
    let cursor: String?
    let rebuilds: Int
    let isRebuilding: Bool
}

import Foundation
import Postgres
import ServiceCalls

/// Takes in pages of events. A page's facts and the cursor after it commit together: whatever is interrupted is either
/// wholly stored or will be read again, and what is read again changes nothing.
///
/// Every merge is commutative (first, last, or once by id), so that late, repeated and reordered events leave the same
/// rows.
struct FeedRepository: Sendable {
    /// A page is at most 10,000 events.
    private static let patience = TransactionOptions(timeout: .seconds(120))

    /// Another follower has taken the page, or begun a rebuild, in the meantime.
    struct Overtaken: Error {}

    /// Whether this connection is now the one that reads the feed, for as long as it is open.
    func claim(_ source: FeedSource, on connection: Connection) async throws -> Bool {
        let name = "reporting feed " + source.rawValue
        return try await connection.query("select pg_try_advisory_lock(hashtextextended(\(name), 0))")[0]
            .decode(Bool.self)
    }

    func standing(of source: FeedSource, on connection: Connection) async throws -> FeedStanding {
        let row = try await connection.query(
            "select cursor, rebuilds, is_rebuilding from feeds where source = \(source)")[0]
        let (cursor, rebuilds, isRebuilding) = try row.decode((String?, Int, Bool).self)
        return FeedStanding(cursor: cursor, rebuilds: rebuilds, isRebuilding: isRebuilding)
    }

    /// - Throws: ``Overtaken`` where the feed does not stand any more where the page was read.
    func take(
        _ page: EventFeedPage, of source: FeedSource, after standing: FeedStanding, on connection: Connection
    ) async throws {
        let batch = try FactBatch(page.events)
        try await connection.withTransaction(Self.patience) { transaction in
            let moved = try await transaction.query(
                """
                update feeds set cursor = \(page.cursor), pages = pages + 1,
                    is_rebuilding = is_rebuilding and not \(page.isLast),
                    end_reached_at = case when \(page.isLast) then now() else end_reached_at end,
                    was_read_to_end = was_read_to_end or \(page.isLast), unread = unread + \(page.unread.count),
                    data_through = greatest(data_through, \(batch.through))
                where source = \(source) and rebuilds = \(standing.rebuilds)
                    and cursor is not distinct from \(standing.cursor)
                """)
            guard moved.affected == 1 else { throw Overtaken() }
            try await DirectoryFactRepository(transaction: transaction).store(batch.directory)
            try await ReferralFactRepository(transaction: transaction).store(batch.referral)
        }
    }

    /// Throws away all that came from a source; what persons were erased stays known.
    func rebuild(_ source: FeedSource, after standing: FeedStanding, on connection: Connection) async throws {
        try await connection.withTransaction(TransactionOptions(timeout: .seconds(600))) { transaction in
            let moved = try await transaction.query(
                """
                update feeds set cursor = null, pages = 0, rebuilds = rebuilds + 1, is_rebuilding = true,
                    was_read_to_end = false, unread = 0, data_through = null
                where source = \(source) and rebuilds = \(standing.rebuilds)
                """)
            guard moved.affected == 1 else { throw Overtaken() }
            switch source {
            case .directory: try await DirectoryFactRepository(transaction: transaction).deleteAll()
            case .referral: try await ReferralFactRepository(transaction: transaction).deleteAll()
            }
        }
    }
}

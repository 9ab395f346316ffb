import Foundation
import Postgres
import Schema

/// A message between the parties to a referral, still sealed.
struct SealedMessage: Sendable {
    let id: UUID
    let author: ReferralActor
    let sealed: [UInt8]
    let createdAt: Date
    let deliveredAt: Date?
}

/// Messages. Row-level security shows them as long as the consent is in force and the referral under way.
struct MessageRepository: Sendable {
    /// At most so many of one referral are written, so that all are shown.
    static let most = 200

    func insert(
        _ sealed: [UInt8], id: UUID, of referral: UUID, by author: ReferralActor, in transaction: Transaction
    ) async throws {
        try await transaction.query(
            """
            insert into messages (id, referral_id, author, sealed)
            values (\(id), \(referral), \(author), \(sealed))
            """)
    }

    func count(of referral: UUID, in transaction: Transaction) async throws -> Int {
        try await transaction.query("select count(*) from messages where referral_id = \(referral)")[0]
            .decode(Int.self)
    }

    /// Those of the others count as delivered from now on.
    func markDelivered(of referral: UUID, to reader: ReferralActor, in transaction: Transaction) async throws {
        try await transaction.query(
            """
            update messages set delivered_at = now()
            where referral_id = \(referral) and author <> \(reader) and delivered_at is null
            """)
    }

    /// In the order in which they were written.
    func list(of referral: UUID, in transaction: Transaction) async throws -> [SealedMessage] {
        let rows = try await transaction.query(
            """
            select id, author, sealed, created_at, delivered_at from messages
            where referral_id = \(referral) order by id limit \(Self.most)
            """)
        return try rows.map { row in
            SealedMessage(
                id: try row["id"], author: try row["author"], sealed: try row["sealed"],
                createdAt: try row["created_at"], deliveredAt: try row["delivered_at"])
        }
    }
}

import Foundation
import Postgres
import Schema

/// Everything that is stored about one person, as row-level security shows it to them.
struct FollowUpRepository: Sendable {
    /// A person has few of each; a list ends here, the newest first.
    private static let limit = 500

    struct Demand: Sendable {
        let id: UUID
        let theme: String
        let state: String
        let outcome: String?
        let openedAt: Date
        let closedAt: Date?
    }

    struct Reception: Sendable {
        let demand: UUID
        let structure: UUID
        let channel: String
        let receivedAt: Date
    }

    /// Somebody looked at something of L1 or above.
    struct Access: Sendable {
        let at: Date
        let structure: UUID
        /// nil: of no referral, as by an export.
        let referral: UUID?
        let purpose: String
        /// Whether it was shown, or refused.
        let decision: String
        let tier: Int
        let categories: [String]
    }

    func demands(of person: UUID, in transaction: Transaction) async throws -> [Demand] {
        let rows = try await transaction.query(
            """
            select id, theme, state, outcome, opened_at, closed_at from demands
            where person_id = \(person) order by id desc limit \(Self.limit)
            """)
        return try rows.map { row in
            Demand(
                id: try row["id"], theme: try row["theme"], state: try row["state"], outcome: try row["outcome"],
                openedAt: try row["opened_at"], closedAt: try row["closed_at"])
        }
    }

    func receptions(in demands: [UUID], in transaction: Transaction) async throws -> [Reception] {
        let rows = try await transaction.query(
            """
            select demand_id, structure_id, channel, received_at from receptions
            where demand_id = any (\(demands)) order by received_at, id limit \(Self.limit)
            """)
        return try rows.map { row in
            Reception(
                demand: try row["demand_id"], structure: try row["structure_id"], channel: try row["channel"],
                receivedAt: try row["received_at"])
        }
    }

    func referrals(of person: UUID, in transaction: Transaction) async throws -> [Referral] {
        try await transaction.query(
            "select * from referrals where person_id = \(person) order by id desc limit \(Self.limit)"
        ).map(Referral.init)
    }

    /// Who looked, the newest first.
    func accesses(to person: UUID, in transaction: Transaction) async throws -> [Access] {
        let rows = try await transaction.query(
            """
            select at, structure_id, referral_id, purpose, decision, tier, categories from access_journal
            where person_id = \(person) order by at desc, id desc limit \(Self.limit)
            """)
        return try rows.map { row in
            Access(
                at: try row["at"], structure: try row["structure_id"], referral: try row["referral_id"],
                purpose: try row["purpose"], decision: try row["decision"], tier: try row["tier"],
                categories: try row["categories"])
        }
    }
}

import Foundation
import Postgres
import Schema

/// What a coordinator is told of a referral of their territory: where it lies, nothing of whom it is about.
struct Alert: Sendable {
    let id: UUID
    /// A code of the vocabulary `notice_kind`.
    let kind: String
    let referral: UUID
    let sender: UUID
    let recipient: UUID
    let theme: String
    let urgency: String
    let since: Date
    let raisedAt: Date
}

/// The alerts of the territories that a transaction coordinates; row-level security decides.
struct AlertRepository: Sendable {
    /// The newest first.
    /// - Parameter before: the last id of the page before.
    func page(kinds: [String], before: UUID?, limit: Int, in transaction: Transaction) async throws -> [Alert] {
        // Who sends or receives, too, is told of other things here.
        var conditions: [Query] = [
            """
            kind in ('urgent-untouched', 'uncontacted', 'hold-over', 'redirect-unanswered')
            and territories && (select acting_territories())
            """
        ]
        if !kinds.isEmpty { conditions.append("kind = any (\(kinds))") }
        if let before { conditions.append("id < \(before)") }
        let rows = try await transaction.query(
            """
            select id, kind, referral_id, sender_id, recipient_id, theme, urgency, since, raised_at
            from referral_notices where \(Query(conditions, separator: " and ")) order by id desc limit \(limit)
            """)
        return try rows.map { row in
            Alert(
                id: try row["id"], kind: try row["kind"], referral: try row["referral_id"],
                sender: try row["sender_id"], recipient: try row["recipient_id"], theme: try row["theme"],
                urgency: try row["urgency"], since: try row["since"], raisedAt: try row["raised_at"])
        }
    }
}

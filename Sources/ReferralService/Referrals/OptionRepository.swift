import Foundation
import Postgres
import Schema

/// The structures that a person was offered, in the order in which they were shown, and their choice.
struct OptionRepository: Sendable {
    func replace(_ options: [OfferedOption], of referral: UUID, in transaction: Transaction) {
        transaction.queue("delete from referral_options where referral_id = \(referral)")
        for (position, option) in options.enumerated() {
            transaction.queue(
                """
                insert into referral_options (referral_id, position, structure_id, reasons)
                values (\(referral), \(position), \(option.structure), \(option.reasons))
                """)
        }
    }

    /// By referral; those that the caller may not see are missing.
    func list(_ referrals: [UUID], in transaction: Transaction) async throws -> [UUID: [OfferedOption]] {
        let rows = try await transaction.query(
            """
            select referral_id, structure_id, reasons from referral_options
            where referral_id = any (\(referrals)) order by referral_id, position
            """)
        var options: [UUID: [OfferedOption]] = [:]
        for row in rows {
            let (referral, structure, reasons) = try row.decode((UUID, UUID, [String]).self)
            options[referral, default: []].append(OfferedOption(structure: structure, reasons: reasons))
        }
        return options
    }

    /// The guard `choice`: makes what the person chose the recipient of a draft, where it was offered.
    /// - Parameter pseudonym: who the person is to the structure that they chose.
    func choose(
        _ structure: UUID, of referral: Referral, pseudonym: String, in transaction: Transaction
    ) async throws -> Bool {
        let rows = try await transaction.query(
            """
            update referrals set recipient_id = \(structure), pseudonym = \(pseudonym), chosen_at = now(),
                service_id = case when recipient_id = \(structure) then service_id end
            where id = \(referral.id) and state = 'draft' and exists (
                select from referral_options where referral_id = \(referral.id) and structure_id = \(structure))
            returning id
            """)
        return !rows.isEmpty
    }
}

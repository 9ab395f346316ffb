import Foundation
import Postgres
import Schema

/// The structures that entries of lists name: none of them has ended, but where the entries bind those that they name.
enum NamedStructureRepository {
    /// The regions of those of the structures that there are.
    ///
    /// - Parameter orWere: whether those that have ended count, too.
    static func regions(of ids: [UUID], orWere: Bool = false, in pool: Pool) async throws -> [UUID: String] {
        if ids.isEmpty { return [:] }
        let rows = try await pool.transact(
            readOnly: true,
            ["select id, region from structures where id = any(\(ids)) and (removed_at is null or \(orWere))"])
        return Dictionary(try rows[0].decode((UUID, String).self).map { ($0.0, $0.1) }) { first, _ in first }
    }

    /// The same, none of which can end before the transaction does: whoever ends one then finds what names it.
    static func hold(
        _ ids: [UUID], orWere: Bool = false, in transaction: Transaction
    ) async throws -> [UUID: String] {
        if ids.isEmpty { return [:] }
        let rows = try await transaction.query(
            """
            select id, region from structures where id = any(\(ids)) and (removed_at is null or \(orWere))
            order by id for share
            """)
        return Dictionary(try rows.decode((UUID, String).self).map { ($0.0, $0.1) }) { first, _ in first }
    }

    /// Holds what an entry names, which was judged a moment ago.
    /// - Throws: ``Refusal`` `invalid-body` where a structure has ended since.
    static func hold<Draft: ServedListing>(namedBy draft: Draft, in transaction: Transaction) async throws {
        let regions = try await hold(draft.allStructures, orWere: Draft.bindsStructures, in: transaction)
        let violations = ListingRules.violations(in: draft, regions: regions)
        guard violations.isEmpty else { throw Refusal(.invalidBody, violations: violations) }
    }

    /// Lets the entries that name a structure which ends in this transaction name the one that stands for it, or none.
    static func follow(
        _ ended: UUID, to successor: UUID?, by client: String, in transaction: Transaction
    ) async throws {
        try await transaction.query("select listings_follow(\(ended), \(successor), \(client))")
    }
}

import Foundation
import Postgres
import Schema

/// Whose the ids of offers are: each one structure's.
enum OfferRepository {
    /// Makes the offers' ids this structure's own.
    static func keep(of id: UUID, _ draft: StructureDraft, in transaction: Transaction) async throws {
        let offers = draft.services.map(\.id)
        try await transaction.pipeline([
            "delete from structure_offers where structure_id = \(id) and offer_id <> all(\(offers))",
            """
            insert into structure_offers (offer_id, structure_id) select offer, \(id) from unnest(\(offers)) offer
            where not exists (select from structure_offers o where o.offer_id = offer and o.structure_id = \(id))
            """,
        ])
    }

    /// Which of the draft's offers are another structure's.
    static func taken(by id: UUID, _ draft: StructureDraft, in pool: Pool) async throws -> [Violation] {
        let offers = draft.services.map(\.id)
        let rows = try await pool.transact(
            readOnly: true,
            ["select offer_id from structure_offers where offer_id = any(\(offers)) and structure_id <> \(id)"])
        let taken = Set(try rows[0].decode(UUID.self))
        return offers.indices.filter { taken.contains(offers[$0]) }.map(StructureConstraints.offerTaken)
    }
}

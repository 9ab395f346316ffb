import Foundation
import Postgres
import Schema

/// The entries of an import within its transaction.
enum IncomingListingRepository<Draft: ServedListing> {
    /// Those of the ids that another list has.
    static func taken(_ ids: [UUID], in transaction: Transaction) async throws -> Set<UUID> {
        let rows = try await transaction.query(
            "select id from listings where id = any(\(ids)) and list <> \(Draft.list)")
        return Set(try rows.decode(UUID.self))
    }

    /// Inserts new entries and brings changed ones to their next version; those that are as before stay untouched.
    ///
    /// - Returns: how many were inserted or changed.
    static func store(
        _ entries: [(id: UUID, draft: Draft)], by client: String, in transaction: Transaction
    ) async throws -> Int {
        let (ids, documents) = (entries.map(\.id), entries.map { JSONB($0.draft.storedJSON) })
        let changed = try await transaction.query(
            """
            with changed as (
                insert into listings (id, list, document)
                select id, \(Draft.list), document from unnest(\(ids), \(documents)) incoming (id, document)
                on conflict (id) do update set document = excluded.document, version = listings.version + 1,
                    updated_at = now(), changed_xid = pg_current_xact_id()
                where listings.document is distinct from excluded.document
                returning id, version, document
            )
            insert into listing_versions (listing_id, version, document, changed_by)
            select id, version, document, \(client) from changed
            """
        ).affected
        try await Draft.tell(in: transaction)
        return changed
    }
}

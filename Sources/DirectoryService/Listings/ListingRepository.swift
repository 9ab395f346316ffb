import Foundation
import Postgres
import Schema
import Web

/// The entries of one list in the database. A write puts the new version in the history in the same statement; what is
/// deleted stays as a version without a document, so that replicas learn of it.
struct ListingRepository<Draft: ServedListing>: Sendable {
    let pool: Pool
    private let idempotency = IdempotencyRepository()

    init(pool: Pool) { self.pool = pool }

    struct Changes: Sendable {
        let changed: [Listing<Draft>]
        let deleted: [UUID]
        /// Stored documents that today's rules do not read.
        let unreadable: [UUID]
        /// The moment of this read (`pg_current_snapshot()`).
        let moment: String
    }

    /// What this read sees and that moment did not, whatever the order of the commits between them.
    func changes(since moment: String) async throws -> Changes {
        let query: Query = """
            with past as (select \(moment)::text::pg_snapshot as seen)
            select pg_current_snapshot()::text as moment, l.id, l.document, l.version, l.updated_at
            from past left join lateral (select * from listings where list = \(Draft.list)
                and changed_xid >= pg_snapshot_xmin(seen) and not pg_visible_in_snapshot(changed_xid, seen)) l on true
            """
        let rows = try await pool.transact(readOnly: true, [query])[0]
        var (changed, deleted, unreadable): ([Listing<Draft>], [UUID], [UUID]) = ([], [], [])
        for row in rows {
            guard let id = try row["id", as: UUID?.self] else { continue }
            do {
                if let listing = try Self.listing(row) { changed.append(listing) } else { deleted.append(id) }
            } catch is Unreadable {
                unreadable.append(id)
            }
        }
        return Changes(
            changed: changed, deleted: deleted, unreadable: unreadable, moment: try rows[0]["moment", as: String.self])
    }

    /// Before every transaction: what has changed since is all there is.
    static var beginning: String { "1:1:" }

    /// An entry's current version, for a write that depends on it.
    func find(_ id: UUID) async throws -> Listing<Draft>? {
        let query: Query = """
            select id, document, version, updated_at from listings where id = \(id) and list = \(Draft.list)
            """
        return try await pool.transact(readOnly: true, [query])[0].first.flatMap(Self.listing)
    }

    /// The answer that a creation with this key already got.
    func answer(to key: IdempotencyKey) async throws -> IdempotencyRepository.Answer? {
        try await pool.withTransaction { try await idempotency.claim(key, in: $0) }
    }

    /// Creates an entry, once for each key: a repeated request gets the first one's answer.
    func insert(
        _ draft: Draft, id: UUID, by client: String, key: IdempotencyKey, answer: IdempotencyRepository.Answer
    ) async throws -> IdempotencyRepository.Answer {
        try await pool.withTransaction { transaction in
            if let earlier = try await idempotency.claim(key, in: transaction) { return earlier }
            try await NamedStructureRepository.hold(namedBy: draft, in: transaction)
            let document = JSONB(draft.storedJSON)
            try await transaction.pipeline([
                "insert into listings (id, list, document) values (\(id), \(Draft.list), \(document))",
                """
                insert into listing_versions (listing_id, version, document, changed_by)
                values (\(id), 1, \(document), \(client))
                """,
            ])
            try await Draft.tell(in: transaction)
            idempotency.store(answer, for: key, in: transaction)
            return answer
        }
    }

    /// Replaces an entry, or deletes it, if it still has the version that was read.
    ///
    /// - Parameter draft: nil deletes it.
    /// - Returns: the new version.
    /// - Throws: ``Refusal/staleVersion``.
    func update(_ id: UUID, to draft: Draft?, from version: Int, by client: String) async throws -> Int {
        let document = draft.map { JSONB($0.storedJSON) }
        return try await pool.withTransaction { transaction in
            if let draft { try await NamedStructureRepository.hold(namedBy: draft, in: transaction) }
            let updated = try await transaction.query(
                """
                with changed as (
                    update listings set document = \(document), version = version + 1, updated_at = now(),
                        changed_xid = pg_current_xact_id()
                    where id = \(id) and list = \(Draft.list) and version = \(version) and document is not null
                    returning id, version, document
                )
                insert into listing_versions (listing_id, version, document, changed_by)
                select id, version, document, \(client) from changed
                returning version
                """)
            guard let next = try updated.first?.decode(Int.self) else { throw Refusal.staleVersion }
            try await Draft.tell(in: transaction)
            return next
        }
    }

    private struct Unreadable: Error {}

    /// Nil where it was deleted.
    static func listing(_ row: Row) throws -> Listing<Draft>? {
        guard let document = try row["document", as: JSONB?.self] else { return nil }
        let id = try row["id", as: UUID.self]
        guard let value = try? JSONValue(parsing: document.bytes),
            let draft = try? ObjectReader.read(value, { Draft($0) })
        else { throw Unreadable() }
        return Listing(
            id: id, draft: draft, version: try row["version", as: Int.self],
            updatedAt: try row["updated_at", as: Date.self])
    }
}

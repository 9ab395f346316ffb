import Foundation
import Postgres
import Schema

/// Follow-up links, of whose secrets only hashes are stored.
struct FollowUpLinkRepository: Sendable {
    private static let columns: Query = "id, structure_id, person_id, created_at, expires_at, revoked_at"

    func insert(
        _ secret: FollowUpSecret, id: UUID, of person: UUID, at structure: UUID, for days: Int, by client: String,
        in transaction: Transaction
    ) async throws -> FollowUpLink {
        let rows = try await transaction.query(
            """
            insert into follow_up_links (id, structure_id, person_id, secret_sha256, made_by, expires_at)
            values (\(id), \(structure), \(person), \(secret.hash), \(client),
                clock_timestamp() + make_interval(days => \(days)::integer))
            returning \(Self.columns)
            """)
        return try FollowUpLink(rows[0])
    }

    /// The link whose secret the transaction shows (`spro.secret`), while it holds.
    func findShown(in transaction: Transaction) async throws -> FollowUpLink? {
        let rows = try await transaction.query(
            """
            select \(Self.columns) from follow_up_links
            where revoked_at is null and expires_at > clock_timestamp() limit 1
            """)
        return try rows.first.map(FollowUpLink.init)
    }

    /// Writes down that a session was opened by a link that the transaction shows.
    func open(_ link: FollowUpLink, in transaction: Transaction) {
        transaction.queue(
            """
            insert into follow_up_sessions (id, link_id, person_id, structure_id)
            values (\(UUID.v7()), \(link.id), \(link.person), \(link.structure))
            """)
    }

    /// Whether the link of a session still holds: one that is revoked ends its sessions.
    func holds(_ id: UUID, of person: UUID, in transaction: Transaction) async throws -> Bool {
        let rows = try await transaction.query(
            """
            select from follow_up_links where id = \(id) and person_id = \(person) and revoked_at is null
                and expires_at > clock_timestamp()
            """)
        return !rows.isEmpty
    }

    /// Those of a person that these structures made, the newest first.
    func list(of person: UUID, at structures: Set<UUID>, in transaction: Transaction) async throws -> [FollowUpLink] {
        try await transaction.query(
            """
            select \(Self.columns) from follow_up_links
            where person_id = \(person) and structure_id = any (\(Array(structures))) order by id desc limit 100
            """
        ).map(FollowUpLink.init)
    }

    /// Ends a link of these structures; one that was revoked before stays as it was.
    func revoke(_ id: UUID, of structures: Set<UUID>, in transaction: Transaction) async throws -> FollowUpLink? {
        let mine = Array(structures)
        try await transaction.query(
            """
            update follow_up_links set revoked_at = clock_timestamp()
            where id = \(id) and structure_id = any (\(mine)) and revoked_at is null
            """)
        let rows = try await transaction.query(
            "select \(Self.columns) from follow_up_links where id = \(id) and structure_id = any (\(mine))")
        return try rows.first.map(FollowUpLink.init)
    }
}

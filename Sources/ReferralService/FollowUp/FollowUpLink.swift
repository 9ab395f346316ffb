import Foundation
import Postgres
import Schema

/// A link by which a person comes to what concerns them, as it is stored.
struct FollowUpLink: Sendable {
    let id: UUID
    let structure: UUID
    let person: UUID
    let createdAt: Date
    let expiresAt: Date
    let revokedAt: Date?

    init(_ row: Row) throws {
        id = try row["id"]
        structure = try row["structure_id"]
        person = try row["person_id"]
        createdAt = try row["created_at"]
        expiresAt = try row["expires_at"]
        revokedAt = try row["revoked_at"]
    }

    /// The client under which a session of this link is known; what it repeats is told apart by it.
    var client: String { Self.prefix + id.text }

    /// The link that a session's client names.
    static func id(ofClient client: String) -> UUID? {
        client.hasPrefix(prefix) ? UUID(text: String(client.dropFirst(prefix.count))) : nil
    }

    private static let prefix = "follow-up:"
}

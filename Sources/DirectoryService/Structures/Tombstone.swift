import Foundation
import Postgres
import Schema

/// A structure that is no more: removed, or merged into another that stands for it. Its id is never used again.
struct Tombstone: Sendable, Equatable {
    let id: UUID
    let version: Int
    let removedAt: Date
    /// The structure into which it was merged, which may have ended since.
    let successor: UUID?

    init(id: UUID, version: Int, removedAt: Date, successor: UUID?) {
        (self.id, self.version, self.removedAt, self.successor) = (id, version, removedAt, successor)
    }

    /// - Returns: nil for a row of a structure that stands.
    init?(_ row: Row) throws(ReadError) {
        guard let removedAt = try row["removed_at", as: Date?.self] else { return nil }
        self.init(
            id: try row["id", as: UUID.self], version: try row["version", as: Int.self], removedAt: removedAt,
            successor: try row["successor_id", as: UUID?.self])
    }

    /// The structure that stands for it today: mergers are followed as far as they go, and nil where they end in a
    /// removal. They never come back: what is merged is merged into a structure that stands.
    func standing(among tombstones: [UUID: Tombstone]) -> UUID? {
        var successor = successor
        while let id = successor, let next = tombstones[id] { successor = next.successor }
        return successor
    }
}

extension Refusal {
    /// 410 rather than a redirection: the successor is another structure, whose editors never said that it is the same
    /// (RFC 9110 §15.5.11), and a client that follows by itself would show the one for the other.
    static func gone(_ tombstone: Tombstone, successor: UUID?) -> Refusal {
        let detail =
            tombstone.successor == nil
            ? LocalizedText(fr: "Cette structure a été supprimée.", en: "This structure was removed.")
            : LocalizedText(
                fr: "Cette structure a été fusionnée dans une autre.", en: "This structure was merged into another.")
        return Refusal(
            .gone, detail: detail,
            members: [
                "removed_at": .string(RFC3339.format(tombstone.removedAt)),
                "successor": successor.map { .string($0.text) } ?? .null,
            ])
    }
}

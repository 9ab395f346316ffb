import Foundation
import Schema
import Web

/// The parameters of a list of the person's own side.
struct FollowUpListParameters: Sendable {
    /// The newest first.
    struct Window: Sendable {
        /// The last id of the page before.
        var before: UUID?
        var limit: Int
    }

    let window: Window
    /// Of the list, without its page.
    private let path: String
    private let canonical: String

    /// - Parameter person: whose list it is; a cursor of somebody else's does not belong to it.
    init(_ reader: QueryReader, of path: String, _ person: UUID, cursors: CursorCoder) throws(Refusal) {
        self.path = path
        canonical = "\(path)|\(person.text)"
        let limit = reader.optional("limit", .int(1...100)) ?? 20
        window = Window(before: reader.optional("cursor", .listPosition(cursors, canonical)), limit: limit)
        try reader.finish()
    }

    func cursor(after id: UUID, _ cursors: CursorCoder) -> String { cursors.encode(id.text, for: canonical) }

    /// The address of the next page, relative to the service.
    func link(_ cursor: String) -> String { "\(path)?limit=\(window.limit)&cursor=\(cursor)" }
}

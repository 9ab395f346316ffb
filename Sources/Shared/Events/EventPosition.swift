import Foundation
import Schema
import Web

/// An event's place in the order of commits.
struct EventPosition: Sendable, Hashable {
    let epoch: Int
    let xid: Int
    let id: Int
    /// The event itself: after a restore another one may have its place.
    let event: UUID

    /// Before everything.
    static let beginning = EventPosition(
        epoch: 0, xid: 0, id: 0, event: UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))

    init(epoch: Int, xid: Int, id: Int, event: UUID) {
        self.epoch = epoch
        self.xid = xid
        self.id = id
        self.event = event
    }

    private var text: String { "\(epoch).\(xid).\(id).\(event.text)" }

    private init?(text: String) {
        let parts = text.split(separator: ".").map(String.init)
        guard parts.count == 4, let epoch = Int(parts[0]), let xid = Int(parts[1]), let id = Int(parts[2]),
            let event = UUID(text: parts[3])
        else { return nil }
        self.init(epoch: epoch, xid: xid, id: id, event: event)
    }

    /// The cursor that goes on after it; every feed has its own.
    static func cursor(_ position: EventPosition?, of feed: String, _ cursors: CursorCoder) -> String {
        cursors.encode((position ?? .beginning).text, for: "events of \(feed)")
    }

    /// - Returns: nil for the beginning.
    /// - Throws: a violation of `after` unless this very feed gave the cursor.
    static func read(_ cursor: String, of feed: String, _ cursors: CursorCoder) throws(Violation) -> EventPosition? {
        guard let text = try? cursors.decode(cursor, for: "events of \(feed)"), let position = EventPosition(text: text)
        else {
            throw Violation(
                pointer: "after", code: "invalid-cursor",
                detail: LocalizedText(
                    fr: "Ce curseur n’est pas de ce flux.", en: "This cursor is not one of this feed."))
        }
        return position == .beginning ? nil : position
    }
}

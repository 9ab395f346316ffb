import Foundation
import Schema

/// A session that somebody opened with the secret of a link.
struct FollowUpSession: Sendable {
    let id: UUID
    let openedAt: Date
    let link: UUID
    /// Which structure made the link, and when.
    let structure: UUID
    let linkMadeAt: Date

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id.text)
            json.member("opened_at", RFC3339.format(openedAt))
            json.member("link_id", link.text)
            json.member("structure_id", structure.text)
            json.member("link_created_at", RFC3339.format(linkMadeAt))
        }
    }
}

import Foundation
import Schema

/// How a territory is coordinated, with its version.
struct Coordination: Sendable {
    let territory: String
    let draft: CoordinationDraft
    /// 1 as long as nobody has written of it; grows by one with every change.
    let version: Int
    /// Nil as long as nobody has written of it.
    let updatedAt: Date?

    /// Of a territory of which nobody has written.
    init(of territory: String) {
        self.init(territory: territory, draft: .none, version: 1, updatedAt: nil)
    }

    init(territory: String, draft: CoordinationDraft, version: Int, updatedAt: Date?) {
        (self.territory, self.draft, self.version, self.updatedAt) = (territory, draft, version, updatedAt)
    }

    /// With the names that its structures have today.
    func write(to json: inout JSONWriter, in snapshot: Snapshot) {
        json.object { json in
            json.member("territory", territory)
            draft.write(to: &json) { json, id in
                json.member("structure_name") { json in
                    json.optional(snapshot.find(id)) { $0.raw($1.segment.encodedName(at: $1.ordinal)) }
                }
            }
            json.member("updated_at", updatedAt.map(RFC3339.format))
            json.member("version", version)
        }
    }
}

/// Why a coordination has a version: the codes of `Vocabulary.coordinationOperation`.
enum CoordinationOperation: String {
    case updated
    case memberMerged = "member-merged"
    case memberRemoved = "member-removed"
}

import Foundation
import Schema
import Web

/// The parameters of `GET /v1/referrals`.
struct ReferralListParameters: Sendable {
    let role: ReferralActor
    let states: [ReferralState]
    let before: UUID?
    let limit: Int

    init(_ reader: QueryReader, cursors: CursorCoder) throws(Refusal) {
        let role = reader.required("role", .referralRole)
        let states = reader.list("state", .code(Vocabulary.referralState.codes)).compactMap(ReferralState.init)
        limit = reader.optional("limit", .int(1...100)) ?? 20
        let canonical = Self.canonical(role ?? .sender, states)
        before = reader.optional("cursor", .listPosition(cursors, canonical))
        try reader.finish()
        guard let role else { throw Refusal(.invalidParameters) }
        (self.role, self.states) = (role, states)
    }

    func cursor(after id: UUID, _ cursors: CursorCoder) -> String {
        cursors.encode(id.text, for: Self.canonical(role, states))
    }

    /// The address of the next page, relative to the service.
    func link(_ cursor: String) -> String {
        let states = states.map { "state=\($0.rawValue)&" }.joined()
        return "/v1/referrals?role=\(role.rawValue)&\(states)limit=\(limit)&cursor=\(cursor)"
    }

    private static func canonical(_ role: ReferralActor, _ states: [ReferralState]) -> String {
        "referrals|\(role.rawValue)|\(Set(states.map(\.rawValue)).sorted().joined(separator: ","))"
    }
}

extension TextRule where Value == UUID {
    /// The id after which a page of this very list begins, from the cursor that the page before gave.
    static func listPosition(_ cursors: CursorCoder, _ list: String) -> TextRule {
        TextRule { text throws(Flaw) in
            guard let position = try? cursors.decode(text, for: list), let id = UUID(text: position) else {
                throw .foreignCursor
            }
            return id
        }
    }
}

extension Flaw {
    static let foreignCursor = Flaw(
        "invalid-cursor", fr: "Ce curseur n’appartient pas à cette liste.",
        en: "This cursor does not belong to this list.")
}

import Foundation
import Schema
import Web

/// The parameters of `GET /v1/erasures`.
struct ErasureListParameters: Sendable {
    let role: ReferralActor
    /// Only where an answer is still missing.
    let isOpen: Bool
    let before: UUID?
    let limit: Int

    init(_ reader: QueryReader, cursors: CursorCoder) throws(Refusal) {
        let role = reader.required("role", .referralRole)
        isOpen = reader.optional("state", .code(["open"])) != nil
        limit = reader.optional("limit", .int(1...100)) ?? 20
        let canonical = Self.canonical(role ?? .sender, isOpen)
        before = reader.optional("cursor", .listPosition(cursors, canonical))
        try reader.finish()
        guard let role else { throw Refusal(.invalidParameters) }
        self.role = role
    }

    func cursor(after id: UUID, _ cursors: CursorCoder) -> String {
        cursors.encode(id.text, for: Self.canonical(role, isOpen))
    }

    /// The address of the next page, relative to the service.
    func link(_ cursor: String) -> String {
        "/v1/erasures?role=\(role.rawValue)&\(isOpen ? "state=open&" : "")limit=\(limit)&cursor=\(cursor)"
    }

    private static func canonical(_ role: ReferralActor, _ isOpen: Bool) -> String {
        "erasures|\(role.rawValue)|\(isOpen ? "open" : "")"
    }
}

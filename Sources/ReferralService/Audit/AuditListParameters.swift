import Foundation
import Schema
import Web

/// The parameters of `GET /v1/audit`.
struct AuditListParameters: Sendable {
    let filter: JournalRepository.Filter
    /// After which the page begins.
    let position: Int
    let limit: Int

    init(_ reader: QueryReader, cursors: CursorCoder) throws(Refusal) {
        filter = JournalRepository.Filter(
            structure: reader.optional("structure_id", .uuid), person: reader.optional("person_id", .uuid),
            referral: reader.optional("referral_id", .uuid))
        limit = reader.optional("limit", .int(1...1000)) ?? 100
        let canonical = filter.canonical
        let rule = TextRule<Int> { text throws(Flaw) in
            guard let text = try? cursors.decode(text, for: canonical), let position = Int(text) else {
                throw .foreignCursor
            }
            return position
        }
        position = reader.optional("cursor", rule) ?? 0
        try reader.finish()
    }

    func cursor(after position: Int, _ cursors: CursorCoder) -> String {
        cursors.encode(String(position), for: filter.canonical)
    }

    /// The address of the next page, relative to the service.
    func link(_ cursor: String) -> String {
        let filters = filter.named.map { "\($0)=\($1)&" }.joined()
        return "/v1/audit?\(filters)limit=\(limit)&cursor=\(cursor)"
    }
}

extension JournalRepository.Filter {
    fileprivate var named: [(String, String)] {
        [("structure_id", structure), ("person_id", person), ("referral_id", referral)].compactMap { name, id in
            id.map { (name, $0.text) }
        }
    }

    fileprivate var canonical: String { "audit|" + named.map { "\($0)=\($1)" }.joined(separator: "|") }
}

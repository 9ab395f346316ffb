import Foundation
import Hummingbird
import Postgres
import Schema
import Tokens
import Web

/// Who has seen what, for those who audit: ids and codes, nobody's data.
struct AuditRoutes {
    /// As the role `referral_worker`, on connections that no other work takes.
    let pool: Pool
    let key: SigningKey
    let cursors: CursorCoder
    private let journal = JournalRepository()

    init(pool: Pool, key: SigningKey, cursors: CursorCoder) {
        self.pool = pool
        self.key = key
        self.cursors = cursors
    }

    var routes: [Route] {
        [
            Route(.get, "/v1/audit", .scope(.auditRead), list),
            Route(.get, "/v1/audit/checkpoint", .scope(.auditRead), checkpoint),
        ]
    }

    private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let parameters = try AuditListParameters(try request.query(), cursors: cursors)
        let found = try await pool.withTransaction(readOnly: true) { transaction in
            try await journal.list(
                after: parameters.position, parameters.filter, limit: parameters.limit + 1, in: transaction)
        }
        let page = found.prefix(parameters.limit)
        let cursor = found.count > page.count ? page.last.map { parameters.cursor(after: $0.position, cursors) } : nil
        var json = JSONWriter(reservingCapacity: 16_384)
        json.object { json in
            json.member("items") { json in
                json.array(of: page) { json, item in item.entry.write(at: item.position, to: &json) }
            }
            json.member("next_cursor", cursor)
        }
        return .confidential(json, link: cursor.map { "<\(parameters.link($0))>; rel=\"next\"" })
    }

    private func checkpoint(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let segment = try await pool.withTransaction(readOnly: true) { try await journal.lastSegment(in: $0) }
        let checkpoint = JournalCheckpoint(segment: segment?.number ?? 0, head: segment?.head ?? .genesis)
        let signed = try await checkpoint.signed(with: key, at: Date())
        var json = JSONWriter()
        json.object { json in
            json.member("segment", checkpoint.segment)
            json.member("position", checkpoint.head.position)
            json.member("head", checkpoint.head.digest.hexadecimal)
            json.member("sealed_at", segment.map { RFC3339.format($0.sealedAt) })
            json.member("checkpoint", signed)
        }
        return .confidential(json)
    }
}

extension JournalEntry {
    func write(at position: Int, to json: inout JSONWriter) {
        json.object { json in
            json.member("position", position)
            json.member("id", id.text)
            json.member("at", RFC3339.format(at))
            json.member("structure_id", structure.text)
            json.member("client_id", client)
            json.member("subject", subject)
            json.member("request_id", requestID)
            json.member("referral_id", referral?.text)
            json.member("person_id", person.text)
            json.member("tier", DisclosureTier(rawValue: tier)?.code)
            json.member("data_categories", categories)
            json.member("purpose", purpose)
            json.member("consent_id", consent?.text)
            json.member("consent_version", consentVersion)
            json.member("decision", decision)
            json.member("commitment", commitment.hexadecimal)
        }
    }
}

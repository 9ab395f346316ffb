import Foundation
import Postgres
import Schema

/// The lists of what is stored about one person, as row-level security shows it to them; the newest first.
struct FollowUpRepository: Sendable {
    typealias Window = FollowUpListParameters.Window

    struct Demand: Sendable {
        let id: UUID
        let theme: String
        let state: String
        let outcome: String?
        let openedAt: Date
        let closedAt: Date?
        var receptions: [Reception]
    }

    struct Reception: Sendable {
        let structure: UUID
        let channel: String
        let receivedAt: Date
    }

    /// Somebody looked at something of L1 or above.
    struct Access: Sendable {
        let id: UUID
        let at: Date
        let structure: UUID
        /// nil: of no referral, as by an export.
        let referral: UUID?
        let purpose: String
        /// Whether it was shown, or refused.
        let decision: String
        let tier: Int
        let categories: [String]
    }

    func demands(of person: UUID, _ window: Window, in transaction: Transaction) async throws -> [Demand] {
        let rows = try await transaction.query(
            """
            select id, theme, state, outcome, opened_at, closed_at from demands
            where person_id = \(person) and \(Self.after(window)) order by id desc limit \(window.limit)
            """)
        var demands = try rows.map { row in
            Demand(
                id: try row["id"], theme: try row["theme"], state: try row["state"], outcome: try row["outcome"],
                openedAt: try row["opened_at"], closedAt: try row["closed_at"], receptions: [])
        }
        let received = try await transaction.query(
            """
            select demand_id, structure_id, channel, received_at from receptions
            where demand_id = any (\(demands.map(\.id))) order by received_at, id
            """
        ).map { row in
            (
                try row["demand_id", as: UUID.self],
                Reception(
                    structure: try row["structure_id"], channel: try row["channel"],
                    receivedAt: try row["received_at"])
            )
        }
        let receptions = Dictionary(grouping: received) { $0.0 }
        for index in demands.indices { demands[index].receptions = receptions[demands[index].id, default: []].map(\.1) }
        return demands
    }

    func referrals(of person: UUID, _ window: Window, in transaction: Transaction) async throws -> [Referral] {
        try await transaction.query(
            """
            select * from referrals
            where person_id = \(person) and \(Self.after(window)) order by id desc limit \(window.limit)
            """
        ).map(Referral.init)
    }

    func accesses(to person: UUID, _ window: Window, in transaction: Transaction) async throws -> [Access] {
        let rows = try await transaction.query(
            """
            select id, at, structure_id, referral_id, purpose, decision, tier, categories from access_journal
            where person_id = \(person) and \(Self.after(window)) order by id desc limit \(window.limit)
            """)
        return try rows.map { row in
            Access(
                id: try row["id"], at: try row["at"], structure: try row["structure_id"],
                referral: try row["referral_id"], purpose: try row["purpose"], decision: try row["decision"],
                tier: try row["tier"], categories: try row["categories"])
        }
    }

    func sessions(of person: UUID, _ window: Window, in transaction: Transaction) async throws -> [FollowUpSession] {
        let rows = try await transaction.query(
            """
            select follow_up_sessions.id, opened_at, link_id, follow_up_links.structure_id, created_at
            from follow_up_sessions join follow_up_links on follow_up_links.id = link_id
            where follow_up_sessions.person_id = \(person)
                and (\(window.before)::uuid is null or follow_up_sessions.id < \(window.before))
            order by follow_up_sessions.id desc limit \(window.limit)
            """)
        return try rows.map { row in
            FollowUpSession(
                id: try row["id"], openedAt: try row["opened_at"], link: try row["link_id"],
                structure: try row["structure_id"], linkMadeAt: try row["created_at"])
        }
    }

    private static func after(_ window: Window) -> Query { window.before.map { "id < \($0)" } ?? "true" }
}

extension FollowUpRepository.Demand {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id.text)
            json.member("theme", theme)
            json.member("state", state)
            json.member("outcome", outcome)
            json.member("opened_at", RFC3339.format(openedAt))
            json.member("closed_at", closedAt.map(RFC3339.format))
            json.member("receptions") { json in
                json.array(of: receptions) { json, reception in
                    json.object { json in
                        json.member("structure_id", reception.structure.text)
                        json.member("channel", reception.channel)
                        json.member("received_at", RFC3339.format(reception.receivedAt))
                    }
                }
            }
        }
    }
}

extension FollowUpRepository.Access {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("at", RFC3339.format(at))
            json.member("structure_id", structure.text)
            json.member("referral_id", referral?.text)
            json.member("purpose", purpose)
            json.member("decision", decision)
            json.member("tier", DisclosureTier(rawValue: tier)?.code)
            json.member("data_categories", categories)
        }
    }
}

import Foundation
import Postgres

/// What the directory last said of the structures that the broker has dealt with.
struct KnownStructureRepository: Sendable {
    let pool: Pool

    struct Known: Sendable {
        /// As they last were.
        let facts: StructureFacts
        /// Whether the directory has since said that there is no such structure.
        let isGone: Bool
        /// How many seconds ago it was asked.
        let age: Double
    }

    /// What was told longer ago than so many seconds is taken for nothing known.
    static let limit = 7.0 * 86_400

    /// - Returns: nil also for what was told too long ago.
    func find(_ id: UUID) async throws -> Known? {
        let rows = try await pool.query(
            """
            select *, extract(epoch from now() - checked_at)::double precision as age
            from known_structures where id = \(id) and checked_at > now() - make_interval(secs => \(Self.limit))
            """)
        guard let row = rows.first else { return nil }
        return Known(facts: try StructureFacts(row), isGone: try row["is_gone"], age: try row["age"])
    }

    /// All structures of these networks that the broker has dealt with, so all that its data can be about.
    /// - Parameter region: those of this region only; nil: of every region.
    func list(ofNetworks networks: [String], in region: String?) async throws -> [UUID] {
        try await pool.query(
            """
            select id from known_structures
            where networks && \(networks) and (\(region)::text is null or region = \(region)) and not is_gone
                and checked_at > now() - make_interval(secs => \(Self.limit))
            """
        ).decode(UUID.self)
    }

    /// Takes some that the directory is to be asked about again, those that were asked for longest ago first. For five
    /// minutes no other replica takes them.
    func take(olderThan age: Double, atMost limit: Int) async throws -> [UUID] {
        try await pool.query(
            """
            update known_structures set asked_at = now() where id in (
                select id from known_structures where checked_at < now() - make_interval(secs => \(age))
                    and (asked_at is null or asked_at < now() - interval '5 minutes')
                order by checked_at limit \(limit) for update skip locked)
            returning id
            """
        ).decode(UUID.self)
    }

    /// The directory did not answer: whoever comes next may ask.
    func giveBack(_ ids: [UUID]) async throws {
        try await pool.query("update known_structures set asked_at = null where id = any (\(ids))")
    }

    func update(_ facts: StructureFacts) async throws {
        let offers = facts.offering.map { Array($0.kinds) }
        try await pool.query(
            """
            insert into known_structures (id, root_id, region, networks, territories, status, offer_ids, offer_kinds)
            values (\(facts.id), \(facts.root), \(facts.region), \(facts.networks), \(facts.territories),
                \(facts.offering?.status), \(offers?.map(\.key)), \(offers?.map(\.value)))
            on conflict (id) do update set root_id = excluded.root_id, region = excluded.region,
                networks = excluded.networks, territories = excluded.territories, status = excluded.status,
                offer_ids = excluded.offer_ids, offer_kinds = excluded.offer_kinds, is_gone = false,
                checked_at = now()
            """)
    }

    /// The directory knows it no more. What it was stays, for what is told of the past.
    func markGone(_ id: UUID) async throws {
        try await pool.query("update known_structures set is_gone = true, checked_at = now() where id = \(id)")
    }
}

extension StructureFacts {
    fileprivate init(_ row: Row) throws {
        id = try row["id"]
        root = try row["root_id"]
        region = try row["region"]
        networks = try row["networks"]
        territories = try row["territories"]
        if let status = try row["status", as: String?.self] {
            let ids = try row["offer_ids", as: [UUID].self]
            let kinds = try row["offer_kinds", as: [String].self]
            offering = Offering(
                status: status, kinds: Dictionary(zip(ids, kinds), uniquingKeysWith: { first, _ in first }))
        }
    }
}

import Foundation
import Postgres

/// What the directory last said of the structures that the broker has dealt with.
struct KnownStructureRepository: Sendable {
    let pool: Pool

    /// - Returns: the facts, and how many seconds ago they were asked for.
    func find(_ id: UUID) async throws -> (facts: StructureFacts, age: Double)? {
        let rows = try await pool.query(
            """
            select id, root_id, region, networks, territories, extract(epoch from now() - checked_at)::double precision
            from known_structures where id = \(id)
            """)
        guard let row = try rows.first?.decode((UUID, UUID, String?, [String], [String], Double).self) else {
            return nil
        }
        return (StructureFacts(id: row.0, root: row.1, region: row.2, networks: row.3, territories: row.4), row.5)
    }

    /// All structures of these networks that the broker has dealt with, so all that its data can be about.
    func list(ofNetworks networks: [String]) async throws -> [UUID] {
        try await pool.query("select id from known_structures where networks && \(networks)").decode(UUID.self)
    }

    func update(_ facts: StructureFacts) async throws {
        try await pool.query(
            """
            insert into known_structures (id, root_id, region, networks, territories)
            values (\(facts.id), \(facts.root), \(facts.region), \(facts.networks), \(facts.territories))
            on conflict (id) do update set root_id = excluded.root_id, region = excluded.region,
                networks = excluded.networks, territories = excluded.territories, checked_at = now()
            """)
    }
}

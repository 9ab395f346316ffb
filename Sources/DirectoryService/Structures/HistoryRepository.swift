import Foundation
import Postgres
import Schema

/// Every version of every structure, with who made it and why.
struct HistoryRepository: Sendable {
    let pool: Pool

    /// To be part of the transaction that makes the version.
    static func insert(
        _ operation: StructureOperation, of id: UUID, version: Int, _ document: JSONB, by author: Author
    ) -> Query {
        """
        insert into structure_versions (structure_id, version, document, operation, changed_by, changed_for)
        values (\(id), \(version), \(document), \(operation.rawValue), \(author.client), \(author.actingFor))
        """
    }

    /// A structure that stands or stood, as it was last, with the region that answers or answered for it.
    func findSubject(_ id: UUID) async throws -> (structure: Structure, region: String)? {
        let rows = try await pool.transact(
            readOnly: true, ["select id, document, version, updated_at, region from structures where id = \(id)"])
        guard let row = rows[0].first else { return nil }
        // Whose it is can be told of one that this release cannot wholly read, too.
        return (try StructureRepository.reading(row).structure, try row["region", as: String.self])
    }

    /// The versions before one, newest first: at most `limit`, and one more to compare the last of them with.
    func list(_ id: UUID, before version: Int?, limit: Int) async throws -> [StructureVersion] {
        let rows = try await pool.transact(
            readOnly: true,
            [
                """
                select version, operation, changed_at, changed_by, changed_for, document from structure_versions
                where structure_id = \(id) and version < coalesce(\(version), 9223372036854775807)
                order by version desc limit \(limit + 1)
                """
            ])
        return try rows[0].map { try StructureVersion($0) }
    }

    func find(_ id: UUID, version: Int) async throws -> StructureVersion? {
        let rows = try await pool.transact(
            readOnly: true,
            [
                """
                select version, operation, changed_at, changed_by, changed_for, document from structure_versions
                where structure_id = \(id) and version = \(version)
                """
            ])
        return try rows[0].first.map { try StructureVersion($0) }
    }
}

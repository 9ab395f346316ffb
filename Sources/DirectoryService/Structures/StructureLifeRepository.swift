import Foundation
import Postgres
import Schema
import Web

/// What becomes of structures in the database. Of one that ends the row stays as a tombstone; its SIRET and the ids of
/// its offers are free again.
struct StructureLifeRepository: Sendable {
    let pool: Pool

    /// Stamps a structure as verified, if it still has the version that was read. It is a version of its own: events are
    /// numbered by versions, and tell of the stamp.
    /// - Returns: the new version.
    /// - Throws: ``Refusal/staleVersion``.
    func verify(_ id: UUID, on day: CalendarDate, from version: Int, by author: Author) async throws -> Int {
        try await pool.withTransaction { transaction in
            let verified = try await transaction.query(
                """
                update structures set document = jsonb_set(document, '{verified_on}', to_jsonb(\(day.text)::text)),
                    version = version + 1, updated_at = now(), changed_xid = pg_current_xact_id()
                where id = \(id) and version = \(version) and removed_at is null
                returning version, document
                """)
            guard let row = verified.first else { throw Refusal.staleVersion }
            let next = try row["version", as: Int.self]
            try await transaction.query(
                HistoryRepository.insert(
                    .verified, of: id, version: next, try row["document", as: JSONB.self], by: author))
            try await DirectoryEventRepository(transaction: transaction).tellStructures()
            return next
        }
    }

    /// Removes a structure that has no antennes, if it still has the version that was read.
    /// - Throws: ``Refusal`` 412, 409.
    func remove(_ id: UUID, from version: Int, by author: Author) async throws {
        try await refusing { transaction in
            try await FollowedCallRepository.hold(naming: id, in: transaction)
            try await end(id, from: version, by: author, in: transaction)
            try await transaction.query(CallVersionRepository.follow(id, to: nil, by: author))
            try await DirectoryEventRepository(transaction: transaction).tellStructures()
            try await CoordinationRepository.replace(id, by: nil, author: author, in: transaction)
        }
    }

    /// Merges a structure into another, which its antennes follow.
    /// - Throws: ``Refusal`` 412; 422 where the successor is none; 409 where the antennes cannot follow.
    func merge(_ id: UUID, into successor: UUID, from version: Int, by author: Author) async throws {
        do {
            try await refusing { transaction in
                // In one order: two structures that are merged into each other would each wait for the other's row.
                let both = [id, successor]
                try await FollowedCallRepository.hold(naming: id, in: transaction)
                try await transaction.pipeline([
                    LocationRepository.hold,
                    "select id from structures where id = any(\(both)) order by id for no key update",
                ])
                let parent = try await end(id, into: successor, from: version, by: author, in: transaction)
                try await move(antennesOf: id, to: successor, below: parent, by: author, in: transaction)
                try await FollowedCallRepository.follow(id, to: successor, by: author, in: transaction)
                try await DirectoryEventRepository(transaction: transaction).tellStructures()
                // A territory is coordinated by its own region's structures.
                let isOfRegion = try await transaction.query(
                    "select count(distinct region) = 1 from structures where id = any(\(both))")[0].decode(Bool.self)
                try await CoordinationRepository.replace(
                    id, by: isOfRegion ? successor : nil, author: author, in: transaction)
            }
        } catch let error as DatabaseError
            where ["no_parent_cycle", "parent_in_region"].contains(error.constraint)
        {
            throw Refusal(.conflict, violations: [Violation(StructureConstraints.antennesStay, at: "/into")])
        }
    }

    /// - Returns: the parent that it had.
    @discardableResult
    private func end(
        _ id: UUID, into successor: UUID? = nil, from version: Int, by author: Author, in transaction: Transaction
    ) async throws -> UUID? {
        let ended = try await transaction.query(
            """
            update structures set removed_at = now(), successor_id = \(successor), parent_id = null, siret = null,
                version = version + 1, updated_at = now(), changed_xid = pg_current_xact_id()
            where id = \(id) and version = \(version) and removed_at is null
            returning version, document,
                (select before.parent_id from structures before where before.id = \(id)) as parent
            """)
        guard let row = ended.first else { throw Refusal.staleVersion }
        try await transaction.pipeline([
            HistoryRepository.insert(
                successor == nil ? .removed : .merged, of: id, version: try row["version", as: Int.self],
                try row["document", as: JSONB.self], by: author),
            "delete from structure_offers where structure_id = \(id)",
        ])
        try await NamedStructureRepository.follow(id, to: successor, by: author.client, in: transaction)
        return try row["parent", as: UUID?.self]
    }

    /// A successor that was an antenne itself takes the place of what it follows.
    private func move(
        antennesOf id: UUID, to successor: UUID, below parent: UUID?, by author: Author, in transaction: Transaction
    ) async throws {
        try await transaction.query(
            """
            with moved as (
                select id, case when id = \(successor) then \(parent)::uuid else \(successor)::uuid end as parent
                from structures where parent_id = \(id)
            ), changed as (
                update structures s set parent_id = moved.parent,
                    document = jsonb_set(document, '{parent_id}', coalesce(to_jsonb(moved.parent::text), 'null')),
                    version = version + 1, updated_at = now(), changed_xid = pg_current_xact_id()
                from moved where moved.id = s.id
                returning s.id, s.version, s.document
            )
            insert into structure_versions (structure_id, version, document, operation, changed_by, changed_for)
            select id, version, document, \(StructureOperation.moved.rawValue), \(author.client), \(author.actingFor)
            from changed
            """)
    }

    private func refusing(_ work: (Transaction) async throws -> Void) async throws {
        do {
            try await pool.withTransaction { try await work($0) }
        } catch let error as DatabaseError {
            switch error.constraint {
            case let name? where ["antennes_remain", "successor_exists", "not_its_own_successor"].contains(name):
                throw StructureConstraints.refusal(of: name) ?? error
            default: throw error
            }
        }
    }
}

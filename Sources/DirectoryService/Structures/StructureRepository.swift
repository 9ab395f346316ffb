import Foundation
import Postgres
import Schema
import Web

/// Structures in the database. A write puts the new version in the history in the same transaction.
struct StructureRepository: Sendable {
    let pool: Pool
    private let idempotency = IdempotencyRepository()

    init(pool: Pool) { self.pool = pool }

    /// A structure's current version, for a write that depends on it; nil of one that is no more.
    func find(_ id: UUID) async throws -> Structure? {
        let rows = try await pool.transact(
            readOnly: true,
            ["select id, document, version, updated_at from structures where id = \(id) and removed_at is null"])
        return try rows[0].first.map(Self.structure)
    }

    /// As ``find(_:)``, with today's codes of its communes and the region that answers for it.
    /// - Throws: ``Refusal`` 404; 410 of a structure that is no more; ``UnreadableStructure``.
    func demand(_ id: UUID, _ index: DirectoryIndex) async throws -> (structure: Structure, region: String) {
        let (structure, region, flaws) = try await demandAsStored(id, index)
        guard flaws.isEmpty else { throw UnreadableStructure(id: id, flaws: flaws) }
        return (structure, region)
    }

    /// As ``demand(_:_:)``; nil where the database cannot be asked now, or holds what this release cannot read: then
    /// memory has an earlier version of it.
    func demandIfReachable(
        _ id: UUID, _ index: DirectoryIndex
    ) async throws -> (structure: Structure, region: String)? {
        do {
            return try await demand(id, index)
        } catch is UnreadableStructure {
            return nil
        } catch let error as DatabaseError where error.isOutOfReach {
            return nil
        }
    }

    /// As ``demand(_:_:)``, also of a structure that another release has stored and this one cannot read: it has what
    /// can be read of it, and flaws.
    func demandAsStored(
        _ id: UUID, _ index: DirectoryIndex
    ) async throws -> (structure: Structure, region: String, flaws: [Violation]) {
        let rows = try await pool.transact(
            readOnly: true,
            ["select id, document, version, updated_at, region from structures where id = \(id) and removed_at is null"]
        )
        guard let row = rows[0].first else {
            // Another replica may have removed it just now.
            try await index.refresh()
            throw index.snapshot.absence(of: id)
        }
        let geography = index.snapshot.geography
        let (structure, flaws) = try Self.reading(row)
        let found = structure.naming(communesOf: geography)
        return (found, try found.region(in: geography) ?? row["region", as: String.self], flaws)
    }

    /// The *siège* of an antenne, where it has one.
    func parent(
        of draft: StructureDraft, _ geography: Geography
    ) async throws -> (draft: StructureDraft, region: String?)? {
        guard let id = draft.parentID, let found = try await find(id) else { return nil }
        return (found.draft, found.naming(communesOf: geography).region(in: geography))
    }

    /// The answer that a creation with this key already got.
    func answer(to key: IdempotencyKey) async throws -> IdempotencyRepository.Answer? {
        try await idempotency.find(key, in: pool)
    }

    /// Creates a structure, once for each key: a repeated request gets the first one's answer.
    func insert(
        _ draft: StructureDraft, id: UUID, region: String, by author: Author, key: IdempotencyKey,
        answer: IdempotencyRepository.Answer
    ) async throws -> IdempotencyRepository.Answer {
        try await StructureConstraints.refusing(id, draft, in: pool) {
            try await pool.withTransaction { transaction in
                if let earlier = try await idempotency.claim(key, in: transaction) { return earlier }
                let document = JSONB(draft.storedJSON)
                try await transaction.pipeline([
                    """
                    insert into structures (id, parent_id, region, name, status, commune, siret, document)
                    values (\(id), \(draft.parentID), \(region), \(draft.name), \(draft.status),
                        \(draft.address?.commune), \(draft.comparedSIRET), \(document))
                    """,
                    HistoryRepository.insert(.created, of: id, version: 1, document, by: author),
                ])
                try await OfferRepository.keep(of: id, draft, in: transaction)
                try await DirectoryEventRepository(transaction: transaction).tellStructures()
                idempotency.store(answer, for: key, in: transaction)
                return answer
            }
        }
    }

    /// Replaces what editors write of a structure, if it still has the version that they read.
    /// - Returns: the new version.
    /// - Throws: ``Refusal/staleVersion``.
    func update(
        _ id: UUID, to draft: StructureDraft, region: String, from version: Int, by author: Author
    ) async throws -> Int {
        try await StructureConstraints.refusing(id, draft, in: pool) {
            try await pool.withTransaction { transaction in
                let document = JSONB(draft.storedJSON)
                let updated = try await transaction.query(
                    """
                    update structures set parent_id = \(draft.parentID), region = \(region), name = \(draft.name),
                        status = \(draft.status), commune = \(draft.address?.commune), siret = \(draft.comparedSIRET),
                        document = \(document), version = version + 1, updated_at = now(),
                        changed_xid = pg_current_xact_id()
                    where id = \(id) and version = \(version) and removed_at is null
                    returning version
                    """)
                guard let next = try updated.first?.decode(Int.self) else { throw Refusal.staleVersion }
                try await transaction.query(
                    HistoryRepository.insert(.updated, of: id, version: next, document, by: author))
                try await OfferRepository.keep(of: id, draft, in: transaction)
                try await DirectoryEventRepository(transaction: transaction).tellStructures()
                return next
            }
        }
    }

    /// - Throws: ``UnreadableStructure`` where the document is not one that we read.
    static func structure(_ row: Row) throws -> Structure {
        let (structure, flaws) = try reading(row)
        guard flaws.isEmpty else { throw UnreadableStructure(id: structure.id, flaws: flaws) }
        return structure
    }

    /// What can be read of a stored structure, and what is wrong with the rest.
    static func reading(_ row: Row) throws -> (structure: Structure, flaws: [Violation]) {
        let (id, document) = (try row["id", as: UUID.self], try row["document", as: JSONB.self])
        let (version, updatedAt) = (try row["version", as: Int.self], try row["updated_at", as: Date.self])
        if let draft = document.bytes.withUnsafeBufferPointer({ try? StructureDraft(stored: $0) }) {
            return (Structure(id: id, draft: draft, version: version, updatedAt: updatedAt), [])
        }
        let object = (try? JSONValue(parsing: document.bytes))?.object ?? JSONObject(members: [])
        let reading = ObjectReader.reading(.object(object)) { StructureDraft($0, origin: .stored) }
        guard let draft = reading.value else { throw UnreadableStructure(id: id, flaws: reading.violations) }
        return (Structure(id: id, draft: draft, version: version, updatedAt: updatedAt), reading.violations)
    }
}

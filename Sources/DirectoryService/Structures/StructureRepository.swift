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
    /// - Throws: ``Refusal`` 404; 410 of a structure that is no more.
    func demand(_ id: UUID, _ index: DirectoryIndex) async throws -> (structure: Structure, region: String) {
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
        let found = try Self.structure(row).naming(communesOf: geography)
        return (found, try found.region(in: geography) ?? row["region", as: String.self])
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
        try await pool.withTransaction { try await idempotency.find(key, in: $0) }
    }

    /// Creates a structure, once for each key: a repeated request gets the first one's answer.
    func insert(
        _ draft: StructureDraft, id: UUID, region: String, by author: Author, key: IdempotencyKey,
        answer: IdempotencyRepository.Answer
    ) async throws -> IdempotencyRepository.Answer {
        try await refusingConstraints(id, draft) {
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
                try await keepOffers(of: id, draft, in: transaction)
                try await DirectoryEventRepository(transaction: transaction).tellStructures()
                try await idempotency.store(answer, for: key, in: transaction)
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
        try await refusingConstraints(id, draft) {
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
                try await keepOffers(of: id, draft, in: transaction)
                try await DirectoryEventRepository(transaction: transaction).tellStructures()
                return next
            }
        }
    }

    /// - Throws: ``UnreadableStructure`` where the document is not one that we read.
    static func structure(_ row: Row) throws -> Structure {
        let id = try row["id", as: UUID.self]
        let (version, updatedAt) = (try row["version", as: Int.self], try row["updated_at", as: Date.self])
        let document = try row["document", as: JSONB.self]
        do {
            let draft = try ObjectReader.read(try JSONValue(parsing: document.bytes)) { object in
                StructureDraft(object, origin: .stored)
            }
            return Structure(id: id, draft: draft, version: version, updatedAt: updatedAt)
        } catch {
            throw UnreadableStructure(id: id, reason: error)
        }
    }

    /// Makes the offers' ids this structure's own.
    private func keepOffers(of id: UUID, _ draft: StructureDraft, in transaction: Transaction) async throws {
        let offers = draft.services.map(\.id)
        try await transaction.pipeline([
            "delete from structure_offers where structure_id = \(id) and offer_id <> all(\(offers))",
            """
            insert into structure_offers (offer_id, structure_id) select offer, \(id) from unnest(\(offers)) offer
            where not exists (select from structure_offers o where o.offer_id = offer and o.structure_id = \(id))
            """,
        ])
    }

    /// Says in the caller's words which rule of the database a structure broke.
    private func refusingConstraints<Value>(
        _ id: UUID, _ draft: StructureDraft, _ work: () async throws -> Value
    ) async throws -> Value {
        do {
            return try await work()
        } catch let error as DatabaseError {
            guard let constraint = error.constraint else { throw error }
            let offers = constraint == "offer_taken" ? try await takenOffers(by: id, draft) : []
            throw StructureConstraints.refusal(of: constraint, offers) ?? error
        }
    }

    /// Which of the draft's offers are another structure's.
    private func takenOffers(by id: UUID, _ draft: StructureDraft) async throws -> [Violation] {
        let offers = draft.services.map(\.id)
        let rows = try await pool.transact(
            readOnly: true,
            ["select offer_id from structure_offers where offer_id = any(\(offers)) and structure_id <> \(id)"])
        let taken = Set(try rows[0].decode(UUID.self))
        return offers.indices.filter { taken.contains(offers[$0]) }.map(StructureConstraints.offerTaken)
    }
}

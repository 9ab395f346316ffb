import Foundation
import Postgres
import Schema
import Web

/// Structures in the database. A write puts the new version in the history in the same transaction.
struct StructureRepository: Sendable {
    let pool: Pool
    private let idempotency = IdempotencyRepository()

    init(pool: Pool) { self.pool = pool }

    /// A structure's current version, for a write that depends on it.
    func find(_ id: UUID) async throws -> Structure? {
        let rows = try await pool.transact(
            readOnly: true, ["select id, document, version, updated_at from structures where id = \(id)"])
        return try rows[0].first.map(Self.structure)
    }

    /// The answer that a creation with this key already got.
    func answer(to key: IdempotencyKey) async throws -> IdempotencyRepository.Answer? {
        try await pool.withTransaction { try await idempotency.claim(key, in: $0) }
    }

    /// Creates a structure, once for each key: a repeated request gets the first one's answer.
    func insert(
        _ draft: StructureDraft, id: UUID, region: String, by client: String, key: IdempotencyKey,
        answer: IdempotencyRepository.Answer
    ) async throws -> IdempotencyRepository.Answer {
        try await refusingConstraints {
            try await pool.withTransaction { transaction in
                if let earlier = try await idempotency.claim(key, in: transaction) { return earlier }
                let document = JSONB(draft.storedJSON)
                try await transaction.pipeline([
                    """
                    insert into structures (id, parent_id, region, name, status, commune, siret, document)
                    values (\(id), \(draft.parentID), \(region), \(draft.name), \(draft.status),
                        \(draft.address?.commune), \(draft.siret), \(document))
                    """,
                    """
                    insert into structure_versions (structure_id, version, document, changed_by)
                    values (\(id), 1, \(document), \(client))
                    """,
                ])
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
        _ id: UUID, to draft: StructureDraft, region: String, from version: Int, by client: String
    ) async throws -> Int {
        try await refusingConstraints {
            try await pool.withTransaction { transaction in
                let document = JSONB(draft.storedJSON)
                let updated = try await transaction.query(
                    """
                    update structures set parent_id = \(draft.parentID), region = \(region), name = \(draft.name),
                        status = \(draft.status), commune = \(draft.address?.commune), siret = \(draft.siret),
                        document = \(document), version = version + 1, updated_at = now(),
                        changed_xid = pg_current_xact_id()
                    where id = \(id) and version = \(version)
                    returning version
                    """)
                guard let next = try updated.first?.decode(Int.self) else { throw Refusal.staleVersion }
                try await transaction.query(
                    """
                    insert into structure_versions (structure_id, version, document, changed_by)
                    values (\(id), \(next), \(document), \(client))
                    """)
                try await DirectoryEventRepository(transaction: transaction).tellStructures()
                return next
            }
        }
    }

    static func structure(_ row: Row) throws -> Structure {
        let id = try row["id", as: UUID.self]
        let document = try row["document", as: JSONB.self]
        let draft = try ObjectReader.read(try JSONValue(parsing: document.bytes)) { object in
            StructureDraft(object, origin: .importer)
        }
        return Structure(
            id: id, draft: draft, version: try row["version", as: Int.self],
            updatedAt: try row["updated_at", as: Date.self])
    }
}

/// Says in the caller's words which rule of the database a structure broke.
private func refusingConstraints<Value>(_ work: () async throws -> Value) async throws -> Value {
    do {
        return try await work()
    } catch let error as DatabaseError {
        guard let constraint = error.constraint, let violation = StructureConstraints.violations[constraint] else {
            throw error
        }
        throw Refusal(constraint == "siret_taken" ? .conflict : .invalidBody, violations: [violation])
    }
}

/// What a broken constraint of the schema means to whoever wrote the structure.
enum StructureConstraints {
    static let violations: [String: Violation] = [
        "parent_exists": Violation(
            Flaw("unknown-structure", fr: "Cette structure n’existe pas.", en: "There is no such structure."),
            at: "/parent_id"),
        "not_its_own_parent": Violation(
            Flaw(
                "own-parent", fr: "Une structure n’est pas son propre siège.", en: "A structure is not its own parent."),
            at: "/parent_id"),
        "commune_exists": Violation(
            Flaw("unknown-commune", fr: "Cette commune n’existe pas.", en: "There is no such commune."),
            at: "/address/commune"),
        "siret_taken": Violation(
            Flaw("siret-taken", fr: "Une autre structure a ce Siret.", en: "Another structure has this SIRET."),
            at: "/siret"),
    ]
}

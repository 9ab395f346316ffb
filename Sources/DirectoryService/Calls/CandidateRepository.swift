import Foundation
import Postgres
import Schema

/// The structures that answer calls, in the database.
enum CandidateRepository {
    /// Those of the structures that there are.
    static func find(_ ids: [UUID], in pool: Pool) async throws -> [UUID: NamedCandidate] {
        let rows = try await pool.transact(
            readOnly: true,
            [
                """
                select id, document, version, updated_at, region from structures
                where id = any(\(ids)) and removed_at is null
                """
            ])
        let found = try rows[0].map { row in
            let structure = try StructureRepository.structure(row)
            let region = try row["region", as: String.self]
            return (
                structure.id,
                NamedCandidate(
                    region: region, networks: structure.draft.networks, parentID: structure.draft.parentID)
            )
        }
        return Dictionary(found) { first, _ in first }
    }

    /// Lets none of a draft's structures, which were judged a moment ago, end before the transaction does.
    /// - Throws: ``Refusal`` `invalid-body` where one has ended since.
    static func hold(_ draft: ApplicationDraft, in transaction: Transaction) async throws {
        let held = try await NamedStructureRepository.hold(draft.structures, in: transaction)
        let violations = draft.structures.indices.filter { held[draft.structures[$0]] == nil }.map {
            Violation(.unknownStructure, at: ApplicationRules.pointer(ofStructure: $0))
        }
        guard violations.isEmpty else { throw Refusal(.invalidBody, violations: violations) }
    }

    /// What the lead and the members of an answer are: the lead agrees by writing it.
    static func insert(_ draft: ApplicationDraft, _ id: UUID, _ call: Call) -> Query {
        """
        insert into application_structures (application_id, structure_id, place, call_id, territory, agreed_at)
        select \(id), structure, place - 1, \(call.id), \(draft.territory), case when place = 1 then call_clock() end
        from unnest(\(draft.structures)) with ordinality candidate (structure, place)
        """
    }

    static func list(of applications: [UUID]) -> Query {
        """
        select m.application_id, m.agreed_at, s.id, s.document, s.version, s.updated_at, s.region,
            s.removed_at is not null as is_removed
        from application_structures m join structures s on s.id = m.structure_id
        where m.application_id = any(\(applications)) order by m.application_id, m.place
        """
    }

    static func candidate(_ row: Row) throws -> Application.Candidate {
        Application.Candidate(
            structure: try StructureRepository.structure(row), region: try row["region", as: String.self],
            isRemoved: try row["is_removed", as: Bool.self], agreedAt: try row["agreed_at", as: Date?.self])
    }

    /// Lets the answers of a structure that was merged be its successor's, under their next version. Of one that named
    /// both the successor takes the better place; of a draft every member agrees anew. Where the successor has filed an
    /// answer of its own for the same territory, the other one stays the ended structure's: its region decides.
    static func follow(_ ended: UUID, to successor: UUID, in transaction: Transaction) async throws {
        let moved = try await transaction.pipeline([
            """
            with twice as (
                delete from application_structures e using application_structures s
                where e.structure_id = \(ended) and s.structure_id = \(successor)
                    and s.application_id = e.application_id
                returning e.application_id, e.place, e.agreed_at
            )
            update application_structures s
            set place = least(s.place, twice.place), agreed_at = coalesce(s.agreed_at, twice.agreed_at)
            from twice where s.application_id = twice.application_id and s.structure_id = \(successor)
            returning s.application_id
            """,
            """
            update application_structures e set structure_id = \(successor)
            where e.structure_id = \(ended) and not (e.is_filed and exists (
                select from application_structures o where o.structure_id = \(successor) and o.is_filed
                    and o.call_id = e.call_id and o.territory is not distinct from e.territory))
            returning e.application_id
            """,
        ])
        let ids = try moved.flatMap { try $0.decode(UUID.self) }
        try await transaction.pipeline([
            """
            update applications a set version = version + 1, updated_at = now(), document = a.document
                || (select jsonb_build_object('lead_id', (array_agg(structure_id order by place))[1],
                        'member_ids', to_jsonb((array_agg(structure_id order by place))[2:]))
                    from application_structures m where m.application_id = a.id)
            where a.id = any(\(ids))
            """,
            """
            update application_structures m set agreed_at = null from applications a
            where a.id = m.application_id and a.id = any(\(ids)) and a.state = 'brouillon' and m.place > 0
            """,
        ])
    }
}

/// A structure that an answer names.
struct NamedCandidate: Sendable {
    let region: String
    let networks: [String]
    let parentID: UUID?
}

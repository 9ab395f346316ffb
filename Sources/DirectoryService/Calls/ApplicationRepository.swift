import Foundation
import Postgres
import Schema
import Web

/// Applications in the database: what is read of them, and their drafts.
struct ApplicationRepository: Sendable {
    let pool: Pool
    private let idempotency = IdempotencyRepository()

    init(pool: Pool) { self.pool = pool }

    /// As it is at one moment, with its call, its candidates and its steps.
    func find(_ id: UUID) async throws -> Application? {
        try await pool.withTransaction(isolation: .repeatableRead, readOnly: true) {
            try await StoredApplicationRepository.find(id, in: $0)
        }
    }

    /// Whose applications somebody may see beside one's own drafts.
    struct Reader: Sendable {
        let structures: [UUID]
        /// Networks for whose structures it acts here.
        let networks: [String]
        let isOffice: Bool
    }

    /// Those of a call, in the order of their creation: at most `limit` and one more, after the one with this id.
    func list(
        of call: UUID, for reader: Reader, state: String?, after id: UUID?, limit: Int
    ) async throws -> [Application] {
        let examination = CandidateSight.examination
        return try await pool.withTransaction(isolation: .repeatableRead, readOnly: true) { transaction in
            guard let call = try await StoredCallRepository.find(call, in: transaction) else { return [] }
            return try await StoredApplicationRepository.list(
                of: call,
                // Candidates find it by the state that they see (`CandidateSight`).
                where: """
                    a.call_id = \(call.id) and (\(id)::uuid is null or a.id > \(id))
                    and (\(state)::text is null or \(state) = case
                        when \(reader.isOffice) or a.in_force or a.state in ('brouillon', 'desiste') then a.state
                        when exists (select from procedure_steps p
                            where p.application_id = a.id and p.step = any(\(examination))) then 'en-instruction'
                        else 'candidate' end)
                    and ((\(reader.isOffice) and a.state <> 'brouillon') or exists (
                        select from application_structures m join structures s on s.id = m.structure_id
                        where m.application_id = a.id
                            and (s.id = any(\(reader.structures)) or s.document -> 'networks' ?| \(reader.networks))))
                    """, limit: limit + 1, in: transaction)
        }
    }

    /// The answer that a creation with this key already got.
    func answer(to key: IdempotencyKey) async throws -> IdempotencyRepository.Answer? {
        try await idempotency.find(key, in: pool)
    }

    /// Creates a draft, once for each key: a repeated request gets the first one's answer.
    func insert(
        _ draft: ApplicationDraft, id: UUID, to call: Call, key: IdempotencyKey, answer: IdempotencyRepository.Answer
    ) async throws -> IdempotencyRepository.Answer {
        try await CallConstraints.refusing {
            try await pool.withTransaction { transaction in
                if let earlier = try await idempotency.claim(key, in: transaction) { return earlier }
                try await transaction.query("select from calls where id = \(call.id) for share")
                try await CandidateRepository.hold(draft, in: transaction)
                try await transaction.pipeline([
                    """
                    insert into applications (id, call_id, document)
                    values (\(id), \(call.id), \(JSONB(draft.storedJSON)))
                    """,
                    CandidateRepository.insert(draft, id, call),
                ])
                idempotency.store(answer, for: key, in: transaction)
                return answer
            }
        }
    }
}

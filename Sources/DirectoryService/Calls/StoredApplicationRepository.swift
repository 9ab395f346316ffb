import Foundation
import Postgres
import Schema

/// Applications as a transaction finds them. Whatever is decided of one is decided on what the transaction has locked:
/// its call, so that its closing stays where it is, then itself, then its structures (``FollowedCallRepository``).
enum StoredApplicationRepository {
    /// - Parameter locks: whether it is for a write.
    static func find(_ id: UUID, locks: Bool = false, in transaction: Transaction) async throws -> Application? {
        let rows = try await transaction.query("select call_id from applications where id = \(id)")
        guard let callID = try rows.first?.decode(UUID.self),
            let call = try await StoredCallRepository.find(callID, lock: locks ? "for share" : "", in: transaction)
        else { return nil }
        return try await list(of: call, where: "a.id = \(id)", lock: locks ? "for update" : "", in: transaction).first
    }

    static func list(
        of call: Call, where condition: Query, lock: Query = "", limit: Int = 100_000, in transaction: Transaction
    ) async throws -> [Application] {
        let rows = try await transaction.query(
            """
            select a.id, a.document, a.state, a.evaluation::text as evaluation, a.filed_at,
                a.decided_on::text as decided_on, a.in_force, a.version, a.updated_at
            from applications a where \(condition) order by a.id limit \(limit) \(lock)
            """)
        let ids = try rows.map { try $0["id", as: UUID.self] }
        let parts = try await transaction.pipeline([
            CandidateRepository.list(of: ids),
            TakenStep.list(ofApplications: ids),
        ])
        let candidates = Dictionary(
            grouping: try parts[0].map {
                (try $0["application_id", as: UUID.self], try CandidateRepository.candidate($0))
            }, by: \.0)
        let steps = Dictionary(
            grouping: try parts[1].map { (try $0["application_id", as: UUID.self], try TakenStep($0)) }, by: \.0)
        return try rows.map { row in
            let id = try row["id", as: UUID.self]
            return try application(row, id, call, candidates[id, default: []].map(\.1), steps[id, default: []].map(\.1))
        }
    }

    private static func application(
        _ row: Row, _ id: UUID, _ call: Call, _ candidates: [Application.Candidate], _ steps: [TakenStep]
    ) throws -> Application {
        let document = try JSONValue(parsing: try row["document", as: JSONB.self].bytes)
        let findings = try row["evaluation", as: String?.self].map { try JSONValue(parsing: Array($0.utf8)) }
        return Application(
            id: id, call: call,
            draft: try ObjectReader.read(document) { ApplicationDraft($0, questions: call.questions) },
            state: ApplicationState(rawValue: try row["state", as: String.self]) ?? .draft, candidates: candidates,
            findings: findings, filedAt: try row["filed_at", as: Date?.self],
            decidedOn: try row["decided_on", as: String?.self].flatMap { CalendarDate(text: $0) },
            isInForce: try row["in_force", as: Bool.self], steps: steps, version: try row["version", as: Int.self],
            updatedAt: try row["updated_at", as: Date.self])
    }
}

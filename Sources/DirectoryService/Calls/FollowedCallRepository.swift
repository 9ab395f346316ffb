import Foundation
import Postgres
import Schema

/// What becomes of calls and applications whose structures end.
enum FollowedCallRepository {
    /// Locks what names a structure that is about to end, in the order of everybody else who decides of applications:
    /// calls, applications, locations, structures. What comes to name it meanwhile waits for the structure's row.
    static func hold(naming id: UUID, in transaction: Transaction) async throws {
        try await transaction.pipeline([
            """
            select from calls c where c.examiner_id = \(id) or c.id in (
                select m.call_id from application_structures m where m.structure_id = \(id))
            order by c.id for no key update
            """,
            """
            select from applications a where a.id in (
                select m.application_id from application_structures m where m.structure_id = \(id))
            order by a.id for update
            """,
        ])
    }

    /// Lets a structure's answers, its examinations and its label be those of the one that stands for it.
    static func follow(
        _ ended: UUID, to successor: UUID, by author: Author, in transaction: Transaction
    ) async throws {
        try await CandidateRepository.follow(ended, to: successor, in: transaction)
        try await transaction.query(CallVersionRepository.follow(ended, to: successor, by: author))
        try await LabelRepository(transaction: transaction).follow([successor], after: nil, by: author)
    }
}

import Foundation
import Postgres
import Schema

/// Every version of what calls say, with who made it and why. The steps of their lists are versions of a call, too, and
/// told by themselves.
struct CallVersionRepository: Sendable {
    let pool: Pool

    /// To be part of the transaction that makes the version.
    static func insert(
        _ operation: CallOperation, of id: UUID, version: Int, _ document: JSONB, by author: Author
    ) -> Query {
        """
        insert into call_versions (call_id, version, document, operation, changed_by, changed_for)
        values (\(id), \(version), \(document), \(operation.rawValue), \(author.client), \(author.actingFor))
        """
    }

    /// The versions before one, newest first: at most `limit`, and one more to compare the last of them with.
    func list(_ id: UUID, before version: Int?, limit: Int) async throws -> [StructureVersion] {
        let query: Query = """
            select version, operation, changed_at, changed_by, changed_for, document from call_versions
            where call_id = \(id) and version < coalesce(\(version), 9223372036854775807)
            order by version desc limit \(limit + 1)
            """
        return try await pool.transact(readOnly: true, [query])[0].map { try StructureVersion($0) }
    }

    /// Lets the calls that an ended structure examines be examined by the one that stands for it, where that is of their
    /// region, or else by the region itself; each under its next version.
    static func follow(_ ended: UUID, to successor: UUID?, by author: Author) -> Query {
        let operation: CallOperation = successor == nil ? .examinerRemoved : .examinerMerged
        return """
            with changed as (
                update calls c set version = c.version + 1, updated_at = now(), examiner_id = s.id,
                    document = jsonb_set(c.document, '{examiner_id}', coalesce(to_jsonb(s.id::text), 'null'))
                from calls o left join structures s on s.id = \(successor) and s.region = o.region
                where o.id = c.id and c.examiner_id = \(ended)
                returning c.id, c.version, c.document
            )
            insert into call_versions (call_id, version, document, operation, changed_by, changed_for)
            select id, version, document, \(operation.rawValue), \(author.client), \(author.actingFor) from changed
            """
    }
}

/// Why what a call says has a version: the codes of `Vocabulary.callOperation`.
enum CallOperation: String {
    case created
    case updated
    case examinerMerged = "examiner-merged"
    case examinerRemoved = "examiner-removed"
}

import Foundation
import Postgres
import Schema

/// The steps that were taken: written in the transaction that takes them, never changed.
extension TakenStep {
    init(_ row: Row) throws {
        let document = try JSONValue(parsing: try row["document", as: JSONB.self].bytes)
        let day = try row["step_on", as: String.self]
        guard let on = CalendarDate(text: day) else { throw UnreadableDay(text: day) }
        self.init(
            number: try row["number", as: Int.self],
            draft: try ObjectReader.read(document) {
                ProcedureStepDraft($0, steps: ProcedureStep.allCases.map(\.rawValue))
            },
            on: on, at: try row["taken_at", as: Date.self],
            author: Author(
                client: try row["taken_by", as: String.self], actingFor: try row["taken_for", as: String?.self]))
    }

    private struct UnreadableDay: Error { let text: String }

    /// Those of calls' whole lists.
    static func list(ofCalls ids: [UUID]) -> Query {
        """
        select call_id, \(columns) from procedure_steps where call_id = any(\(ids)) and application_id is null
        order by call_id, number
        """
    }

    static func list(ofApplications ids: [UUID]) -> Query {
        """
        select application_id, \(columns) from procedure_steps where application_id = any(\(ids))
        order by application_id, number
        """
    }

    func insert(ofCall call: UUID, application: UUID?) -> Query {
        """
        insert into procedure_steps (call_id, application_id, number, step, step_on, taken_at, taken_by, taken_for,
            document)
        values (\(call), \(application), \(number), \(draft.step), \(on.text)::text::date, \(at), \(author.client),
            \(author.actingFor), \(JSONB(draft.storedJSON)))
        """
    }

    private static var columns: Query {
        "number, step_on::text as step_on, taken_at, taken_by, taken_for, document"
    }
}

import Postgres
import Schema

/// What a broken constraint of the tables of calls means to whoever wrote.
enum CallConstraints {
    static let refusals: [String: Refusal] = [
        "examiner_exists": Refusal(.invalidBody, violations: [Violation(.unknownStructure, at: "/examiner_id")]),
        "applications_call_id_fkey": answered,
        "structure_of_application": Refusal(.invalidBody, violations: [Violation(.unknownStructure, at: "/lead_id")]),
        "one_application_of_a_structure": Refusal(
            .conflict,
            violations: [
                Violation(
                    Flaw(
                        "already-applied", fr: "Une structure de cette réponse a déjà répondu à cet appel.",
                        en: "A structure of this answer has already answered this call."), at: "/call_id")
            ]),
    ]

    /// Of a call that shall be deleted.
    static let answered = Refusal(
        .conflict, fr: "Des candidatures répondent à cet appel : il ne se supprime pas.",
        en: "There are answers to this call: it is not deleted.")

    static func refusing<Value>(_ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch let error as DatabaseError {
            throw error.constraint.flatMap { refusals[$0] } ?? error
        }
    }
}

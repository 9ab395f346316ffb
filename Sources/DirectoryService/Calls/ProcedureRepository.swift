import Charters
import Foundation
import Postgres
import Schema
import Web

/// Takes applications through the procedure: what is decided of one is judged under its lock, and stored with its step,
/// the labels that follow and what is told, or not at all.
struct ProcedureRepository: Sendable {
    let pool: Pool

    /// Lets `judge` decide of an application what becomes of it.
    ///
    /// - Returns: the new version, as the office counts them.
    /// - Throws: what `judge` throws; ``Refusal`` 404 where there is no such application.
    @discardableResult
    func change(_ id: UUID, _ judge: @Sendable (Application) throws -> Turn) async throws -> Int {
        try await CallConstraints.refusing {
            try await pool.withTransaction { transaction in
                guard let application = try await StoredApplicationRepository.find(id, locks: true, in: transaction)
                else {
                    throw Refusal(.notFound)
                }
                let turn = try judge(application)
                if let draft = turn.draft { try await CandidateRepository.hold(draft, in: transaction) }
                try await store(turn, of: application, in: transaction)
                try await DirectoryEventRepository(transaction: transaction).tellStructures()
                return application.version + 1
            }
        }
    }

    /// Lets `judge` decide of a call and its applications, decided or still to be, which of them a step of the list is
    /// taken for.
    ///
    /// - Returns: the call's new version.
    func changeList(
        _ id: UUID, _ judge: @Sendable (Call, [Application]) throws -> (step: TakenStep, of: [Application])
    ) async throws -> Int {
        try await pool.withTransaction { transaction in
            guard let call = try await StoredCallRepository.find(id, lock: "for update", in: transaction) else {
                throw Refusal(.notFound)
            }
            let states = ApplicationState.allCases.filter { $0.isDecided || $0.isUndecided }.map(\.rawValue)
            let applications = try await StoredApplicationRepository.list(
                of: call, where: "a.call_id = \(id) and a.state = any (\(states))", lock: "for update",
                in: transaction)
            let (step, concerned) = try judge(call, applications)
            let publishes = step.draft.step == ProcedureStep.publication.rawValue
            try await transaction.pipeline([
                """
                update calls set version = version + 1, updated_at = now(),
                    results_published_at = case when \(publishes) then call_clock() else results_published_at end
                where id = \(id)
                """,
                step.insert(ofCall: id, application: nil),
            ])
            for application in concerned {
                let number = application.steps.count + 1
                var turn = Turn(isInForce: publishes)
                turn.step = TakenStep(
                    number: number, draft: step.draft, on: step.on, at: step.at, author: step.author)
                try await store(turn, of: application, in: transaction)
            }
            try await DirectoryEventRepository(transaction: transaction).tellStructures()
            return call.version + 1
        }
    }

    /// A member's agreement to the version that it read, or its taking it back.
    func agree(
        _ id: UUID, _ structure: UUID, agrees: Bool, _ judge: @Sendable (Application) throws -> Void
    ) async throws {
        try await pool.withTransaction { transaction in
            guard let application = try await StoredApplicationRepository.find(id, locks: true, in: transaction) else {
                throw Refusal(.notFound)
            }
            try judge(application)
            try await transaction.query(
                """
                update application_structures
                set agreed_at = case when \(agrees) then coalesce(agreed_at, call_clock()) end
                where application_id = \(id) and structure_id = \(structure)
                """)
        }
    }

    /// Deletes a draft: nobody but its candidates ever saw it.
    func delete(_ id: UUID, _ judge: @Sendable (Application) throws -> Void) async throws {
        try await pool.withTransaction { transaction in
            guard let application = try await StoredApplicationRepository.find(id, locks: true, in: transaction) else {
                throw Refusal(.notFound)
            }
            try judge(application)
            try await transaction.query("delete from applications where id = \(id)")
        }
    }

    private func store(_ turn: Turn, of application: Application, in transaction: Transaction) async throws {
        let id = application.id
        let state = turn.state ?? application.state
        let isFiled = application.state == .draft && state != .draft
        let findings = turn.findings.map { String(decoding: $0, as: UTF8.self) }
        var queries: [Query] = [
            """
            update applications set document = coalesce(\(turn.draft.map { JSONB($0.storedJSON) }), document),
                state = \(state.rawValue), evaluation = coalesce(\(findings)::text::json, evaluation),
                filed_at = case when \(isFiled) then call_clock() else filed_at end,
                decided_on = coalesce(\(turn.decidedOn?.text)::text::date, decided_on),
                in_force = in_force or \(turn.isInForce), version = version + 1, updated_at = now()
            where id = \(id)
            """
        ]
        if let draft = turn.draft {
            queries.append("delete from application_structures where application_id = \(id)")
            queries.append(CandidateRepository.insert(draft, id, application.call))
        }
        if isFiled || state == .givenUp {
            queries.append("update application_structures set is_filed = \(isFiled) where application_id = \(id)")
        }
        if let step = turn.step { queries.append(step.insert(ofCall: application.call.id, application: id)) }
        try await transaction.pipeline(queries)
        // What is decided and not public yet changes no label.
        guard let step = turn.step, turn.isInForce, turn.state != nil || !application.isInForce,
            application.call.procedure.kind == .labelling
        else { return }
        let isOfList = step.draft.step == ProcedureStep.publication.rawValue
        let decidedOn = turn.decidedOn ?? application.decidedOn ?? step.on
        try await LabelRepository(transaction: transaction).follow(
            application.candidates.map(\.structure.id),
            after: LabelRepository.Occasion(
                application: application, state: state, day: isOfList ? decidedOn : step.on, isOfList: isOfList),
            by: step.author)
    }
}

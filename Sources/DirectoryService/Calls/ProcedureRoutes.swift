import Charters
import Foundation
import HTTPTypes
import Hummingbird
import Schema
import Tokens
import Web

/// Takes applications through the procedure: their candidates file them and give them up, their region takes its steps.
struct ProcedureRoutes {
    let ground: ApplicationGround

    var routes: [Route] {
        [
            Route(.post, "/v1/applications/{id}/submission", .scope(.labelApply), produces: [], file),
            Route(.post, "/v1/applications/{id}/withdrawal", .scope(.labelApply), produces: [], giveUp),
            Route(.post, "/v1/applications/{id}/steps", .scope(.labelDecide), produces: [], take),
        ]
    }

    /// Files the application, judged at the moment at which its transaction begins, by the database's clock.
    private func file(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let (id, version) = try ApplicationGround.target(request, context)
        try request.parse(try await request.bytes()) { _ in () }
        let caller = try context.caller
        try ApplicationGround.demandLead(caller, of: try await ground.demand(id, caller))
        let rules = ground.rules()
        try await ground.procedure.change(id) { application in
            try ApplicationGround.demandDraft(application, version)
            let judge = ApplicationJudge(call: application.call, geography: rules.geography)
            let findings = judge.findings(application)
            let violations = FilingRules.violations(of: application, findings)
            guard violations.isEmpty else { throw FilingRules.refusal(violations, findings) }
            return Turn(
                step: try Self.step(.filing, caller, application), state: .filed, findings: judge.json(findings))
        }
        return ApplicationGround.done(version + 1)
    }

    /// The candidate gives up, as long as nothing is decided that it knows of.
    private func giveUp(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let (id, version) = try ApplicationGround.target(request, context)
        let comment = try request.parse(try await request.bytes()) {
            ["comment": $0.optional("comment", .lines(1...2000))]
        }
        let caller = try context.caller
        try ApplicationGround.demandLead(caller, of: try await ground.demand(id, caller))
        try await ground.procedure.change(id) { application in
            let sight = CandidateSight.of(application)
            guard sight.version == version else { throw Refusal.staleVersion }
            let table = ProcedureTable(procedure: application.call.procedure)
            if let flaw = table.flaw(of: .givingUp, by: .region, in: sight.standing) {
                throw Refusal(.conflict, violations: [Violation(flaw, at: "/state")])
            }
            return Turn(
                step: try Self.step(.givingUp, caller, application, comment: comment["comment"] ?? nil), state: .givenUp
            )
        }
        return ApplicationGround.done(version + 1)
    }

    /// A step that the region takes, or whom it has delegated the examination to.
    private func take(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let (id, version) = try ApplicationGround.target(request, context)
        let caller = try context.caller
        let present = try await ground.demand(id, caller)
        let draft = try request.parse(try await request.bytes()) {
            ProcedureStepDraft(
                $0, steps: ProcedureStep.ofApplications.map(\.rawValue),
                criteria: present.call.procedure.criteria.map(\.code))
        }
        guard let actor = CallPolicy.actor(caller, in: present.call) else { throw ApplicationGround.notYours }
        let next = try await ground.procedure.change(id) { application in
            guard application.version == version else { throw Refusal.staleVersion }
            return try StepRules.turn(
                draft, by: actor, CallPolicy.author(caller, actor, of: application.call), on: application)
        }
        await ground.publication.publish(context.logger)
        return ApplicationGround.done(next)
    }

    /// A step that the candidate takes.
    private static func step(
        _ step: ProcedureStep, _ caller: VerifiedToken, _ application: Application, comment: String? = nil
    ) throws -> TakenStep {
        let content: JSONValue = [
            "step": .string(step.rawValue), "comment": comment.map { .string($0) } ?? .null,
        ]
        let draft = try ObjectReader.read(content) { ProcedureStepDraft($0, steps: [step.rawValue]) }
        let call = application.call
        return TakenStep(
            number: application.steps.count + 1, draft: draft, on: call.today, at: call.now,
            author: CallPolicy.author(caller, for: application.candidates))
    }
}

import Schema

/// As whom somebody sees an application. Until a decision is public, its candidates see that the examination goes on,
/// and none of the opinions.
enum ApplicationView: Sendable {
    case candidate
    case office(ProcedureTable.Actor)

    func state(of application: Application) -> ApplicationState {
        guard case .candidate = self, !application.isInForce, application.state.isDecided else {
            return application.state
        }
        return .examined
    }

    func steps(of application: Application) -> [TakenStep] {
        guard case .candidate = self else { return application.steps }
        let hidden = Self.internalSteps + (application.isInForce ? [] : Self.heldBack)
        return application.steps.filter { !hidden.contains($0.draft.step) }
    }

    func decidedOn(_ application: Application) -> CalendarDate? {
        guard case .candidate = self, !application.isInForce else { return application.decidedOn }
        return nil
    }

    /// What the caller may do next.
    func nextSteps(of application: Application) -> [ProcedureStep] {
        let table = ProcedureTable(procedure: application.call.procedure)
        switch self {
        case .office(let actor): return table.steps(in: application.standing, for: actor)
        case .candidate:
            return [.filing, .givingUp].filter { table.flaw(of: $0, by: .region, in: application.standing) == nil }
        }
    }

    /// - Parameter findings: of a draft, what its criteria would be found to be now.
    func write(_ application: Application, _ findings: [CriterionFinding], to json: inout JSONWriter) {
        let call = application.call
        json.object { json in
            json.member("id", application.id.text)
            json.member("call_id", call.id.text)
            json.member("kind", call.draft.kind)
            json.member("region", call.draft.region)
            json.member("state", state(of: application).rawValue)
            application.draft.write(to: &json)
            json.member("structures") { json in
                json.array(of: application.candidates) { json, candidate in
                    json.object { json in
                        json.member("id", candidate.structure.id.text)
                        json.member("name", candidate.structure.draft.name)
                        json.member("agreed_at", candidate.agreedAt.map(RFC3339.format))
                        json.member("removed", candidate.isRemoved)
                    }
                }
            }
            json.member("criteria") { json in
                if let found = application.findings {
                    json.value(found)
                } else {
                    json.array(of: findings) { $1.write(to: &$0) }
                }
            }
            json.member("filed_at", application.filedAt.map(RFC3339.format))
            json.member("decided_on", decidedOn(application)?.text)
            json.member("steps") { json in json.array(of: steps(of: application)) { $1.write(to: &$0) } }
            json.member("next_steps", nextSteps(of: application).map(\.rawValue))
            json.member("updated_at", RFC3339.format(application.updatedAt))
            json.member("version", application.version)
        }
    }

    /// What the office says to itself: candidates see the decision and its reasons.
    private static let internalSteps = [ProcedureStep.opinion, .vote].map(\.rawValue)
    private static let heldBack = [ProcedureStep.decision, .prefecture].map(\.rawValue)
}

import Schema

/// As whom somebody sees an application.
enum ApplicationView: Sendable {
    case candidate
    case office(ProcedureTable.Actor)

    /// The application as one sees it.
    func sight(of application: Application) -> Application {
        switch self {
        case .candidate: CandidateSight.of(application)
        case .office: application
        }
    }

    /// What the caller may do next.
    private func nextSteps(of sight: Application) -> [ProcedureStep] {
        let table = ProcedureTable(procedure: sight.call.procedure)
        switch self {
        case .office(let actor): return table.steps(in: sight.standing, for: actor)
        case .candidate:
            return [.filing, .givingUp].filter { table.flaw(of: $0, by: .region, in: sight.standing) == nil }
        }
    }

    /// - Parameter findings: of a draft, what its criteria would be found to be now.
    func write(_ application: Application, _ findings: [CriterionFinding], to json: inout JSONWriter) {
        let application = sight(of: application)
        let call = application.call
        json.object { json in
            json.member("id", application.id.text)
            json.member("call_id", call.id.text)
            json.member("kind", call.draft.kind)
            json.member("region", call.draft.region)
            json.member("state", application.state.rawValue)
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
            json.member("decided_on", application.decidedOn?.text)
            json.member("steps") { json in json.array(of: application.steps) { $1.write(to: &$0) } }
            json.member("next_steps", nextSteps(of: application).map(\.rawValue))
            json.member("updated_at", RFC3339.format(application.updatedAt))
            json.member("version", application.version)
        }
    }
}

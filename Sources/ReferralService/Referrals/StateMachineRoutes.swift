import Hummingbird
import Schema
import Web

/// `GET /v1/state-machine`: the table that is enforced, cell by cell.
struct StateMachineRoutes {
    var routes: [Route] {
        [Route(.get, "/v1/state-machine", .anyOf([.referralSend, .referralReceive, .referralCoordinate]), show)]
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        var json = JSONWriter(reservingCapacity: 8192)
        json.object { json in
            json.member("initial", StateTable.initial.map(\.rawValue))
            json.member("states") { json in
                json.array(of: ReferralState.allCases) { json, state in
                    json.object { json in
                        json.member("state", state.rawValue)
                        json.member("open", state.isOpen)
                        json.member("tier", state.tier?.code)
                    }
                }
            }
            json.member("transitions") { json in
                json.array(of: StateTable.transitions) { json, cell in
                    json.object { json in
                        json.member("from", cell.from.rawValue)
                        json.member("command", cell.command.rawValue)
                        json.member("actor", cell.actor.rawValue)
                        json.member("to", cell.to.rawValue)
                        json.member("guards", cell.guards.map(\.rawValue))
                        json.member("argument", cell.command.argument)
                    }
                }
            }
        }
        return .json(json, for: request)
    }
}

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
                        json.member("argument", cell.command.argument(of: cell.actor))
                    }
                }
            }
            json.member("profiles") { json in json.array(of: ["psad"]) { Self.writeProfile($1, to: &$0) } }
        }
        return .json(json, for: request)
    }

    /// ``PSADProfile``: for which referrals, which categories it holds back, in which states they are shown (after which
    /// others; null: after any), and whose word they need.
    private static func writeProfile(_ code: String, to json: inout JSONWriter) {
        let states = ReferralState.allCases
        let shown = states.map { state in
            (state: state, after: states.filter { PSADProfile.hasReceived(in: state, after: $0) })
        }
        json.object { json in
            json.member("profile", code)
            json.member("service_kinds", PSADProfile.serviceKinds.sorted())
            json.member("themes", PSADProfile.themes.sorted())
            json.member("data_categories", DataCategory.allCases.filter { $0.tier == .record }.map(\.rawValue))
            json.member("shown_in") { json in
                json.array(of: shown.filter { !$0.after.isEmpty }) { json, place in
                    json.object { json in
                        json.member("state", place.state.rawValue)
                        json.member("after") { json in
                            json.optional(place.after.count == states.count ? nil : place.after) { json, before in
                                json.array(of: before) { $0.value($1.rawValue) }
                            }
                        }
                    }
                }
            }
            json.member("granted_by") { json in
                json.array(of: Vocabulary.ageBand.codes) { json, band in
                    json.object { json in
                        json.member("age_band", band)
                        json.member("granters", PSADProfile.granters(ageBand: band).sorted())
                    }
                }
            }
        }
    }
}

import Charters
import Foundation
import HTTPTypes
import Hummingbird
import Schema
import Web

/// `GET /v1/networks`: the networks that the charters name, with the regions in which they take part.
struct NetworksRoutes {
    let charters: CharterSet
    let index: DirectoryIndex

    var routes: [Route] { [Route(.get, "/v1/networks", .scope(.directoryRead), list)] }

    private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let query = try request.query()
        let region = query.optional("region", index.snapshot.geography.knownRegion)
        try query.finish()
        var json = JSONWriter(reservingCapacity: 8192)
        json.object { json in
            json.member("items") { json in
                json.array(of: charters.networks.filter { region.map($0.regions.contains) ?? true }) { json, network in
                    json.object { json in
                        json.member("code", network.code)
                        json.member("name", network.name)
                        json.member("kind", network.kind.rawValue)
                        json.member("aliases", network.aliases)
                        json.member("valid_from", network.validFrom?.text)
                        json.member("valid_to", network.validTo?.text)
                        json.member("successor", network.successor)
                        json.member("cep_operator", network.cepOperator)
                        json.member("regions", network.regions)
                    }
                }
            }
            json.member("next_cursor") { $0.null() }
        }
        return .json(json, for: request)
    }
}

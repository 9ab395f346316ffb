import Foundation
import HTTPTypes
import Hummingbird
import Schema
import Web

/// `GET /v1/territories` and `/v1/territories/{key}`: the territories that structures and searches name.
struct TerritoriesRoutes {
    let index: DirectoryIndex
    let coordinations: CoordinationIndex
    let cursors: CursorCoder

    var routes: [Route] {
        [
            Route(.get, "/v1/territories", .scope(.directoryRead), list),
            Route(.get, "/v1/territories/{key}", .scope(.directoryRead), produces: Self.forms, show),
        ]
    }

    private static let forms = ["application/json", "application/geo+json"]

    private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let query = try request.query()
        let geography = index.snapshot.geography
        let region = query.optional("region", geography.knownRegion)
        let kind = query.optional("kind", .code(Vocabulary.territoryKind.codes))
        var parameters: [(String, String)] = []
        if let region { parameters.append(("region", region)) }
        if let kind { parameters.append(("kind", kind)) }
        let paging = ListPaging(query, path: "/v1/territories", parameters, cursors)
        try query.finish()
        let territories = geography.territories.values
            .filter { (region ?? $0.region) == $0.region && (kind ?? $0.kind) == $0.kind }
            .sorted { $0.key < $1.key }
        let page = paging.page(of: territories, by: \.key)
        return page.response(to: request, age: index.age) { Self.write($1, to: &$0) }
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let snapshot = index.snapshot
        let geography = snapshot.geography
        guard let territory = context.pathParameter("key").flatMap({ geography.territories[$0] }) else {
            throw Refusal(.notFound)
        }
        let form = try request.preferredType(among: Self.forms)
        var response = Response.small(
            form == "application/json"
                ? Self.document(territory, coordinations[territory], snapshot)
                : TerritoryFeature(territory, in: geography).bytes,
            as: form, for: request)
        response.headers.addSnapshotAge(index.age)
        response.headers[.vary] = "Accept"
        return response
    }

    /// With its communes by name, and how it is coordinated.
    private static func document(
        _ territory: Territory, _ coordination: Coordination, _ snapshot: Snapshot
    ) -> [UInt8] {
        let geography = snapshot.geography
        var json = JSONWriter(reservingCapacity: 8192)
        json.object { json in
            members(of: territory, to: &json)
            json.member("communes") { json in
                json.array(of: territory.communes.sorted()) { json, code in
                    json.object { json in
                        json.member("insee_code", code)
                        json.member("name", geography.communes[code]?.name)
                    }
                }
            }
            json.member("coordination") { coordination.write(to: &$0, in: snapshot) }
        }
        return json.bytes
    }

    static func write(_ territory: Territory, to json: inout JSONWriter) {
        json.object { members(of: territory, to: &$0) }
    }

    static func members(of territory: Territory, to json: inout JSONWriter) {
        json.member("key", territory.key)
        json.member("kind", territory.kind)
        json.member("code", territory.code)
        json.member("name", territory.name)
        json.member("region", territory.region)
        json.member("commune_count", territory.communes.count)
    }
}

import Foundation
import HTTPTypes
import Hummingbird
import Schema
import Web

/// `GET /v1/territories/locate`: in which commune and territories a point or a commune's code lies.
struct LocateRoutes {
    let index: DirectoryIndex

    var routes: [Route] { [Route(.get, "/v1/territories/locate", .scope(.directoryRead), locate)] }

    private func locate(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let query = try request.query()
        let geography = index.snapshot.geography
        let near = query.optional("near", .coordinate)
        if let near, geography.isSwapped(near) { query.report(.swappedCoordinates, at: "near") }
        let place = query.optional("commune", geography.communeOfAnyYear)
        if query.holds("near") == query.holds("commune") { query.report(Self.oneOfTwo, at: "near") }
        try query.finish()
        let whereabouts = near.map { geography.whereabouts(of: $0) } ?? place ?? .nowhere
        var json = JSONWriter(reservingCapacity: 2048)
        json.object { json in
            json.member("method", whereabouts.method.rawValue)
            json.member("commune") { json in
                json.optional(whereabouts.commune) { json, commune in
                    json.object { json in
                        json.member("insee_code", commune.code)
                        json.member("name", commune.name)
                        json.member("department", commune.department)
                        json.member("region", commune.region)
                    }
                }
            }
            json.member("municipal_arrondissement") { json in
                json.optional(whereabouts.arrondissement) { json, part in
                    json.object { json in
                        json.member("insee_code", part.arrondissement.code)
                        json.member("name", part.arrondissement.name)
                        json.member("method", part.method.rawValue)
                        json.member("distance_m", part.distance.map { Int($0.rounded()) })
                    }
                }
            }
            json.member("distance_m", whereabouts.distance.map { Int($0.rounded()) })
            json.member("territories") { json in
                let territories = whereabouts.commune.map { geography.territories(ofCommune: $0.code) } ?? []
                json.array(of: territories) { TerritoriesRoutes.write($1, to: &$0) }
            }
        }
        return .json(json, for: request, age: index.age)
    }

    private static let oneOfTwo = Flaw(
        "one-of-two", fr: "Donnez soit near, soit commune.", en: "Give either near or commune.")
}

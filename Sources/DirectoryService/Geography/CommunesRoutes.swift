import HTTPTypes
import Hummingbird
import Schema
import Synchronization
import Web

/// `GET /v1/communes`: a commune by the first letters of its name, for forms.
struct CommunesRoutes: Sendable {
    let index: DirectoryIndex
    private let names = NamesOfPresent()

    init(index: DirectoryIndex) { self.index = index }

    var routes: [Route] { [Route(.get, "/v1/communes", .scope(.directoryRead), list)] }

    private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let query = try request.query()
        let geography = index.snapshot.geography
        let text = query.optional("q", .text(1...100))
        let department = query.optional("department", geography.knownDepartment)
        let limit = query.optional("limit", .int(1...100)) ?? 20
        try query.finish()
        var communes = names.of(geography).find(text, department: department, limit: limit)
        // A code of the past, or of an arrondissement, is no beginning of a code of today.
        if communes.isEmpty, let commune = text.flatMap({ geography.commune($0.uppercased()) }),
            department == nil || department == commune.department
        {
            communes = [commune]
        }
        var json = JSONWriter(reservingCapacity: 4096)
        json.object { json in
            json.member("items") { $0.array(of: communes) { Self.write($1, to: &$0) } }
            json.member("next_cursor") { $0.null() }
        }
        return .json(json, for: request, age: index.age)
    }

    private static func write(_ commune: Commune, to json: inout JSONWriter) {
        json.object { json in
            json.member("insee_code", commune.code)
            json.member("name", commune.name)
            json.member("department", commune.department)
            json.member("region", commune.region)
            json.member("population", commune.population)
            json.member("latitude", commune.centroid.latitude)
            json.member("longitude", commune.centroid.longitude)
            let arrondissements = MunicipalArrondissement.byCommune[commune.code] ?? []
            json.member("municipal_arrondissements", arrondissements.map(\.code))
        }
    }
}

/// The names of the present geography, made anew when it changes: seldom, and not with every request.
private final class NamesOfPresent: Sendable {
    private let made = Mutex<(fingerprint: UInt64, names: CommuneNames)?>(nil)

    func of(_ geography: Geography) -> CommuneNames {
        if let made = made.withLock(\.self), made.fingerprint == geography.fingerprint { return made.names }
        let names = CommuneNames(geography.communes.values)
        made.withLock { $0 = (geography.fingerprint, names) }
        return names
    }
}

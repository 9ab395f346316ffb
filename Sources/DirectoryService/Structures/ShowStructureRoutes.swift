import Foundation
import HTTPTypes
import Hummingbird
import Schema
import Tokens
import Web

/// `GET /v1/structures/{id}`: one structure; its editors are shown its confidential address.
struct ShowStructureRoutes {
    let index: DirectoryIndex
    let repository: StructureRepository

    var routes: [Route] {
        [Route(.get, "/v1/structures/{id}", .scope(.directoryRead), show)]
    }

    /// What an editor asked for, of a structure whose address is confidential.
    private enum Whole {
        case found(Structure)
        case notTheirs
        /// Memory does not hold it, and the database cannot be asked now.
        case outOfReach
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let snapshot = index.snapshot
        let id = try context.id()
        let (segment, place) = try snapshot.demand(id)
        let whole = segment.confidential.contains(place) ? try await whole(id, for: try context.caller) : .notTheirs
        if case .found(let structure) = whole {
            let tag = StructuresRoutes.tag(structure.version, of: structure.draft, in: snapshot)
            return show(Self.json(structure, in: snapshot), tag: tag, request)
        }
        let body = Array(segment.encoded(at: place, includingServices: true)) + [UInt8(ascii: "}")]
        let tag = StructuresRoutes.tag(segment.versions[place], in: snapshot)
        var response = show(body, tag: tag, request)
        // The public form, which says that it is not what its editors would be shown.
        if case .outOfReach = whole { response.headers[.snapshotAge] = String(index.age.components.seconds) }
        return response
    }

    private func show(_ body: [UInt8], tag: EntityTag, _ request: Request) -> Response {
        var response: Response
        if tag.isNamed(byIfNoneMatchOf: request) {
            response = .notModified(tag, age: index.age)
        } else {
            var headers: HTTPFields = [.contentType: "application/json", .cacheControl: "private, no-cache"]
            headers[.eTag] = tag.text
            headers.addSnapshotAge(index.age)
            response = Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: body)))
        }
        // Its editors see more than others do.
        response.headers[.vary] = "Authorization"
        return response
    }

    /// A structure with its confidential address, for its editors and for them alone: no search holds it.
    private func whole(_ id: UUID, for caller: VerifiedToken) async throws -> Whole {
        guard !caller.scopes.isDisjoint(with: [.directoryWrite, .directoryAdmin]) else { return .notTheirs }
        guard let (structure, region) = try await repository.demandIfReachable(id, index) else { return .outOfReach }
        return StructurePolicy.mayEdit(caller, id, structure.draft, region: region) ? .found(structure) : .notTheirs
    }

    private static func json(_ structure: Structure, in snapshot: Snapshot) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: 4096)
        _ = StructureJSON.write(structure, in: snapshot.geography, to: &json)
        return json.bytes
    }
}

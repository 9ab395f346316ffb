import Foundation
import HTTPTypes
import Hummingbird
import Schema
import Web

/// `GET /v1/structures/{id}`: one structure.
struct ShowStructureRoutes {
    let index: DirectoryIndex

    var routes: [Route] {
        [Route(.get, "/v1/structures/{id}", .scope(.directoryRead), show)]
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let snapshot = index.snapshot
        let id = try StructuresRoutes.id(context)
        let (segment, place) = try snapshot.demand(id)
        let body = Array(segment.encoded(at: place, includingServices: true)) + [UInt8(ascii: "}")]
        return show(body, tag: StructuresRoutes.tag(segment.versions[place], in: snapshot), request)
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
        return response
    }
}

import Foundation
import HTTPTypes
import Hummingbird
import Schema
import Tokens
import Web

/// What became of what a call says, version by version: for its region, which writes it.
struct CallHistoryRoutes {
    let calls: CallRepository
    let versions: CallVersionRepository
    let cursors: CursorCoder

    var routes: [Route] {
        [
            Route(.get, "/v1/calls/{id}/history", .scope(.labelDecide), list),
            Route(.get, "/v1/calls/{id}/history/{version}", .scope(.labelDecide), show),
        ]
    }

    private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let id = try context.id()
        let reader = try request.query()
        let paging = HistoryPaging(reader, path: "/v1/calls/\(id.text)/history", cursors)
        try reader.finish()
        try await requireRegion(of: id, context)
        return paging.response(try await versions.list(id, before: paging.before, limit: paging.limit), to: request)
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let id = try context.id()
        try await requireRegion(of: id, context)
        let number = try context.version()
        guard let version = try await versions.list(id, before: number + 1, limit: 1).first, version.number == number
        else { throw Refusal(.notFound) }
        var json = JSONWriter(reservingCapacity: 2048)
        version.write(to: &json) { $0.member("call") { $0.value(version.document) } }
        return .json(json, for: request)
    }

    private func requireRegion(of id: UUID, _ context: ServiceContext) async throws {
        let caller = try context.caller
        guard let call = try await calls.find(id), CallPolicy.sees(caller, call) else { throw Refusal(.notFound) }
        guard CallPolicy.isRegion(caller, of: call.draft.region) else { throw CallsRoutes.notYours }
    }
}

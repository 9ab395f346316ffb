import Foundation
import HTTPTypes
import Hummingbird
import Schema
import Tokens
import Web

/// What became of a structure, version by version: for its editors, because it holds what only they see.
struct HistoryRoutes {
    let index: DirectoryIndex
    let history: HistoryRepository
    let cursors: CursorCoder

    var routes: [Route] {
        let access = Access.anyOf([.directoryWrite, .directoryAdmin])
        return [
            Route(.get, "/v1/structures/{id}/history", access, list),
            Route(.get, "/v1/structures/{id}/history/{version}", access, show),
        ]
    }

    private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let id = try context.id()
        let reader = try request.query()
        let paging = HistoryPaging(reader, path: "/v1/structures/\(id.text)/history", cursors)
        try reader.finish()
        try await requireEditor(of: id, context)
        return paging.response(try await history.list(id, before: paging.before, limit: paging.limit), to: request)
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let id = try context.id()
        try await requireEditor(of: id, context)
        guard let version = try await history.find(id, version: try context.version()) else { throw Refusal(.notFound) }
        var json = JSONWriter(reservingCapacity: 2048)
        version.write(to: &json) { $0.member("structure") { $0.value(version.document) } }
        return .json(json, for: request)
    }

    private func requireEditor(of id: UUID, _ context: ServiceContext) async throws {
        guard let (structure, region) = try await history.findSubject(id) else { throw Refusal(.notFound) }
        let owner = structure.naming(communesOf: index.snapshot.geography).region(in: index.snapshot.geography)
        guard StructurePolicy.mayEdit(try context.caller, id, structure.draft, region: owner ?? region) else {
            throw Refusal(
                .forbidden, fr: "L’historique d’une structure est pour qui l’administre.",
                en: "A structure's history is for those who edit it.")
        }
    }
}

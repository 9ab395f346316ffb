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
        let path = "/v1/structures/\(id.text)/history"
        let reader = try request.query()
        let paging = ListPaging(reader, path: path, [], cursors)
        try reader.finish()
        try await requireEditor(of: id, context)
        let before = paging.after.flatMap { Int($0) }.map { Int.max - $0 }
        let versions = try await history.list(id, before: before, limit: paging.limit)
        let changes = versions.indices.map { versions[$0].changes(since: versions.dropFirst($0 + 1).first) }
        let page = paging.page(of: Array(zip(versions, changes))) { Self.key($0.0) }
        return page.response(to: request, age: .zero) { json, item in
            item.0.write(to: &json) { $0.member("changes", item.1) }
        }
    }

    /// Ascending from the newest version to the first.
    private static func key(_ version: StructureVersion) -> String {
        let digits = String(Int.max - version.number)
        return String(repeating: "0", count: 19 - digits.count) + digits
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let id = try context.id()
        try await requireEditor(of: id, context)
        guard let text = context.pathParameter("version"), let number = Int(text), String(number) == text,
            let version = try await history.find(id, version: number)
        else { throw Refusal(.notFound) }
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

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
        let limit = reader.optional("limit", .int(1...100)) ?? 20
        let before = reader.optional("cursor", cursor(of: path))
        try reader.finish()
        try await requireEditor(of: id, context)
        let versions = try await history.list(id, before: before, limit: limit)
        let page = versions.prefix(limit)
        let next = versions.count > limit ? page.last.map { cursors.encode("\($0.number)", for: path) } : nil
        var json = JSONWriter(reservingCapacity: 4096)
        json.object { json in
            json.member("items") { json in
                json.array(of: page.indices) { json, place in
                    let earlier = place + 1 < versions.count ? versions[place + 1] : nil
                    page[place].write(to: &json) { $0.member("changes", page[place].changes(since: earlier)) }
                }
            }
            json.member("next_cursor", next)
        }
        var response = Response.json(json, for: request)
        if let next, response.status == .ok {
            response.headers[.link] = "<\(path)?limit=\(limit)&cursor=\(next)>; rel=\"next\""
        }
        return response
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

    private func cursor(of path: String) -> TextRule<Int> {
        let cursors = cursors
        return TextRule<String>.text(1...1024).map { text throws(Flaw) in
            do throws(Violation) {
                let position = try cursors.decode(text, for: path)
                guard let number = Int(position) else { throw Violation(.required, at: "cursor") }
                return number
            } catch {
                throw Flaw(error.code, fr: error.detail.fr, en: error.detail.en)
            }
        }
    }
}

import Charters
import Foundation
import HTTPTypes
import Hummingbird
import Schema
import Tokens
import Web

/// `/v1/territories/{key}/coordination`: who coordinates a territory, whom its committee represents, its dossier. Every
/// territory has one, empty at first: it is only ever replaced.
struct CoordinationRoutes {
    let index: DirectoryIndex
    let coordinations: CoordinationIndex
    let repository: CoordinationRepository
    /// The charters' say on dossiers.
    let networks: NetworkRules
    let cursors: CursorCoder
    let publication: ChangePublication

    private static let path = "/v1/territories/{key}/coordination"

    var routes: [Route] {
        let writers = Access.anyOf([.directoryWrite, .directoryAdmin])
        return [
            Route(.get, Self.path, .scope(.directoryRead), show),
            Route(.put, Self.path, writers, produces: [], update),
            Route(.get, Self.path + "/history", writers, history),
            Route(.get, Self.path + "/history/{version}", writers, version),
        ]
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let snapshot = index.snapshot
        let coordination = coordinations[try territory(context, snapshot)]
        var json = JSONWriter(reservingCapacity: 2048)
        coordination.write(to: &json, in: snapshot)
        // Names of structures change without it: the tag says what is shown, and which version it is of.
        var response = Response.versioned(json, version: coordination.version, for: request)
        response.headers.addSnapshotAge(index.age)
        return response
    }

    private func update(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let territory = try territory(context, index.snapshot)
        let version = try EntityTag.demandedVersion(of: request)
        let draft = try judged(
            try request.parse(try await request.bytes()) { CoordinationDraft($0) }, in: territory.region)
        let caller = try context.caller
        guard CoordinationPolicy.mayWrite(caller, territory) else { throw Self.notYours }
        let present = try await repository.find(territory.key)
        guard present.version == version else { throw Refusal.staleVersion }
        let reserved = CoordinationPolicy.reservedChanges(
            by: caller, of: territory, from: present.draft, to: draft)
        guard reserved.isEmpty else { throw Refusal(.forbidden, violations: reserved) }
        let next = try await repository.update(
            territory, to: draft, from: version, by: CoordinationPolicy.author(caller, of: territory))
        await publication.publish(context.logger)
        return Response(status: .noContent, headers: [.eTag: EntityTag(version: next).text])
    }

    private func history(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let territory = try territory(context, index.snapshot)
        let reader = try request.query()
        let paging = HistoryPaging(reader, path: "/v1/territories/\(territory.key)/coordination/history", cursors)
        try reader.finish()
        guard CoordinationPolicy.mayWrite(try context.caller, territory) else { throw Self.notYours }
        let versions = try await repository.history(of: territory.key, before: paging.before, limit: paging.limit)
        return paging.response(versions, to: request)
    }

    private func version(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let territory = try territory(context, index.snapshot)
        guard CoordinationPolicy.mayWrite(try context.caller, territory) else { throw Self.notYours }
        let number = try context.version()
        guard let version = try await repository.history(of: territory.key, before: number + 1, limit: 1).first,
            version.number == number
        else { throw Refusal(.notFound) }
        var json = JSONWriter(reservingCapacity: 2048)
        version.write(to: &json) { $0.member("coordination") { $0.value(version.document) } }
        return .json(json, for: request)
    }

    private func territory(_ context: ServiceContext, _ snapshot: Snapshot) throws(Refusal) -> Territory {
        guard let territory = context.pathParameter("key").flatMap({ snapshot.geography.territories[$0] }) else {
            throw Refusal(.notFound)
        }
        return territory
    }

    /// - Throws: ``Refusal`` `invalid-body` where a dossier proposes more or fewer actions than the charter says.
    private func judged(_ draft: CoordinationDraft, in region: String) throws(Refusal) -> CoordinationDraft {
        guard let actions = draft.dossier?.actions,
            let rule = networks.charters.charters[region]?.coordination.proposedActions,
            !rule.value.contains(actions.count)
        else { return draft }
        throw Refusal(.invalidBody, violations: [Violation(.count(rule.value), at: "/dossier/actions")])
    }

    private static let notYours = Refusal(
        .forbidden, fr: "La coordination d’un territoire revient à sa région et à son coordinateur.",
        en: "How a territory is coordinated is for its region and its coordinator to write.")
}

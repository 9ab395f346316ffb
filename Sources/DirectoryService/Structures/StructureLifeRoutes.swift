import Foundation
import HTTPTypes
import Hummingbird
import Schema
import Tokens
import Web

/// What becomes of a structure beside its being edited: its verification, its removal, its merger into another.
struct StructureLifeRoutes {
    let index: DirectoryIndex
    let repository: StructureRepository
    let life: StructureLifeRepository
    let publication: ChangePublication
    let today: @Sendable () -> CalendarDate

    var routes: [Route] {
        let editors = Access.anyOf([.directoryWrite, .directoryAdmin])
        return [
            Route(.delete, "/v1/structures/{id}", editors, produces: [], remove),
            Route(.post, "/v1/structures/{id}/merger", .scope(.directoryAdmin), produces: [], merge),
            Route(.post, "/v1/structures/{id}/verification", editors, produces: [], verify),
        ]
    }

    /// Says that what the version in `If-Match` says is still right: whoever has not seen it cannot.
    private func verify(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let version = try EntityTag.demandedVersion(of: request)
        let id = try context.id()
        try request.parse(try await request.bytes()) { _ in () }
        let (present, region) = try await repository.demand(id, index)
        let caller = try context.caller
        guard let claim = StructurePolicy.claimToEdit(id, present.draft, region: region, of: caller) else {
            throw StructuresRoutes.notYours
        }
        guard present.version == version else { throw Refusal.staleVersion }
        let today = today()
        var current = version
        // A second look on the same day says nothing new.
        if present.draft.verifiedOn != today {
            current = try await life.verify(
                id, on: today, from: version, by: Author(caller, by: claim))
            await publication.publish(context.logger)
        }
        return Response(
            status: .noContent,
            headers: [.eTag: StructuresRoutes.tag(current, of: present.draft, in: index.snapshot).text])
    }

    /// Whoever may add a structure may remove it, unless it holds a label, which is the region's.
    private func remove(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let version = try EntityTag.demandedVersion(of: request)
        let (present, region, flaws) = try await repository.demandAsStored(try context.id(), index)
        let caller = try context.caller
        let parent = try await repository.parent(of: present.draft, index.snapshot.geography)
        guard let claim = StructurePolicy.claimToRemove(present.draft, region: region, parent: parent, of: caller)
        else {
            throw Refusal(
                .forbidden, fr: "Vous ne pouvez pas supprimer cette structure.",
                en: "This structure is not yours to remove.")
        }
        guard flaws.isEmpty || StructurePolicy.isAdministrator(caller, of: region) else {
            throw StructuresRoutes.unreadable
        }
        guard present.version == version else { throw Refusal.staleVersion }
        try await life.remove(present.id, from: version, by: Author(caller, by: claim))
        await publication.publish(context.logger)
        return Response(status: .noContent)
    }

    private func merge(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let version = try EntityTag.demandedVersion(of: request)
        let id = try context.id()
        let successor = try request.parse(try await request.bytes()) { $0.required("into", .string(.uuid)) }
        let (present, region, _) = try await repository.demandAsStored(id, index)
        let caller = try context.caller
        guard StructurePolicy.isAdministrator(caller, of: region) else {
            throw Refusal(
                .forbidden, fr: "Seule sa région fusionne une structure dans une autre.",
                en: "Only its region merges a structure into another.")
        }
        guard present.version == version else { throw Refusal.staleVersion }
        try await life.merge(id, into: successor, from: version, by: Author(caller, by: .region(region)))
        await publication.publish(context.logger)
        return Response(status: .noContent)
    }
}

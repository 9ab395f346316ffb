import Foundation
import HTTPTypes
import Hummingbird
import Schema
import Tokens
import Web

/// The entries of one of the directory's lists: create one, replace it, delete it.
struct ListingWriteRoutes<Draft: ServedListing>: Sendable {
    let list: ListingIndex<Draft>
    let repository: ListingRepository<Draft>
    let ground: ListingGround

    var routes: [Route] {
        let (path, access) = ("/v1/\(Draft.list)", Access.anyOf(Draft.writers))
        return [
            Route(.post, path, access, create),
            Route(.put, path + "/{id}", access, produces: [], update),
            Route(.delete, path + "/{id}", access, produces: [], delete),
        ]
    }

    private var publication: ChangePublication {
        ChangePublication(
            changes: ground.changes, refresh: { [list] in try await list.refresh() }, poke: ground.poke)
    }

    private func create(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let body = try await request.bytes()
        let key = try IdempotencyKey(of: request, context, operation: "create-\(Draft.list)", body: body)
        // A repeated request gets the first answer, whatever has changed since.
        if let earlier = try await repository.answer(to: key) { return .stored(earlier, tag: ground.tag(1)) }
        let draft = try await judged(try request.reading(body, Self.draft))
        let caller = try context.caller
        guard try await mayWrite(caller, draft) else { throw Self.notYours }
        let id = UUID.v7()
        let answer = try await repository.insert(
            draft, id: id, by: caller.clientID, key: key,
            answer: .created(id, at: "/v1/\(Draft.list)/\(id.text)") { $0.member("version", 1) })
        await publication.publish(context.logger)
        return .stored(answer, tag: ground.tag(1))
    }

    private func update(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let id = try context.id()
        let version = try EntityTag.demandedVersion(of: request)
        let draft = try await judged(try request.reading(try await request.bytes(), Self.draft))
        let next = try await write(id, to: draft, from: version, context)
        return Response(status: .noContent, headers: [.eTag: ground.tag(next).text])
    }

    private func delete(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let id = try context.id()
        _ = try await write(id, to: nil, from: try EntityTag.demandedVersion(of: request), context)
        return Response(status: .noContent)
    }

    /// Both what is there and what takes its place must be the caller's to write.
    private func write(_ id: UUID, to draft: Draft?, from version: Int, _ context: ServiceContext) async throws -> Int {
        guard let present = try await repository.find(id) else { throw Refusal(.notFound) }
        let caller = try context.caller
        guard try await mayWrite(caller, present.draft) else { throw Self.notYours }
        if let draft { guard try await mayWrite(caller, draft) else { throw Self.notYours } }
        guard present.version == version else { throw Refusal.staleVersion }
        let next = try await repository.update(id, to: draft, from: version, by: caller.clientID)
        await publication.publish(context.logger)
        return next
    }

    private static func draft(_ object: ObjectReader) -> Draft? {
        object.refuse(Draft.readOnlyMembers)
        return Draft(object)
    }

    /// - Throws: ``Refusal`` `invalid-body` with every violation, those of the form included.
    private func judged(_ reading: Reading<Draft>) async throws -> Draft {
        let rules = ListingRules(geography: ground.geography, networks: ground.networks)
        var violations = rules.violations(in: reading)
        if let draft = reading.value {
            let regions = try await NamedStructureRepository.regions(
                of: draft.allStructures, orWere: Draft.bindsStructures, in: repository.pool)
            violations += ListingRules.violations(in: draft, regions: regions)
        }
        return try reading.sound(violations)
    }

    private func mayWrite(_ caller: VerifiedToken, _ draft: Draft) async throws -> Bool {
        var organiser: Structure?
        if let id = draft.organiser { organiser = try await ground.structures.find(id) }
        return ListingPolicy.mayWrite(caller, draft, organiser: organiser)
    }

    private static var notYours: Refusal {
        Refusal(
            .forbidden,
            fr: "Cette fiche revient à sa région, ou à qui administre la structure organisatrice.",
            en: "This entry is for its region to write, or for those who edit the structure that organises it.")
    }
}

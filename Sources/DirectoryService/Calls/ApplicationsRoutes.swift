import Charters
import Foundation
import HTTPTypes
import Hummingbird
import Schema
import Tokens
import Web

/// Answers to calls, as their candidates write them, and as their region reads them. To everybody
/// else there is no such application: the same 404 as for what does not exist.
struct ApplicationsRoutes {
    let ground: ApplicationGround

    private static let readers = Access.anyOf([.labelApply, .labelDecide])

    var routes: [Route] {
        [
            Route(.get, "/v1/calls/{id}/applications", Self.readers, list),
            Route(.post, "/v1/calls/{id}/applications", .scope(.labelApply), create),
            Route(.get, "/v1/applications/{id}", Self.readers, show),
            Route(.put, "/v1/applications/{id}", .scope(.labelApply), produces: [], update),
            Route(.delete, "/v1/applications/{id}", .scope(.labelApply), produces: [], delete),
            Route(.post, "/v1/applications/{id}/agreement", .scope(.labelApply), produces: [], agree),
        ]
    }

    private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let query = try request.query()
        let id = try context.id()
        let state = query.optional("state", .code(Vocabulary.applicationState.codes))
        let given = state.map { [("state", $0)] } ?? []
        let paging = StoredPaging(query, path: "/v1/calls/\(id.text)/applications", given, ground.cursors)
        try query.finish()
        let caller = try context.caller
        let call = try await ground.demandCall(id, caller)
        let applies = caller.scopes.contains(.labelApply)
        let actsHere = caller.region == nil || caller.region == call.draft.region
        let reader = ApplicationRepository.Reader(
            structures: applies ? caller.structures : [], networks: applies && actsHere ? caller.networks : [],
            isOffice: CallPolicy.actor(caller, in: call) != nil)
        let found = try await ground.applications.list(
            of: id, for: reader, state: state, after: paging.after, limit: paging.limit)
        let judge = ground.judge(of: call)
        return paging.response(of: found, by: \.id, to: request) { json, application in
            CallPolicy.view(caller, of: application)?.write(application, judge.preview(application), to: &json)
        }
    }

    private func create(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let id = try context.id()
        let body = try await request.bytes()
        let key = try IdempotencyKey(of: request, context, operation: "apply-\(id.text)", body: body)
        if let earlier = try await ground.applications.answer(to: key) { return .stored(earlier) }
        let caller = try context.caller
        let call = try await ground.demandCall(id, caller)
        // Who may see it before may not answer it before.
        guard call.publishedAt != nil else { throw Refusal(.notFound) }
        let draft = try request.parse(body) { ApplicationGround.draft($0, of: call) }
        try await ground.check(draft, of: call, by: caller)
        let application = UUID.v7()
        let answer = try await ground.applications.insert(
            draft, id: application, to: call, key: key,
            answer: .created(application, at: "/v1/applications/\(application.text)") { $0.member("version", 1) })
        return .stored(answer)
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        guard let application = try await ground.applications.find(try context.id()),
            let view = CallPolicy.view(try context.caller, of: application)
        else { throw Refusal(.notFound) }
        var json = JSONWriter(reservingCapacity: 8192)
        view.write(application, ground.judge(of: application.call).preview(application), to: &json)
        return .versioned(
            json, version: view.sight(of: application).version, vary: "Authorization", for: request)
    }

    /// Whoever leads writes the draft; every member agrees anew.
    private func update(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let (id, version) = try ApplicationGround.target(request, context)
        let caller = try context.caller
        let present = try await ground.demand(id, caller)
        let draft = try request.parse(try await request.bytes()) { ApplicationGround.draft($0, of: present.call) }
        try ApplicationGround.demandLead(caller, of: present)
        try await ground.check(draft, of: present.call, by: caller)
        try await ground.procedure.change(id) { application in
            try ApplicationGround.demandDraft(application, version)
            return Turn(draft: draft)
        }
        return ApplicationGround.done(version + 1)
    }

    private func delete(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let (id, version) = try ApplicationGround.target(request, context)
        let caller = try context.caller
        try ApplicationGround.demandLead(caller, of: try await ground.demand(id, caller))
        try await ground.procedure.delete(id) { try ApplicationGround.demandDraft($0, version) }
        return Response(status: .noContent)
    }

    /// A member of a group says that it is one, of the answer as it has read it.
    private func agree(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let (id, version) = try ApplicationGround.target(request, context)
        let caller = try context.caller
        let present = try await ground.demand(id, caller)
        let said = try request.parse(try await request.bytes()) { object in
            let structure = object.required("structure_id", .string(.uuid))
            let agrees = object.optional("agrees", .bool) ?? true
            return structure.map { (id: $0, agrees: agrees) }
        }
        guard let member = present.candidates.dropFirst().first(where: { $0.structure.id == said.id }) else {
            throw Refusal(
                .invalidBody,
                violations: [Violation(.unknownCode(present.draft.memberIDs.map(\.text)), at: "/structure_id")])
        }
        guard CallPolicy.actsFor(caller, member) else { throw ApplicationGround.notYours }
        try await ground.procedure.agree(id, said.id, agrees: said.agrees) {
            try ApplicationGround.demandDraft($0, version)
        }
        return ApplicationGround.done(version)
    }
}

extension ApplicationGround {
    /// What a write names: an application, and the version that was read.
    static func target(_ request: Request, _ context: ServiceContext) throws -> (id: UUID, version: Int) {
        try request.query().finish()
        return (try context.id(), try EntityTag.demandedVersion(of: request))
    }

    static func done(_ version: Int) -> Response {
        Response(status: .noContent, headers: [.eTag: EntityTag(version: version).text])
    }
}

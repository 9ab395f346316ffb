import Foundation
import HTTPTypes
import Hummingbird
import Schema
import Tokens
import Web

/// Calls: their region writes them; what is published everybody reads.
struct CallsRoutes {
    let calls: CallRepository
    let procedure: ProcedureRepository
    let rules: @Sendable () -> CallRules
    let cursors: CursorCoder
    let publication: ChangePublication

    var routes: [Route] {
        [
            Route(.get, "/v1/calls", .scope(.directoryRead), list),
            Route(.post, "/v1/calls", .scope(.labelDecide), create),
            Route(.get, "/v1/calls/{id}", .scope(.directoryRead), show),
            Route(.put, "/v1/calls/{id}", .scope(.labelDecide), produces: [], update),
            Route(.delete, "/v1/calls/{id}", .scope(.labelDecide), produces: [], delete),
            Route(.post, "/v1/calls/{id}/steps", .scope(.labelDecide), produces: [], take),
        ]
    }

    private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let query = try request.query()
        let geography = rules().geography
        let caller = try context.caller
        var filter = CallRepository.Filter()
        filter.region = query.optional("region", geography.knownRegion)
        filter.kind = query.optional("kind", .code(Vocabulary.callKind.codes))
        filter.status = query.optional("status", .code(["a-venir", "ouvert", "clos"]))
        filter.territory = query.optional("territory", geography.knownTerritory)
        filter.ownRegion = caller.scopes.contains(.labelDecide) ? caller.region : nil
        let given = [
            ("region", filter.region), ("kind", filter.kind), ("status", filter.status),
            ("territory", filter.territory),
        ].compactMap { name, value in value.map { (name, $0) } }
        let paging = StoredPaging(query, path: "/v1/calls", given, cursors)
        try query.finish()
        let found = try await calls.list(filter, before: paging.after, limit: paging.limit)
        return paging.response(of: found, by: \.id, to: request) { json, call in
            CallView.write(CallPolicy.view(caller, of: call), isWhole: false, to: &json)
        }
    }

    private func create(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let body = try await request.bytes()
        let key = try IdempotencyKey(of: request, context, operation: "create-call", body: body)
        if let earlier = try await calls.answer(to: key) { return .stored(earlier) }
        let draft = try request.parse(body, Self.draft)
        let caller = try context.caller
        guard CallPolicy.isRegion(caller, of: draft.region) else { throw Self.notYours }
        let id = UUID.v7()
        let rules = rules()
        let answer = try await calls.insert(
            draft, id: id, by: Self.author(caller, draft), key: key,
            answer: .created(id, at: "/v1/calls/\(id.text)") { $0.member("version", 1) }
        ) { try rules.check(draft, replacing: nil, examiner: $0) }
        return .stored(answer)
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let call = CallPolicy.view(try context.caller, of: try await demand(try context.id(), context))
        var json = JSONWriter(reservingCapacity: 8192)
        CallView.write(call, isWhole: true, to: &json)
        return .versioned(json, version: call.version, vary: "Authorization", for: request)
    }

    private func update(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let id = try context.id()
        let version = try EntityTag.demandedVersion(of: request)
        let draft = try request.parse(try await request.bytes(), Self.draft)
        let present = try await demand(id, context)
        let caller = try context.caller
        guard CallPolicy.isRegion(caller, of: present.draft.region), CallPolicy.isRegion(caller, of: draft.region)
        else { throw Self.notYours }
        let rules = rules()
        let next = try await calls.update(id, to: draft, by: Self.author(caller, draft)) { call, examiner in
            guard call.version == version else { throw Refusal.staleVersion }
            return try rules.check(draft, replacing: call, examiner: examiner)
        }
        return Response(status: .noContent, headers: [.eTag: EntityTag(version: next).text])
    }

    private func delete(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let version = try EntityTag.demandedVersion(of: request)
        let call = try await demand(try context.id(), context)
        guard CallPolicy.isRegion(try context.caller, of: call.draft.region) else { throw Self.notYours }
        guard call.publishedAt == nil else {
            throw Refusal(
                .conflict, fr: "Un appel publié ne se supprime pas.", en: "A published call is not deleted.")
        }
        guard !call.isAnswered else { throw CallConstraints.answered }
        try await calls.delete(call.id, from: version)
        return Response(status: .noContent)
    }

    /// A step of the whole list: its filing at the prefecture, the publication of the results.
    private func take(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let id = try context.id()
        let version = try EntityTag.demandedVersion(of: request)
        let draft = try request.parse(try await request.bytes()) {
            ProcedureStepDraft($0, steps: ProcedureStep.ofLists.map(\.rawValue))
        }
        let caller = try context.caller
        guard CallPolicy.isRegion(caller, of: try await demand(id, context).draft.region) else { throw Self.notYours }
        let next = try await procedure.changeList(id) { call, decided in
            guard call.version == version else { throw Refusal.staleVersion }
            return try ListRules.step(draft, CallPolicy.author(caller, .region, of: call), of: call, decided)
        }
        await publication.publish(context.logger)
        return Response(status: .noContent, headers: [.eTag: EntityTag(version: next).text])
    }

    /// - Throws: ``Refusal`` 404 where there is none, or none for the caller yet.
    private func demand(_ id: UUID, _ context: ServiceContext) async throws -> Call {
        guard let call = try await calls.find(id), CallPolicy.sees(try context.caller, call) else {
            throw Refusal(.notFound)
        }
        return call
    }

    private static func draft(_ object: ObjectReader) -> CallDraft? {
        object.refuse(CallDraft.readOnlyMembers)
        return CallDraft(object)
    }

    private static func author(_ caller: VerifiedToken, _ draft: CallDraft) -> Author {
        Author(client: caller.clientID, actingFor: "region:\(draft.region)")
    }

    static let notYours = Refusal(
        .forbidden, fr: "Un appel revient à sa région.", en: "A call is for its region to write.")
}

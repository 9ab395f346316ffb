import Events
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Schema
import Tokens
import Web

/// One structure: read it, create one, replace what its editors write.
struct StructuresRoutes {
    let index: DirectoryIndex
    let repository: StructureRepository
    let changes: ChangeRepository
    /// The charters' say on networks.
    let networks: NetworkRules
    let feed: EventFeed

    var routes: [Route] {
        [
            Route(.get, "/v1/structures/{id}", .scope(.directoryRead), show),
            Route(.post, "/v1/structures", .anyOf([.directoryWrite, .directoryAdmin]), create),
            Route(.put, "/v1/structures/{id}", .anyOf([.directoryWrite, .directoryAdmin]), produces: [], update),
        ]
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let snapshot = index.snapshot
        guard let (segment, place) = snapshot.find(try Self.id(context)) else { throw Refusal(.notFound) }
        let tag = Self.tag(segment.versions[place], in: snapshot)
        if tag.isNamed(byIfNoneMatchOf: request) { return .notModified(tag, age: index.age) }
        let body = Array(segment.encoded(at: place, includingServices: true)) + [UInt8(ascii: "}")]
        var headers: HTTPFields = [.contentType: "application/json", .cacheControl: "private, no-cache"]
        headers[.eTag] = tag.text
        headers.addSnapshotAge(index.age)
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }

    private func create(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let body = try await request.bytes()
        let key = try IdempotencyKey(of: request, context, operation: "create-structure", body: body)
        // A repeated request gets the first answer, whatever has changed since.
        if let earlier = try await repository.answer(to: key) { return response(earlier) }
        let (draft, region) = try rules.check(try request.parse(body) { StructureDraft($0, origin: .editor) })
        let caller = try context.caller
        var parent: (draft: StructureDraft, region: String?)?
        if let id = draft.parentID, let found = try await repository.find(id) {
            let geography = index.snapshot.geography
            parent = (found.draft, found.naming(communesOf: geography).region(in: geography))
        }
        guard StructurePolicy.mayCreate(caller, draft, region: region, parent: parent) else { throw Self.notYours }
        if !StructurePolicy.isAdministrator(caller, of: region) {
            let reserved = StructurePolicy.reservedReach(from: nil, to: draft, in: index.snapshot.geography)
            guard reserved.isEmpty else { throw Refusal(.forbidden, violations: reserved) }
        }
        let id = UUID.v7()
        let answer = try await repository.insert(
            draft, id: id, region: region, by: caller.clientID, key: key, answer: Self.created(id))
        await makeVisible(context.logger)
        return response(answer)
    }

    private func update(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let id = try Self.id(context)
        let version = try EntityTag.demandedVersion(of: request)
        let body = try await request.bytes()
        let (draft, region) = try rules.check(try request.parse(body) { StructureDraft($0, origin: .editor) })
        let geography = index.snapshot.geography
        guard let present = try await repository.find(id)?.naming(communesOf: geography) else {
            throw Refusal(.notFound)
        }
        let caller = try context.caller
        let owner = present.region(in: geography) ?? region
        guard StructurePolicy.mayEdit(caller, id, present.draft, region: owner) else { throw Self.notYours }
        guard present.version == version else { throw Refusal.staleVersion }
        guard owner == region else { throw Self.otherRegion }
        if !StructurePolicy.isAdministrator(caller, of: owner) {
            let reserved =
                StructurePolicy.reservedChanges(from: present.draft, to: draft)
                + StructurePolicy.reservedReach(from: present.draft, to: draft, in: geography)
            guard reserved.isEmpty else { throw Refusal(.forbidden, violations: reserved) }
        }
        let next = try await repository.update(
            id, to: draft.keeping(label: present.draft.label), region: region, from: version, by: caller.clientID)
        await makeVisible(context.logger)
        return Response(status: .noContent, headers: [.eTag: Self.tag(next, in: index.snapshot).text])
    }

    private var rules: StructureRules { StructureRules(geography: index.snapshot.geography, networks: networks) }

    /// After the commit: this replica sees the change before it answers, the others are told. Neither may fail the
    /// answer: the change is stored, and every replica also looks for itself each second.
    private func makeVisible(_ logger: Logger) async {
        feed.poke()
        do {
            async let announcement: Void = changes.announce()
            try await index.refresh()
            try await announcement
        } catch {
            logger.warning("a stored change is not visible yet", metadata: ["error": "\(error)"])
        }
    }

    /// The path’s; anything that is no UUID is found nowhere.
    static func id(_ context: ServiceContext) throws(Refusal) -> UUID {
        guard let id = context.pathParameter("id").flatMap({ UUID(text: $0) }) else { throw Refusal(.notFound) }
        return id
    }

    private func response(_ answer: IdempotencyRepository.Answer) -> Response {
        Response(
            status: HTTPResponse.Status(code: answer.status),
            headers: [
                .contentType: "application/json", .location: answer.location, .cacheControl: "no-store",
                .eTag: Self.tag(1, in: index.snapshot).text,
            ],
            body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    /// What is shown of a structure is derived from its version and from the geography.
    private static func tag(_ version: Int, in snapshot: Snapshot) -> EntityTag {
        EntityTag(version: version, derivedFrom: snapshot.geography.fingerprint)
    }

    private static func created(_ id: UUID) -> IdempotencyRepository.Answer {
        let location = "/v1/structures/\(id.text)"
        var json = JSONWriter()
        json.object { json in
            json.member("id", id.text)
            json.member("version", 1)
            json.member("links") { json in json.object { $0.member("self", location) } }
        }
        return IdempotencyRepository.Answer(status: 201, location: location, body: json.bytes)
    }

    private static let otherRegion = Refusal(
        .forbidden,
        fr: "Une structure ne change pas de région : l’autre région en crée une.",
        en: "A structure does not change regions: the other region creates one.")
    private static let notYours = Refusal(
        .forbidden, fr: "Vous n’administrez pas cette structure.", en: "This structure is not yours to edit.")
}

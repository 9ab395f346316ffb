import Charters
import Foundation
import HTTPTypes
import Hummingbird
import Schema
import Tokens
import Web

/// Creates structures, and replaces what their editors write.
struct StructuresRoutes {
    let index: DirectoryIndex
    let repository: StructureRepository
    /// The charters' say on networks.
    let networks: NetworkRules
    let publication: ChangePublication

    var routes: [Route] {
        [
            Route(.post, "/v1/structures", .anyOf([.directoryWrite, .directoryAdmin]), create),
            Route(.put, "/v1/structures/{id}", .anyOf([.directoryWrite, .directoryAdmin]), produces: [], update),
        ]
    }

    private func create(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let body = try await request.bytes()
        let key = try IdempotencyKey(of: request, context, operation: "create-structure", body: body)
        let reading = try request.reading(body) { StructureDraft($0, origin: .editor) }
        // A repeated request gets the first answer, whatever has changed since.
        if let earlier = try await repository.answer(to: key) {
            return .stored(earlier, tag: reading.value.map { Self.tag(1, of: $0, in: index.snapshot) })
        }
        let (draft, region) = try rules.check(reading)
        let caller = try context.caller
        let parent = try await repository.parent(of: draft, index.snapshot.geography)
        guard let claim = StructurePolicy.claimToCreate(draft, region: region, parent: parent, of: caller) else {
            throw Self.notYours
        }
        if !StructurePolicy.isAdministrator(caller, of: region) {
            let reserved = StructurePolicy.reservedReach(from: nil, to: draft, in: index.snapshot.geography)
            guard reserved.isEmpty else { throw Refusal(.forbidden, violations: reserved) }
        }
        try checkStatus(of: draft, replacing: nil, in: region)
        let id = UUID.v7()
        let answer = try await repository.insert(
            draft, id: id, region: region, by: Author(caller, by: claim), key: key,
            answer: .created(id, at: "/v1/structures/\(id.text)") { $0.member("version", 1) })
        await publication.publish(context.logger)
        return .stored(answer, tag: Self.tag(1, of: draft, in: index.snapshot))
    }

    private func update(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let id = try context.id()
        let version = try EntityTag.demandedVersion(of: request)
        let body = try await request.bytes()
        let (draft, region) = try rules.check(try request.reading(body) { StructureDraft($0, origin: .editor) })
        let (present, owner, flaws) = try await repository.demandAsStored(id, index)
        let caller = try context.caller
        guard let claim = StructurePolicy.claimToEdit(id, present.draft, region: owner, of: caller) else {
            throw Self.notYours
        }
        guard flaws.isEmpty || StructurePolicy.isAdministrator(caller, of: owner) else { throw Self.unreadable }
        guard present.version == version, !namesPublicForm(request, of: present) else { throw Refusal.staleVersion }
        guard owner == region else { throw Self.otherRegion }
        let centroid = present.draft.address.flatMap { index.snapshot.geography.commune($0.commune)?.centroid }
        guard !draft.repeatsPublication(of: present.draft, at: centroid) else {
            throw Refusal(.invalidBody, violations: [Violation(Self.publishedForm, at: "/address")])
        }
        if !StructurePolicy.isAdministrator(caller, of: owner) {
            let reserved =
                StructurePolicy.reservedChanges(from: present.draft, to: draft)
                + StructurePolicy.reservedReach(from: present.draft, to: draft, in: index.snapshot.geography)
            guard reserved.isEmpty else { throw Refusal(.forbidden, violations: reserved) }
        }
        try checkStatus(of: draft, replacing: present.draft, in: owner)
        let next = try await repository.update(
            id, to: draft.keeping(label: present.draft.label), region: region, from: version,
            by: Author(caller, by: claim))
        await publication.publish(context.logger)
        return Response(status: .noContent, headers: [.eTag: Self.tag(next, of: draft, in: index.snapshot).text])
    }

    private func checkStatus(
        of draft: StructureDraft, replacing present: StructureDraft?, in region: String
    ) throws(Refusal) {
        let charter = networks.charters.charters[region]
        let violations = StatusRules.violations(of: draft, replacing: present, under: charter)
        guard violations.isEmpty else { throw Refusal(.invalidBody, violations: violations) }
    }

    /// Whether `If-Match` names a form of a confidential structure that lacks its address: whoever has read that would
    /// lose the address by writing.
    private func namesPublicForm(_ request: Request, of present: Structure) -> Bool {
        guard present.draft.address?.isConfidential == true else { return false }
        let whole = [
            EntityTag(version: present.version), Self.tag(present.version, of: present.draft, in: index.snapshot),
        ]
        return !whole.map(\.text).contains(request.headers[.ifMatch])
    }

    private var rules: StructureRules { StructureRules(geography: index.snapshot.geography, networks: networks) }

    /// What is shown of a structure is derived from its version, from the geography and by the release's contract.
    static func tag(_ version: Int, in snapshot: Snapshot) -> EntityTag {
        EntityTag(version: version, derivedFrom: snapshot.ground)
    }

    /// The tag of what its editors are shown: where the address is confidential it is another representation.
    static func tag(_ version: Int, of draft: StructureDraft, in snapshot: Snapshot) -> EntityTag {
        guard draft.address?.isConfidential == true else { return tag(version, in: snapshot) }
        return EntityTag(version: version, derivedFrom: ~snapshot.ground)
    }

    private static let publishedForm = Flaw(
        "published-form",
        fr: "Ceci est la forme publique d’une adresse confidentielle : relisez la structure avec un jeton d’éditeur.",
        en: "This is the public form of a confidential address: read the structure again with an editor's token.")
    private static let otherRegion = Refusal(
        .forbidden,
        fr: "Une structure ne change pas de région : l’autre région en crée une.",
        en: "A structure does not change regions: the other region creates one.")
    /// What its other editors may not change cannot be compared with what it was.
    static let unreadable = Refusal(
        .forbidden,
        fr: "Cette version du service ne lit pas la fiche enregistrée : seule sa région la remplace ou la supprime.",
        en: "This release of the service cannot read the stored record: only its region replaces or removes it.")
    static let notYours = Refusal(
        .forbidden, fr: "Vous n’administrez pas cette structure.", en: "This structure is not yours to edit.")
}

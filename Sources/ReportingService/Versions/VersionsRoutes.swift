import Charters
import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import Schema
import Tokens
import Web

/// `/v1/indicators/{code}/versions`: what a region writes and proposes, and what its body decides on it.
struct VersionsRoutes {
    let pool: Pool
    let catalogue: Catalogue
    let charters: CharterSet
    let readings: DefinitionReadings
    let today: @Sendable () -> CalendarDate

    private static let path = "/v1/indicators/{code}/versions"

    var routes: [Route] {
        [
            Route(.get, Self.path, .scope(.reportingRead), list),
            Route(.get, Self.path + "/{version}", .scope(.reportingRead), show),
            Route(.put, Self.path + "/{version}", .scope(.reportingPublish), write),
            Route(.post, Self.path + "/{version}/proposal", .scope(.reportingPublish), propose),
            Route(.post, Self.path + "/{version}/decision", .scope(.crefopDecide), decide),
        ]
    }

    private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let definition = try context.indicator(of: catalogue)
        let views = try await versions(of: definition, in: try region(of: request)).list()
        var json = JSONWriter(reservingCapacity: 2048)
        json.object { json in
            json.member("items") { json in json.array(of: views) { $1.write(to: &$0, isWhole: false) } }
            json.member("next_cursor") { $0.null() }
        }
        return .json(json, for: request)
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let (definition, version) = (try context.indicator(of: catalogue), try context.definitionVersion)
        let views = try await versions(of: definition, in: try region(of: request)).list()
        guard let view = views.first(where: { $0.version == version }) else { throw RegionVersions.unknown }
        var json = JSONWriter(reservingCapacity: 4096)
        view.write(to: &json, isWhole: true)
        return .versioned(json, version: view.revision, for: request)
    }

    private func write(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let (shipped, version) = (try context.indicator(of: catalogue), try context.definitionVersion)
        let caller = try context.caller
        let region = try caller.ownRegion(of: charters)
        let demanded = try request.namedVersion()
        let bytes = try await request.bytes()
        // Read a second time for its text; what is no JSON is refused by the first.
        let text = (try? JSONValue(parsing: bytes, limits: .request)) ?? .null
        let definition = try request.parse(bytes) { object in
            let definition = IndicatorDefinition(object, document: text)
            for (name, value) in [("code", shipped.code), ("version", version.text)] {
                if let told = text.object?[name]?.string, told != value {
                    object.report(.otherThanPath(value), at: name)
                }
            }
            return definition
        }
        let (view, isNew) = try await versions(of: shipped, in: region).write(
            DefinitionDocument(definition), from: demanded, by: caller.clientID)
        return Self.answer(view, isNew ? .created : .ok)
    }

    private func propose(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let (shipped, version) = (try context.indicator(of: catalogue), try context.definitionVersion)
        let caller = try context.caller
        let region = try caller.ownRegion(of: charters)
        let demanded = try request.namedVersion()
        let view = try await versions(of: shipped, in: region).propose(version, from: demanded, by: caller.clientID)
        return Self.answer(view, .ok)
    }

    private func decide(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let (shipped, version) = (try context.indicator(of: catalogue), try context.definitionVersion)
        let caller = try context.caller
        let region = try caller.ownRegion(of: charters)
        let bytes = try await request.bytes()
        let draft = try request.parse(bytes) { DecisionDraft($0, charters, today: today()) }
        guard draft.region == region else {
            throw Refusal(
                .forbidden, fr: "Votre jeton vaut pour une autre région.", en: "Your token is for another region.")
        }
        let demanded = try EntityTag.demandedVersion(of: request)
        let view = try await versions(of: shipped, in: region).decide(
            draft, on: version, seen: demanded, by: caller.clientID)
        return Self.answer(view, .ok)
    }

    private func versions(of definition: IndicatorDefinition, in region: String) -> RegionVersions {
        RegionVersions(pool: pool, shipped: DefinitionDocument(definition), region: region, readings: readings)
    }

    private func region(of request: Request) throws(Refusal) -> String {
        let query = try request.query()
        let region = query.required("region", .code(charters.charters.keys.sorted()))
        try query.finish()
        guard let region else { throw Refusal(.invalidParameters) }
        return region
    }

    /// With the tag that a reader of the version gets.
    private static func answer(_ view: VersionView, _ status: HTTPResponse.Status) -> Response {
        var json = JSONWriter(reservingCapacity: 4096)
        view.write(to: &json, isWhole: true)
        let tag = EntityTag(version: view.revision, showing: json.bytes)
        return Response(
            status: status, headers: [.contentType: "application/json", .eTag: tag.text],
            body: .init(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }
}

extension ServiceContext {
    /// The version that the path names: what is none is found nowhere.
    fileprivate var definitionVersion: DefinitionVersion {
        get throws(Refusal) {
            guard let version = pathParameter("version").flatMap({ DefinitionVersion(text: $0) }) else {
                throw RegionVersions.unknown
            }
            return version
        }
    }
}

extension Request {
    /// The version that `If-Match` names, where there is one.
    fileprivate func namedVersion() throws(Refusal) -> Int? {
        headers[.ifMatch] == nil ? nil : try EntityTag.demandedVersion(of: self)
    }
}

extension Flaw {
    fileprivate static func otherThanPath(_ value: String) -> Flaw {
        Flaw(
            "other-than-path", fr: "Le chemin dit « \(value) ».", en: "The path says “\(value)”.")
    }
}

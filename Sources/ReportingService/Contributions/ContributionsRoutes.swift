import Charters
import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import Schema
import Web

/// `POST /v1/contributions/{kind}`: all of a file or nothing of it, and the same file twice changes nothing;
/// `DELETE /v1/contributions/{kind}/{external_id}`: takes one record back.
struct ContributionsRoutes {
    let intake: ContributionIntake
    let today: @Sendable () -> CalendarDate

    var routes: [Route] {
        [
            Route(.post, "/v1/contributions/{kind}", .scope(.reportingContribute), create),
            Route(
                .delete, "/v1/contributions/{kind}/{external_id}", .scope(.reportingContribute), produces: [], delete),
        ]
    }

    private func create(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        return try await receive(try Self.kind(context), request, context)
    }

    private func receive<Kind: Contribution>(
        _ kind: Kind.Type, _ request: Request, _ context: ServiceContext
    ) async throws -> Response {
        let caller = try context.caller
        let type = try request.bodyType(among: ContributionBody.types)
        let bytes = try await request.bytes(upTo: ContributionBody.upload.bytes)
        let day = today()
        let records = try ContributionFile.read(bytes, type: type, columns: Kind.members) { Kind($0, on: day) }
        let outcome = try await intake.take(records, from: caller)
        var json = JSONWriter()
        json.object { json in
            json.member("kind", Kind.kind)
            json.member("received", records.count)
            json.member("created", outcome.created)
            json.member("updated", outcome.updated)
            json.member("unchanged", records.count - outcome.created - outcome.updated)
        }
        return Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }

    private func delete(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        return try await remove(try Self.kind(context), context)
    }

    private func remove<Kind: Contribution>(_ kind: Kind.Type, _ context: ServiceContext) async throws -> Response {
        let caller = try context.caller
        guard let id = context.pathParameter("external_id").flatMap(Self.externalID),
            try await intake.remove(id, of: kind, from: caller)
        else { throw Refusal(.notFound) }
        return Response(status: .noContent)
    }

    /// As it was read when it was stored; nil for what no record can be called.
    private static func externalID(_ text: String) -> String? {
        do throws(Flaw) {
            return try TextRule<String>.text(1...100).read(text)
        } catch {
            return nil
        }
    }

    private static func kind(_ context: ServiceContext) throws(Refusal) -> any Contribution.Type {
        guard let kind = context.pathParameter("kind").flatMap({ ContributionKinds[$0] }) else {
            throw Refusal(
                .notFound, fr: "Il n’y a pas de contribution de ce genre.", en: "There is no such kind of contribution."
            )
        }
        return kind
    }
}

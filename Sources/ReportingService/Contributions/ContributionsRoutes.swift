import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import Schema
import Web

/// `POST /v1/contributions/{kind}`: all of a file or nothing of it, and the same file twice changes nothing.
struct ContributionsRoutes {
    let pool: Pool

    private static let kinds: [any Contribution.Type] = [ReferencePopulation.self]

    var routes: [Route] { [Route(.post, "/v1/contributions/{kind}", .scope(.reportingContribute), create)] }

    private func create(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        guard let kind = context.pathParameter("kind"), let type = Self.kinds.first(where: { $0.kind == kind }) else {
            throw Refusal(
                .notFound, fr: "Ce genre de contribution n’est pas encore reçu.",
                en: "This kind of contribution is not taken yet.")
        }
        return try await receive(type, request, context)
    }

    private func receive<Kind: Contribution>(
        _ kind: Kind.Type, _ request: Request, _ context: ServiceContext
    ) async throws -> Response {
        let caller = try context.caller
        let type = try request.bodyType(among: ContributionFile.types)
        let file = try ContributionFile(try await request.bytes(), type: type, columns: Kind.columns)
        let records = try file.read(Kind.init)
        func refuse(_ found: [(place: Int, violation: Violation)]) throws(Refusal) {
            guard !found.isEmpty else { return }
            throw Refusal(
                .invalidBody, violations: found.map { $0.violation.placed(at: records[$0.place].place) })
        }
        let values = records.map(\.value)
        try Kind.authorize(values, from: caller)
        try refuse(Kind.conflicts(among: values))
        let outcome = try await pool.withTransaction(timeout: .seconds(60)) { transaction in
            let outcome = try await Kind.store(values, from: caller, in: transaction)
            if case .refused(let found) = outcome { try refuse(found) }
            return outcome
        }
        guard case .stored(let created, let updated) = outcome else { throw Refusal(.internalError) }
        var json = JSONWriter()
        json.object { json in
            json.member("kind", Kind.kind)
            json.member("received", values.count)
            json.member("created", created)
            json.member("updated", updated)
            json.member("unchanged", values.count - created - updated)
        }
        return Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }
}

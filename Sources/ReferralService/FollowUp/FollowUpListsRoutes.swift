import Foundation
import Hummingbird
import Postgres
import Schema
import Web

/// The lists of the person's own side, page by page, the newest first.
struct FollowUpListsRoutes {
    let tenants: TenantDatabase
    let reading: FollowUpReading
    let cursors: CursorCoder

    var routes: [Route] {
        let own: Access = .scope(.followUp)
        return [
            Route(.get, "/v1/follow-up/accesses", own, listAccesses),
            Route(.get, "/v1/follow-up/sessions", own, listSessions),
            Route(.get, "/v1/follow-up/demands", own, listDemands),
            Route(.get, "/v1/follow-up/referrals", own, listReferrals),
            Route(.get, "/v1/follow-up/consents", own, listConsents),
            Route(.get, "/v1/follow-up/summaries", own, listSummaries),
        ]
    }

    private func listAccesses(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await list(request, context, reading.accesses, \.id) { $1.write(to: &$0) }
    }

    private func listSessions(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await list(request, context, reading.sessions, \.id) { $1.write(to: &$0) }
    }

    private func listDemands(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await list(request, context, reading.demands, \.id) { $1.write(to: &$0) }
    }

    private func listReferrals(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let language = context.language
        return try await list(request, context, reading.referrals, \.referral.id) { $1.write(to: &$0, in: language) }
    }

    private func listConsents(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await list(request, context, reading.consents, \.id) { $1.write(to: &$0, at: FollowUpRoutes.consentsPath) }
    }

    private func listSummaries(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await list(request, context, reading.summaries, \.id) {
            $1.write(to: &$0, at: FollowUpRoutes.summariesPath)
        }
    }

    private func list<Item>(
        _ request: Request, _ context: ServiceContext,
        _ find: (UUID, FollowUpListParameters.Window, Transaction) async throws -> [Item],
        _ id: (Item) -> UUID, _ write: (inout JSONWriter, Item) -> Void
    ) async throws -> Response {
        let acting = try await tenants.acting(context)
        let person = try FollowUpReading.person(acting)
        let parameters = try FollowUpListParameters(
            try request.query(), of: request.uri.path, person, cursors: cursors)
        var window = parameters.window
        window.limit += 1
        let found = try await tenants.withTransaction(acting) { try await find(person, window, $0) }
        let page = found.prefix(parameters.window.limit)
        let cursor = found.count > page.count ? page.last.map { parameters.cursor(after: id($0), cursors) } : nil
        var json = JSONWriter(reservingCapacity: 4096)
        json.object { json in
            json.member("items") { json in json.array(of: page, write) }
            json.member("next_cursor", cursor)
        }
        return .confidential(json, link: cursor.map { "<\(parameters.link($0))>; rel=\"next\"" })
    }
}

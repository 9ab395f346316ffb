import Foundation
package import HTTPTypes
import Hummingbird
import Schema
import Tokens
import Web

/// `GET /v1/events`: what happened, in the order of the commits, from any position on.
struct EventFeedRoutes: Sendable {
    let repository: EventRepository
    /// What those who waited read.
    let shared: SharedPages<Question, EventPage?>
    let poll: LongPoll
    let cursors: CursorCoder
    /// CloudEvents `source` of every event.
    let source: String

    var routes: [Route] {
        [Route(.get, "/v1/events", .anyOf([.eventsRead, .eventsReporting]), produces: Self.types, list)]
    }

    struct Question: Hashable {
        let position: EventPosition?
        let limit: Int
        let projection: EventProjection
        let generation: UInt64
    }

    private static let types = EventFormat.allCases.map(\.rawValue)
    private static let limits = 1...10_000
    private static let defaultLimit = 1_000
    private static let waits = 0...30

    private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let query = try request.query()
        let cursor = query.optional("after", .text(1...1024))
        let limit = query.optional("limit", .int(Self.limits)) ?? Self.defaultLimit
        let wait = query.optional("wait", .int(Self.waits)) ?? 0
        try query.finish()
        let format = EventFormat(rawValue: try request.preferredType(among: Self.types)) ?? .lines
        let projection: EventProjection = try context.caller.scopes.contains(.eventsReporting) ? .reporting : .plain
        let page = try await page(
            after: try position(cursor), limit: limit, projection, until: .now + .seconds(wait))
        let next = EventPosition.cursor(try page.end, of: source, cursors)
        let body = try page.encoded(format, source: source)
        return Response(
            status: .ok,
            headers: [
                .contentType: format.rawValue, .cacheControl: "no-store", .vary: "Accept", .nextCursor: next,
                .eventProjection: projection.rawValue, .feedEnd: page.isLast ? "true" : "false",
                .link: "</v1/events?after=\(next)&limit=\(limit)>; rel=\"next\"",
            ],
            body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }

    private func position(_ cursor: String?) throws(Refusal) -> EventPosition? {
        guard let cursor else { return nil }
        do throws(Violation) {
            return try EventPosition.read(cursor, of: source, cursors)
        } catch {
            throw Refusal(.invalidParameters, violations: [error])
        }
    }

    /// The next page, as soon as it holds something; an empty one when the time is over or the service stops. No
    /// connection is held meanwhile.
    private func page(
        after position: EventPosition?, limit: Int, _ projection: EventProjection, until end: ContinuousClock.Instant
    ) async throws -> EventPage {
        try await poll.first(until: end, isEmpty: \.events.isEmpty) { generation in
            let found =
                if let generation {
                    try await shared.page(
                        Question(position: position, limit: limit, projection: projection, generation: generation))
                } else {
                    try await repository.page(after: position, limit: limit, projection)
                }
            guard let found else { throw Refusal.feedRewound }
            return found
        }
    }
}

extension Refusal {
    static let feedRewound = Refusal(
        .feedRewound, fr: "Le flux a été restauré à un état antérieur à ce curseur : relisez-le depuis le début.",
        en: "The feed was restored to a state before this cursor: read it again from the beginning.")
}

extension HTTPField.Name {
    /// Where a feed goes on: the `after` of the next request.
    package static let nextCursor = HTTPField.Name("Next-Cursor")!
    /// `true` where the feed had nothing more to tell when it was asked, else `false`.
    package static let feedEnd = HTTPField.Name("Feed-End")!
    /// In which projection the events are: `plain` or `reporting`.
    package static let eventProjection = HTTPField.Name("Event-Projection")!
}

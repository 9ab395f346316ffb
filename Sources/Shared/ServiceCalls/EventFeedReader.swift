import NIOHTTP1
package import Schema

/// Some events of another service's feed, and where it goes on.
package struct EventFeedPage: Sendable {
    package let events: [Event]
    /// The `after` of the next page.
    package let cursor: String
    /// Whether the feed had nothing more to tell when it was asked.
    package let isLast: Bool
}

/// The feed does not know the cursor any more (410): what was read is not all of its past, which must be read again
/// from the beginning.
package struct EventFeedRewound: Error, Sendable {}

/// Reads another service's `GET /v1/events`, page by page.
package struct EventFeedReader: Sendable {
    private let client: ServiceClient
    private let limit: Int
    private let wait: Int

    /// The longest page, in bytes.
    private static let pageLimit = 64 << 20
    /// For a page beside the time that the feed may wait for something to happen.
    private static let deadline = Duration.seconds(20)

    /// - Parameters:
    ///   - limit: events of one page, at most 10,000.
    ///   - wait: seconds that the feed may keep us waiting for something to happen, at most 30.
    package init(client: ServiceClient, limit: Int = 1000, wait: Int = 20) {
        self.client = client
        self.limit = limit
        self.wait = wait
    }

    /// - Parameter cursor: nil for the beginning.
    /// - Throws: ``EventFeedRewound`` or ``CallFailure``.
    package func page(after cursor: String?) async throws -> EventFeedPage {
        let query = "limit=\(limit)&wait=\(wait)" + (cursor.map { "&after=\(TokenSource.escaped($0))" } ?? "")
        let answer = try await client.get(
            "/v1/events?\(query)", accept: "application/x-ndjson", or: [410],
            within: Self.deadline + .seconds(wait), upTo: Self.pageLimit)
        guard answer.status == 200 else { throw EventFeedRewound() }
        guard let next = answer.headers.first(name: "Next-Cursor"), !next.isEmpty else {
            throw CallFailure.malformed("a page without the cursor of the next")
        }
        var events: [Event] = []
        for (index, line) in answer.body.split(separator: UInt8(ascii: "\n")).enumerated() {
            events.append(try Self.event(Array(line), line: index + 1))
        }
        return EventFeedPage(events: events, cursor: next, isLast: events.count < limit)
    }

    private static func event(_ bytes: [UInt8], line: Int) throws(CallFailure) -> Event {
        do {
            return try ObjectReader.read(try JSONValue(parsing: bytes), Event.init)
        } catch let refusal as Refusal {
            let flaws = refusal.violations.map { "\($0.pointer) \($0.code)" }.joined(separator: ", ")
            throw .malformed("event \(line): \(flaws)")
        } catch {
            throw .malformed("event \(line) is no JSON")
        }
    }
}

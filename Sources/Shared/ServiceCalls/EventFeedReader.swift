import Foundation
import NIOHTTP1
package import Schema

/// Some events of another service's feed, and where it goes on.
package struct EventFeedPage: Sendable {
    package let events: [Event]
    /// How many events were passed over, by their type: one that this version does not know.
    package let passedOver: [String: Int]
    /// Events of known types that say something by a code which this version does not know.
    package let unread: [UnreadEvent]
    /// The `after` of the next page.
    package let cursor: String
    /// Whether the feed had nothing more to tell when it was asked.
    package let isLast: Bool

    package init(
        events: [Event], passedOver: [String: Int] = [:], unread: [UnreadEvent] = [], cursor: String, isLast: Bool
    ) {
        self.events = events
        self.passedOver = passedOver
        self.unread = unread
        self.cursor = cursor
        self.isLast = isLast
    }
}

/// An event that only a later version can read.
package struct UnreadEvent: Sendable, Hashable {
    package let id: String
    package let type: String

    package init(id: String, type: String) { (self.id, self.type) = (id, type) }
}

/// The feed does not know the cursor any more (410): what was read is not all of its past, which must be read again
/// from the beginning.
package struct EventFeedRewound: Error, Sendable {}

/// Reads another service's `GET /v1/events`, page by page.
///
/// The other service may be of a later version. A type that is not known (a changed meaning is a new version of its
/// type) is passed over, and told; in one that is known, members that have been added are. So is an event of a known type
/// whose vocabulary has grown: it waits, told by its id, for a version that knows the code, unless it asks to forget
/// somebody. Whatever else is known and cannot be read stops the feed: to pass it over would be to lose it.
package struct EventFeedReader: Sendable {
    private let client: ServiceClient
    private let limit: Int
    private let wait: Int
    private let projection: EventProjection

    /// The longest page, in bytes: several times as long as a feed makes it.
    private static let pageLimit = 64 << 20
    /// For a page beside the time that the feed may wait for something to happen.
    private static let deadline = Duration.seconds(20)

    /// - Parameters:
    ///   - limit: events of one page, at most 10,000.
    ///   - wait: seconds that the feed may keep us waiting for something to happen, at most 30.
    ///   - projection: what the events must be told in: `.plain` is in either. Without the scope for the other one, a
    ///     feed answers the plain one, in which nobody can be told from anybody.
    package init(client: ServiceClient, limit: Int = 1000, wait: Int = 20, projection: EventProjection = .plain) {
        self.client = client
        self.projection = projection
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
        guard let isLast = answer.headers.first(name: "Feed-End").flatMap(Bool.init) else {
            throw CallFailure.malformed("a page that does not say whether it is the last")
        }
        if projection == .reporting, answer.headers.first(name: "Event-Projection") != projection.rawValue {
            throw CallFailure.malformed("not the reporting projection: our token needs the scope events:reporting")
        }
        return try Self.page(of: answer.body, cursor: next, isLast: isLast)
    }

    /// - Parameter body: the lines of a page.
    package static func page(of body: [UInt8], cursor: String, isLast: Bool) throws(CallFailure) -> EventFeedPage {
        let lines = body.split(separator: UInt8(ascii: "\n"))
        var events: [Event] = []
        events.reserveCapacity(lines.count)
        var passedOver: [String: Int] = [:]
        var unread: [UnreadEvent] = []
        for (index, line) in lines.enumerated() {
            switch try told(Array(line), line: index + 1) {
            case .known(let event): events.append(event)
            case .unknown(let type): passedOver[type, default: 0] += 1
            case .unread(let event): unread.append(event)
            }
        }
        return EventFeedPage(events: events, passedOver: passedOver, unread: unread, cursor: cursor, isLast: isLast)
    }

    private enum Told {
        case known(Event)
        /// An event of this type.
        case unknown(String)
        case unread(UnreadEvent)
    }

    private static func told(_ bytes: [UInt8], line: Int) throws(CallFailure) -> Told {
        let document: JSONValue
        do {
            document = try JSONValue(parsing: bytes)
        } catch {
            throw .malformed("event \(line) is no JSON")
        }
        if let type = document.object?["type"]?.string, isTypeName(type), EventType(name: type) == nil {
            return .unknown(type)
        }
        do {
            return .known(try ObjectReader.read(document, allowsUnknownMembers: true, Event.init))
        } catch {
            if let event = unread(document, error.violations) { return .unread(event) }
            let flaws = error.violations.map { "\($0.pointer) \($0.code)" }.joined(separator: ", ")
            throw .malformed("event \(line): \(flaws)")
        }
    }

    /// - Parameter violations: why it cannot be read.
    /// - Returns: nil unless codes are all that is not known of it.
    private static func unread(_ document: JSONValue, _ violations: [Violation]) -> UnreadEvent? {
        guard let object = document.object, let type = object["type"]?.string, let id = object["id"]?.string,
            UUID(uuidString: id) != nil, let known = EventType(name: type),
            known != .erasureRequested, known != .erasureAcknowledged,
            !violations.isEmpty, violations.allSatisfy({ $0.code == "unknown-code" && $0.pointer.hasPrefix("/data/") })
        else { return nil }
        return UnreadEvent(id: id, type: type)
    }

    /// It will stand in logs.
    private static func isTypeName(_ text: String) -> Bool {
        (1...200).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}

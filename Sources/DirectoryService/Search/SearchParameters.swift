import Foundation
import Schema
import Web

/// The parameters of `GET /v1/structures` and `GET /v1/services`, read strictly and resolved against the geography.
struct SearchParameters: Sendable {
    let query: SearchQuery
    let includesServices: Bool
    /// The query in one spelling, without its cursor and limit: what the cursor and the entity tag belong to.
    let canonical: String

    init(
        _ reader: QueryReader, of subject: SearchQuery.Subject = .structures, geography: Geography,
        networks: NetworkRules, cursors: CursorCoder, now: Date
    ) throws(Refusal) {
        self.now = ParisTime.wall(at: now)
        minute = Int((now.timeIntervalSince1970 / 60).rounded(.down))
        var query = SearchQuery(day: self.now.day)
        query.subject = subject
        let place = SearchPlaceParameters(reader, &query, geography)
        SearchFilterParameters.read(reader, &query, geography, networks)
        let openAt = reader.optional("open_at", Self.openAt)
        query.openAt = openAt.map { ParisTime.wall(at: $0.instant ?? now) }
        if subject == .structures {
            includesServices = !reader.list("include", .code(["services"])).isEmpty
            query.facets = Set(reader.list("facets", .code(Facet.allCases.map(\.rawValue)))).sorted()
                .compactMap(Facet.init)
        } else {
            includesServices = false
        }
        query.limit = reader.optional("limit", .int(1...100)) ?? 20
        var items = place.items + SearchFilterParameters.items(of: query)
        if let openAt { items.append(("open_at", openAt.text)) }
        if includesServices { items.append(("include", "services")) }
        items += query.facets.map { ("facets", $0.rawValue) }
        canonical =
            "/v1/\(subject.rawValue)?" + items.map { "\($0.0)=\(LinkText.encoded($0.1))&" }.joined()
        if let cursor = reader.optional("cursor", .text(1...1024)) {
            do throws(Violation) {
                try Self.resume(&query, at: cursors.decode(cursor, for: canonical))
            } catch {
                reader.report(Flaw(error.code, fr: error.detail.fr, en: error.detail.en), at: error.pointer)
            }
            position = cursor
        } else {
            position = ""
        }
        try reader.finish()
        self.query = query
    }

    /// What the clocks of Paris show: `open_now` is told of it, on every page.
    let now: ParisTime.Wall
    /// The same since 1970.
    private let minute: Int
    private let position: String

    /// The tag of the page at one state of the directory.
    func entityTag(at fingerprint: UInt64, as format: SearchFormat = .json) -> EntityTag {
        // `open_now` may change with every minute; the day is only the order's.
        EntityTag(
            of: [
                String(fingerprint, radix: 16), canonical, "\(query.limit)", position, "\(query.day)", "\(minute)",
                format.rawValue,
            ])
    }

    /// The cursor of the page after `key`; it keeps the day, and the minute that `open_at=now` meant, so that neither
    /// midnight nor a closing doubles or skips anyone.
    func cursor(after key: SortKey, _ cursors: CursorCoder) -> String {
        let openAt = query.openAt.map { "\($0.day).\($0.minute)" } ?? ""
        return cursors.encode("\(query.day);\(openAt);\(key.text)", for: canonical)
    }

    /// The address of the next page, relative to the service.
    func link(_ cursor: String) -> String { "\(canonical)limit=\(query.limit)&cursor=\(cursor)" }

    /// `now`, or an instant, with its spelling.
    private struct OpenAt {
        let text: String
        let instant: Date?
    }

    /// The years of which there are opening hours (as ``OpeningsRoutes`` has them).
    private static let earliest = Date(timeIntervalSince1970: 946_684_800)
    private static let latest = Date(timeIntervalSince1970: 4_102_444_800)

    private static let openAt = TextRule { text throws(Flaw) in
        if text == "now" { return OpenAt(text: text, instant: nil) }
        guard let instant = RFC3339.parse(text) else {
            throw .format(
                "now ou un instant AAAA-MM-JJThh:mm:ssZ (RFC 3339)", "now or an instant YYYY-MM-DDThh:mm:ssZ (RFC 3339)"
            )
        }
        guard (earliest..<latest).contains(instant) else {
            throw .outOfRange("2000-01-01T00:00:00Z", "2099-12-31T23:59:59Z")
        }
        return OpenAt(text: RFC3339.format(instant), instant: instant)
    }

    private static func resume(_ query: inout SearchQuery, at position: String) throws(Violation) {
        let parts = position.split(separator: ";", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let day = Int(parts[0]), let key = SortKey(text: parts[2]) else {
            throw Violation(.format("un curseur de cette liste", "a cursor of this list"), at: "cursor")
        }
        query.day = day
        let wall = parts[1].split(separator: ".").compactMap { Int($0) }
        if query.openAt != nil, wall.count == 2 { query.openAt = ParisTime.Wall(day: wall[0], minute: wall[1]) }
        query.after = key
    }
}

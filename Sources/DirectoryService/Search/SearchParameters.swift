import Foundation
import Schema
import Web

/// The parameters of `GET /v1/structures`, read strictly and resolved against the geography.
struct SearchParameters: Sendable {
    let query: SearchQuery
    let includesServices: Bool
    /// The query in one spelling, without its cursor: what the cursor and the entity tag belong to.
    let canonical: String

    init(_ reader: QueryReader, geography: Geography, cursors: CursorCoder, now: Date) throws(Refusal) {
        self.now = ParisTime.wall(at: now)
        minute = Int((now.timeIntervalSince1970 / 60).rounded(.down))
        var query = SearchQuery(day: self.now.day)
        query.commune = reader.optional("commune", geography.communeOfAnyYear)?.commune
        let near = reader.optional("near", Self.near)
        if let near, geography.isSwapped(near.point) { reader.report(.swappedCoordinates, at: "near") }
        query.center = near?.point ?? query.commune?.centroid
        let radius = reader.optional("radius_km", .int(1...200))
        if radius != nil, query.center == nil { reader.report(Self.radiusWithoutPlace, at: "radius_km") }
        query.radiusKilometres = radius ?? SearchQuery.defaultRadius
        let services = reader.list("service", .code(Vocabulary.serviceKind.codes))
        query.filters = Self.filters(reader, services, geography)
        if !services.isEmpty { query.kinds = Structure.mask(ofKinds: services) }
        let openAt = reader.optional("open_at", Self.openAt)
        query.openAt = openAt.map { ParisTime.wall(at: $0.instant ?? now) }
        query.limit = reader.optional("limit", .int(1...100)) ?? 20
        includesServices = !reader.list("include", .code(["services"])).isEmpty
        let filters = query.filters.sorted { $0.name < $1.name }.map { "\($0.name)=\($0.values.sorted())" }
        canonical = [
            query.commune?.code ?? "", near.map { "\($0.point.latitude),\($0.point.longitude)" } ?? "",
            "\(query.radiusKilometres)", filters.joined(separator: "&"), "\(includesServices)",
            openAt?.text ?? "",
        ].joined(separator: "|")
        parameters = Self.linkParameters(
            query, near: near, radius: radius, openAt: openAt, includesServices: includesServices)
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
    private let parameters: String
    private let position: String

    /// The tag of the page at one state of the directory.
    func entityTag(at fingerprint: UInt64) -> EntityTag {
        // `open_now` may change with every minute; the day is only the order's.
        EntityTag(
            of: [
                String(fingerprint, radix: 16), canonical, "\(query.limit)", position, "\(query.day)", "\(minute)",
                "json",
            ])
    }

    /// The cursor of the page after `key`; it keeps the day, and the minute that `open_at=now` meant, so that neither
    /// midnight nor a closing doubles or skips anyone.
    func cursor(after key: SortKey, _ cursors: CursorCoder) -> String {
        let openAt = query.openAt.map { "\($0.day).\($0.minute)" } ?? ""
        return cursors.encode("\(query.day);\(openAt);\(key.text)", for: canonical)
    }

    /// The address of the next page, relative to the service.
    func link(_ cursor: String) -> String { "/v1/structures?\(parameters)cursor=\(cursor)" }

    /// A point with its spelling, which a link repeats: ours might have an exponent (5e-05), which `near` does not take.
    private struct Near {
        let text: String
        let point: Coordinate
    }

    private static let near = TextRule { text throws(Flaw) in
        Near(text: text, point: try TextRule<Coordinate>.coordinate.read(text))
    }

    /// `now`, or an instant, with its spelling.
    private struct OpenAt {
        let text: String
        let instant: Date?
    }

    private static let openAt = TextRule { text throws(Flaw) in
        if text == "now" { return OpenAt(text: text, instant: nil) }
        guard let instant = RFC3339.parse(text) else {
            throw .format(
                "now ou un instant AAAA-MM-JJThh:mm:ssZ (RFC 3339)", "now or an instant YYYY-MM-DDThh:mm:ssZ (RFC 3339)"
            )
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

    private static func filters(
        _ reader: QueryReader, _ services: [String], _ geography: Geography
    ) -> [SearchQuery.Filter] {
        let statuses = reader.list("status", .code(Vocabulary.structureStatus.codes))
        let all: [(String, [String])] = [
            ("network", reader.list("network", .slug)),
            ("service", services),
            ("territory", reader.list("territory", .territoryKey)),
            ("region", reader.list("region", geography.knownRegion)),
            ("department", reader.list("department", .placeCode)),
            // A contact point shows the way; it is found by those who ask for it.
            (
                "status",
                statuses.isEmpty ? Vocabulary.structureStatus.codes.filter { $0 != "point-de-contact" } : statuses
            ),
        ]
        return all.filter { !$0.1.isEmpty }.map { SearchQuery.Filter(name: $0.0, values: $0.1) }
    }

    private static func linkParameters(
        _ query: SearchQuery, near: Near?, radius: Int?, openAt: OpenAt?, includesServices: Bool
    ) -> String {
        var items: [(String, String)] = query.filters.flatMap { filter in filter.values.map { (filter.name, $0) } }
        if let commune = query.commune { items.append(("commune", commune.code)) }
        if let near { items.append(("near", near.text)) }
        if let radius { items.append(("radius_km", String(radius))) }
        if let openAt { items.append(("open_at", openAt.text)) }
        if includesServices { items.append(("include", "services")) }
        items.append(("limit", String(query.limit)))
        return items.map { "\($0.0)=\(LinkText.encoded($0.1))&" }.joined()
    }

    private static let radiusWithoutPlace = Flaw(
        "radius-without-place", fr: "Un rayon demande un lieu : commune ou near.",
        en: "A radius needs a place: commune or near.")
}

import Foundation
import HTTPTypes
import Hummingbird
import Schema
import Web

/// `GET /v1/structures/{id}/openings`: when a structure, and each service with hours of its own, is open.
struct OpeningsRoutes {
    let index: DirectoryIndex
    let now: @Sendable () -> Date

    var routes: [Route] {
        [Route(.get, "/v1/structures/{id}/openings", .scope(.directoryRead), list)]
    }

    private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let reader = try request.query()
        let now = now()
        let window = OpeningWindow(reader, today: ParisTime.wall(at: now).day)
        try reader.finish()
        let snapshot = index.snapshot
        let (segment, ordinal) = try snapshot.demand(try context.id())
        let minute = Int((now.timeIntervalSince1970 / 60).rounded(.down))
        let tag = EntityTag(
            of: [
                String(segment.mark(at: ordinal), radix: 16), String(snapshot.ground, radix: 16),
                "openings", "\(window.from)", "\(window.to)", "\(minute)",
            ])
        if tag.isNamed(byIfNoneMatchOf: request) { return .notModified(tag, age: index.age) }
        let body = try StructureOpenings(of: ordinal, in: segment).bytes(in: window, now: now)
        var headers: HTTPFields = [.contentType: "application/json", .cacheControl: "private, no-cache"]
        headers[.eTag] = tag.text
        headers.addSnapshotAge(index.age)
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }
}

/// The days asked about, both included; a week from today unless others are.
struct OpeningWindow {
    /// Since 1970.
    let from: Int
    let to: Int

    static let usual = 7
    static let longest = 62

    init(_ reader: QueryReader, today: Int) {
        let from = reader.optional("from", Self.day) ?? today
        let to = reader.optional("to", Self.day) ?? from + Self.usual - 1
        if !(from..<from + Self.longest).contains(to) {
            let text = { CalendarDate(daysSinceEpoch: $0)?.text ?? "" }
            reader.report(.outOfRange(text(from), text(from + Self.longest - 1)), at: "to")
        }
        self.from = from
        self.to = to
    }

    /// A day of the years that opening hours can name.
    private static let day = TextRule<CalendarDate>.date.map { date throws(Flaw) in
        guard (2000...2099).contains(date.year) else { throw .outOfRange("2000-01-01", "2099-12-31") }
        return date.daysSinceEpoch
    }
}

import Events
import Foundation
import HTTPTypes
import Hummingbird
import Schema
import Web

/// `GET /v1/changes`: what became of each structure since a position, so that a partner's copy never drifts.
///
/// It goes by the events' positions, and shows each structure as the search shows it now: what was public and is not any
/// more is in no page.
struct ChangesRoutes {
    let index: DirectoryIndex
    let feed: SubjectFeed

    static let types: Set<EventType> = [.structureChanged, .structureRemoved, .structureMerged]

    var routes: [Route] { [Route(.get, "/v1/changes", .scope(.directoryRead), list)] }

    /// A page that is larger ends there: whoever reads must be able to hold it, whatever editors write.
    private static let pageBytes = 8 << 20

    private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let query = try request.query()
        let cursor = query.optional("after", .text(1...1024))
        let limit = query.optional("limit", .int(1...1000)) ?? 100
        let wait = query.optional("wait", .int(0...30)) ?? 0
        try query.finish()
        let page = try await feed.page(after: cursor, limit: limit, until: .now + .seconds(wait))
        // What the page names is in memory at the latest after this.
        if !page.subjects.isEmpty { try await index.refresh() }
        let snapshot = index.snapshot
        var (items, count) = ([UInt8](), 0)
        for subject in page.subjects where items.count < Self.pageBytes {
            count += 1
            guard let item = Self.item(subject, in: snapshot) else { continue }
            if !items.isEmpty { items.append(UInt8(ascii: ",")) }
            items += item
        }
        let next = try feed.cursor(behind: count, of: page, after: cursor)
        var json = JSONWriter(reservingCapacity: items.count + 512)
        json.object { json in
            json.member("items") { $0.raw([UInt8(ascii: "[")] + items + [UInt8(ascii: "]")]) }
            json.member("next_cursor", next)
            json.member("at_end", page.isLast && count == page.subjects.count)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/json", .cacheControl: "no-store",
                .link: "</v1/changes?after=\(next)&limit=\(limit)>; rel=\"next\"",
            ], body: .init(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }

    /// Nil of a structure that the directory cannot show, having told so in its log.
    private static func item(_ subject: String, in snapshot: Snapshot) -> [UInt8]? {
        guard let id = UUID(text: String(subject.dropFirst("structures/".count))) else { return nil }
        var json = JSONWriter(reservingCapacity: 2048)
        json.object { json in
            json.member("id", id.text)
            if let (segment, ordinal) = snapshot.find(id) {
                json.member("change", "changed")
                json.member("structure") { json in
                    json.raw(segment.encoded(at: ordinal, includingServices: true) + [UInt8(ascii: "}")])
                }
            } else if let tombstone = snapshot.tombstones[id] {
                json.member("change", tombstone.successor == nil ? "removed" : "merged")
                json.member("removed_at", RFC3339.format(tombstone.removedAt))
                if let successor = tombstone.successor { json.member("successor", successor.text) }
            }
        }
        return snapshot.find(id) == nil && snapshot.tombstones[id] == nil ? nil : json.bytes
    }
}

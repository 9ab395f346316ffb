import Foundation
import HTTPTypes
import Hummingbird
import Schema
import Web

/// `GET /v1/structures`: who can help near here.
struct SearchRoutes {
    let index: DirectoryIndex
    let cursors: CursorCoder
    let now: @Sendable () -> Date

    var routes: [Route] {
        [Route(.get, "/v1/structures", .scope(.directoryRead), search)]
    }

    private func search(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let snapshot = index.snapshot
        let search = try SearchParameters(
            try request.query(), geography: snapshot.geography, cursors: cursors, now: now())
        let tag = search.entityTag(at: snapshot.fingerprint)
        if tag.isNamed(byIfNoneMatchOf: request) { return .notModified(tag, age: index.age) }
        let hits = snapshot.search(search.query)
        let page = hits.prefix(search.query.limit)
        let cursor = hits.count > page.count ? page.last.map { search.cursor(after: $0.key, cursors) } : nil
        let body = SearchPage(items: page, cursor: cursor, search: search).bytes
        var headers: HTTPFields = [.contentType: "application/json", .cacheControl: "private, no-cache"]
        headers[.eTag] = tag.text
        if let cursor { headers[.link] = "<\(search.link(cursor))>; rel=\"next\"" }
        headers.addSnapshotAge(index.age)
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }
}

/// One page of a search, written around the stored bytes of its structures.
struct SearchPage {
    let items: ArraySlice<SegmentSearch.Hit>
    let cursor: String?
    let search: SearchParameters

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(items.reduce(64) { $0 + encoded($1).count + 64 })
        bytes += "{\"items\":[".utf8
        for (index, hit) in items.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += encoded(hit)
            bytes += ",\"distance_m\":".utf8
            bytes += (hit.key.metres.map { String($0) } ?? "null").utf8
            // Where no commune was given, nobody is competent or not.
            if search.query.commune != nil { bytes += ",\"competent\":\(hit.key.rank == 0)".utf8 }
            bytes += ",\"open_now\":".utf8
            switch hit.segment.hours(at: hit.ordinal).state(at: search.now) {
            case .open: bytes += "true".utf8
            case .closed: bytes += "false".utf8
            case .unknown, nil: bytes += "null".utf8
            }
            bytes.append(UInt8(ascii: "}"))
        }
        bytes += "],\"next_cursor\":".utf8
        bytes += (cursor.map { "\"\($0)\"" } ?? "null").utf8
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    private func encoded(_ hit: SegmentSearch.Hit) -> ArraySlice<UInt8> {
        hit.segment.encoded(at: hit.ordinal, includingServices: search.includesServices)
    }
}

import Foundation
import HTTPTypes
import Hummingbird
import Schema
import Web

/// `GET /v1/structures`: who can help near here; `GET /v1/services`: by which offer.
struct SearchRoutes {
    let index: DirectoryIndex
    let networks: NetworkRules
    let cursors: CursorCoder
    let now: @Sendable () -> Date

    var routes: [Route] {
        [
            Route(
                .get, "/v1/structures", .scope(.directoryRead), produces: SearchFormat.mediaTypes, isBrief: true
            ) { request, _ in
                let format = SearchFormat(rawValue: try request.preferredType(among: SearchFormat.mediaTypes))
                return try await search(.structures, as: format ?? .json, request)
            },
            Route(.get, "/v1/services", .scope(.directoryRead), isBrief: true) { request, _ in
                try await search(.services, as: .json, request)
            },
        ]
    }

    private func search(
        _ subject: SearchQuery.Subject, as format: SearchFormat, _ request: Request
    ) async throws -> Response {
        let snapshot = index.snapshot
        let reader = try request.query()
        format.judge(reader)
        let search = try SearchParameters(
            reader, of: subject, geography: snapshot.geography, networks: networks, cursors: cursors, now: now())
        let tag = search.entityTag(at: snapshot.fingerprint, as: format)
        if tag.isNamed(byIfNoneMatchOf: request) { return .notModified(tag, age: index.age, vary: "Accept") }
        // Around a place few are looked at; counting, or going through everybody, takes as long as the directory is large.
        if search.query.center != nil, search.query.facets.isEmpty, format == .json {
            return try answer(search, in: snapshot, as: format, tag)
        }
        return try await awayFromLoop { try answer(search, in: snapshot, as: format, tag) }
    }

    private func answer(
        _ search: SearchParameters, in snapshot: Snapshot, as format: SearchFormat, _ tag: EntityTag
    ) throws -> Response {
        let hits = snapshot.search(search.query)
        let page = hits.prefix(search.query.limit)
        let cursor = hits.count > page.count ? page.last.map { search.cursor(after: $0.key, cursors) } : nil
        let facets = search.query.facets.isEmpty ? nil : snapshot.facets(search.query)
        var body = SearchPage(items: page, cursor: cursor, facets: facets, search: search).buffer
        if format != .json { body = ByteBuffer(bytes: try format.encoded(Array(body.readableBytesView))) }
        var headers: HTTPFields = [
            .contentType: format.contentType, .cacheControl: "private, no-cache", .vary: "Accept",
        ]
        headers[.eTag] = tag.text
        if let cursor { headers[.link] = "<\(search.link(cursor))>; rel=\"next\"" }
        headers.addSnapshotAge(index.age)
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: body))
    }
}

/// One page of a search, written around the stored bytes of what was found.
struct SearchPage {
    let items: ArraySlice<SegmentSearch.Hit>
    let cursor: String?
    let facets: FacetCounts?
    let search: SearchParameters

    var buffer: ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(items.reduce(256) { $0 + encoded($1).count + 256 })
        buffer.writeStaticString("{\"items\":[")
        for (index, hit) in items.enumerated() {
            if index > 0 { buffer.writeStaticString(",") }
            buffer.writeBytes(encoded(hit))
            if hit.offer != nil {
                buffer.writeString(",\"structure\":{\"id\":\"\(hit.segment.ids[hit.ordinal].text)\",\"name\":")
                buffer.writeBytes(hit.segment.encodedName(at: hit.ordinal))
                buffer.writeStaticString("}")
            }
            buffer.writeStaticString(",\"distance_m\":")
            buffer.writeString(hit.key.metres.map { String($0) } ?? "null")
            // Where no commune was given, nobody is competent or not.
            if search.query.commune != nil {
                buffer.writeString(hit.isCompetent ? ",\"competent\":true" : ",\"competent\":false")
            }
            buffer.writeStaticString(",\"open_now\":")
            switch hit.hours.state(at: search.now) {
            case .open: buffer.writeStaticString("true}")
            case .closed: buffer.writeStaticString("false}")
            case .unknown, nil: buffer.writeStaticString("null}")
            }
        }
        buffer.writeStaticString("]")
        if let facets { buffer.writeBytes(Self.encoded(facets, in: search.query.facets)) }
        buffer.writeString(",\"next_cursor\":\(cursor.map { "\"\($0)\"" } ?? "null")}")
        return buffer
    }

    private func encoded(_ hit: SegmentSearch.Hit) -> ArraySlice<UInt8> {
        hit.offer.map(hit.segment.encodedOffer)
            ?? hit.segment.encoded(at: hit.ordinal, includingServices: search.includesServices)
    }

    /// `,"facets":{…}`, the most frequent codes first.
    private static func encoded(_ facets: FacetCounts, in order: [Facet]) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: 1024)
        json.object { json in
            for facet in order {
                let counts = (facets[facet] ?? [:]).sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                json.member(facet.rawValue) { json in
                    json.array(of: counts) { json, entry in
                        json.object { json in
                            json.member("code", entry.key)
                            json.member("count", entry.value)
                        }
                    }
                }
            }
        }
        return Array(",\"facets\":".utf8) + json.bytes
    }
}

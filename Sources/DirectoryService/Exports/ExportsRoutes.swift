import Events
import Foundation
import HTTPTypes
import Hummingbird
import Schema
import Web

/// `GET /v1/exports/structures` and `/v1/exports/data-inclusion`: all that the public may know, at one moment, streamed
/// from memory, with the position of `GET /v1/changes` from which a copy is kept up to date.
struct ExportsRoutes {
    let index: DirectoryIndex
    let position: FeedPosition

    /// Bytes that wait for the client at one time.
    private static let chunk = 64 * 1024
    /// A reader keeps the memory of the moment at which it began; so long and no longer.
    private static let patience = Duration.seconds(600)

    var routes: [Route] {
        [
            Route(
                .get, "/v1/exports/structures", .scope(.directoryRead), produces: ExportFormat.mediaTypes,
                exportStructures),
            Route(.get, "/v1/exports/data-inclusion", .scope(.directoryRead), exportDataInclusion),
        ]
    }

    private func exportStructures(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let format = ExportFormat(rawValue: try request.preferredType(among: ExportFormat.mediaTypes)) ?? .lines
        return export(as: format.contentType, request) { structures, send in
            try await send(format.opening)
            for place in 0..<structures.count {
                var bytes: [UInt8] = []
                try format.write(structures.encoded(at: place), isFirst: place == 0, to: &bytes)
                try await send(bytes)
            }
            try await send(format.closing)
        }
    }

    private func exportDataInclusion(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        return export(as: "application/json", request) { structures, send in
            let departments = structures.geography.departmentsOfRegions
            try await send(Array("{\"structures\":[".utf8))
            for place in 0..<structures.count {
                let item = InclusionRecord(try JSONValue(parsing: structures.encoded(at: place)))
                try await send((place > 0 ? [UInt8(ascii: ",")] : []) + item.structure)
            }
            try await send(Array("],\"services\":[".utf8))
            var isFirst = true
            for place in 0..<structures.count {
                let item = InclusionRecord(try JSONValue(parsing: structures.encoded(at: place)))
                for service in item.services(departments: departments) {
                    try await send((isFirst ? [] : [UInt8(ascii: ",")]) + service)
                    isFirst = false
                }
            }
            try await send(Array("]}".utf8))
        }
    }

    private typealias Send = ([UInt8]) async throws -> Void

    private func export(
        as type: String, _ request: Request,
        _ write: @Sendable @escaping (OrderedStructures, Send) async throws -> Void
    ) -> Response {
        // In this order: what lies before the position is in the snapshot.
        let cursor = position.current
        let snapshot = index.snapshot
        let tag = EntityTag(of: [request.uri.path, type, String(snapshot.fingerprint, radix: 16)])
        var headers: HTTPFields = [.cacheControl: "private, no-cache", .vary: "Accept", .eTag: tag.text]
        headers[.nextCursor] = cursor
        headers.addSnapshotAge(index.age)
        if tag.isNamed(byIfNoneMatchOf: request) { return Response(status: .notModified, headers: headers) }
        headers[.contentType] = type
        let end = ContinuousClock.now + Self.patience
        let body = ResponseBody { writer in
            // Beside the loop that other connections share: a whole directory takes seconds.
            try await awayFromLoop {
                var buffer = ByteBuffer()
                try await write(OrderedStructures(snapshot)) { bytes in
                    buffer.writeBytes(bytes)
                    guard buffer.readableBytes >= Self.chunk else { return }
                    guard .now < end else { throw Refusal(.cancelled) }
                    try await writer.write(buffer)
                    buffer.clear()
                }
                try await writer.write(buffer)
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }
}

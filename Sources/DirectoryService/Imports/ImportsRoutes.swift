import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Schema
import Tokens
import Web

/// Imports of structures by their region: the file is kept as it arrives, and carried out when all of it is there.
struct ImportsRoutes {
    let files: StructuresFileRepository
    let runner: ImportRunner
    let cursors: CursorCoder

    /// Larger than any region, and what one may take to send.
    static let upload = EdgeLimits.Upload(path: "/v1/imports", bytes: 512 << 20, deadline: .seconds(900))

    private static let path = "/v1/imports"
    /// Bytes of a piece: what is held here of the file.
    private static let pieceBytes = 1 << 20

    var routes: [Route] {
        let region = Access.scope(.directoryAdmin)
        return [
            Route(.post, Self.path, region, create), Route(.get, Self.path, region, list),
            Route(.get, "\(Self.path)/{id}", region, show),
        ]
    }

    private func create(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let query = try request.query()
        let isDryRun = query.optional("dry_run", .bool) ?? false
        try query.finish()
        let region = try Self.region(of: try context.caller)
        let format = StructureFormat(mediaType: try request.bodyType(among: StructureFormat.mediaTypes))
        try await files.requireIdle(region)
        let id = UUID.v7()
        try await files.insert(id, of: region, by: try context.caller.clientID, as: format, isDryRun: isDryRun)
        do {
            try await receive(request.body, as: id)
            try await files.release(id)
        } catch {
            // Nobody will know of it; what this cannot delete is forgotten later.
            try? await files.delete(id)
            throw error
        }
        runner.poke()
        var json = JSONWriter()
        json.object { json in
            json.member("id", id.text)
            json.member("state", StructuresFile.State.waiting.rawValue)
            json.member("links") { $0.object { $0.member("self", "\(Self.path)/\(id.text)") } }
        }
        return Response(
            status: .accepted,
            headers: [
                .contentType: "application/json", .cacheControl: "no-store", .location: "\(Self.path)/\(id.text)",
            ], body: .init(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }

    private func receive(_ body: RequestBody, as id: UUID) async throws {
        var (piece, number) = ([UInt8](), 0)
        for try await buffer in body {
            piece += buffer.readableBytesView
            guard piece.count >= Self.pieceBytes else { continue }
            try await files.append(piece, number: number, to: id)
            (piece, number) = ([], number + 1)
        }
        if !piece.isEmpty { try await files.append(piece, number: number, to: id) }
    }

    private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let query = try request.query()
        let paging = StoredPaging(query, path: Self.path, [], cursors)
        try query.finish()
        let region = try Self.region(of: try context.caller)
        let found = try await files.list(of: region, before: paging.after, limit: paging.limit)
        return paging.response(of: found, by: \.id, to: request) {
            $1.write(to: &$0, isWhole: false, context.language)
        }
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        let region = try Self.region(of: try context.caller)
        guard let file = try await files.find(try context.id(), of: region) else { throw Refusal(.notFound) }
        var json = JSONWriter(reservingCapacity: 4096)
        file.write(to: &json, isWhole: true, context.language)
        return .json(json, for: request)
    }

    private static func region(of caller: VerifiedToken) throws(Refusal) -> String {
        guard let region = caller.region else {
            throw Refusal(
                .forbidden, fr: "Ce jeton n’est pas celui d’une région.", en: "This token is not a region's.")
        }
        return region
    }
}

import Foundation
import HTTPTypes
import Hummingbird
import Schema
import Web

/// The directory as an API of the Human Services Data Specification 3.0, read-only: `/hsds` and what lies below it.
struct HumanServicesRoutes {
    let index: DirectoryIndex
    /// By the fingerprint of what it was made of: the latest.
    private let catalogues = Memo<UInt64, HumanServicesCatalogue>(room: 1) { _ in 1 }

    init(index: DirectoryIndex) { self.index = index }

    var routes: [Route] {
        [
            Route(.get, "/hsds", .scope(.directoryRead), describe),
            Route(.get, "/hsds/organizations", .scope(.directoryRead)) { request, _ in
                try await list(request, "organizations", count: \.structures.count) { edition, number, json in
                    edition.organization(number)?.writeOrganization(to: &json, isWhole: false)
                }
            },
            Route(.get, "/hsds/organizations/{id}", .scope(.directoryRead)) { request, context in
                let id = try context.id()
                return try await show(request) { edition in
                    // As elsewhere: one that is no more is told from one that never was.
                    guard let record = edition.record(of: id) else { throw edition.snapshot.absence(of: id) }
                    return { record.writeOrganization(to: &$0, isWhole: true) }
                }
            },
            Route(.get, "/hsds/services", .scope(.directoryRead)) { request, _ in
                try await list(request, "services", count: \.serviceCount) { edition, number, json in
                    edition.service(number).map { $0.record.writeListed(offer: $0.id, to: &json) }
                }
            },
            Route(.get, "/hsds/services/{id}", .scope(.directoryRead)) { request, context in
                let id = try context.id()
                return try await show(request) { edition in
                    guard let record = edition.record(ofService: id) else { throw Refusal(.notFound) }
                    return { record.writeWhole(offer: id, to: &$0) }
                }
            },
            Route(.get, "/hsds/service_at_locations", .scope(.directoryRead)) { request, _ in
                try await list(request, "service_at_locations", count: \.serviceCount) { edition, number, json in
                    edition.service(number).map { $0.record.writeServiceAtLocation(offer: $0.id, to: &json) }
                }
            },
            Route(.get, "/hsds/service_at_locations/{id}", .scope(.directoryRead)) { request, context in
                let id = DerivedID.counterpart(of: try context.id(), .serviceAtLocation)
                return try await show(request) { edition in
                    guard let record = edition.record(ofService: id) else { throw Refusal(.notFound) }
                    return { record.writeServiceAtLocation(offer: id, to: &$0) }
                }
            },
        ]
    }

    private typealias Edition = HumanServicesEdition

    private func edition(of snapshot: Snapshot) async -> Edition {
        let catalogue = await catalogues.value(of: snapshot.fingerprint) { HumanServicesCatalogue(snapshot) }
        return Edition(catalogue: catalogue, snapshot: snapshot)
    }

    private func describe(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try request.query().finish()
        var json = JSONWriter()
        json.object { json in
            json.member("version", "3.0")
            json.member("profile", "https://docs.openreferral.org/en/3.0/")
            json.member(
                "openapi_url", "https://raw.githubusercontent.com/openreferral/specification/3.0/schema/openapi.json")
        }
        return .json(json, for: request)
    }

    private func show(
        _ request: Request, _ find: (Edition) throws -> (inout JSONWriter) -> Void
    ) async throws -> Response {
        try request.query().finish()
        let write = try find(await edition(of: index.snapshot))
        var json = JSONWriter(reservingCapacity: 8192)
        write(&json)
        return .json(json, for: request, age: index.age)
    }

    /// HSDS numbers its pages from 1. They shift where structures come and go: `GET /v1/changes` is for copies.
    private func list(
        _ request: Request, _ name: String, count: (HumanServicesCatalogue) -> Int,
        _ write: (Edition, Int, inout JSONWriter) -> Void?
    ) async throws -> Response {
        let query = try request.query()
        let page = query.optional("page", .int(1...1_000_000)) ?? 1
        let size = query.optional("per_page", .int(1...100)) ?? 20
        try query.finish()
        let snapshot = index.snapshot
        let tag = EntityTag(of: [name, "\(page)", "\(size)", String(snapshot.fingerprint, radix: 16)])
        if tag.isNamed(byIfNoneMatchOf: request) { return .notModified(tag, age: index.age) }
        let edition = await edition(of: snapshot)
        let total = count(edition.catalogue)
        let numbers = min((page - 1) * size, total)..<min(page * size, total)
        let pages = (total + size - 1) / size
        var json = JSONWriter(reservingCapacity: 32_768)
        json.object { json in
            json.member("total_items", total)
            json.member("total_pages", pages)
            json.member("page_number", page)
            json.member("size", numbers.count)
            json.member("first_page", page == 1)
            json.member("last_page", page >= pages)
            json.member("empty", numbers.isEmpty)
            json.member("contents") { json in json.array(of: numbers) { _ = write(edition, $1, &$0) } }
        }
        var headers: HTTPFields = [
            .contentType: "application/json", .cacheControl: "private, no-cache", .eTag: tag.text,
        ]
        headers.addSnapshotAge(index.age)
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }
}

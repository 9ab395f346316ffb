import Charters
import Foundation
import HTTPTypes
import Hummingbird
import Schema
import Web

/// `GET /v1/coverage`: which part of a region's people its operators reach together, and where they reach nobody.
struct CoverageRoutes {
    let index: DirectoryIndex
    let charters: CharterSet
    /// By their tags. A region's outlines are the longest: some megabytes.
    private let answers = Memo<EntityTag, [UInt8]>(room: 32 << 20, weight: \.count)

    init(index: DirectoryIndex, charters: CharterSet) { (self.index, self.charters) = (index, charters) }

    var routes: [Route] {
        [Route(.get, "/v1/coverage", .scope(.directoryRead), produces: CoverageFormat.mediaTypes, show)]
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let type = try request.preferredType(among: CoverageFormat.mediaTypes)
        let format = CoverageFormat(rawValue: type) ?? .json
        let snapshot = index.snapshot
        let reader = try request.query()
        let region = reader.required("region", snapshot.geography.knownRegion)
        let services = reader.list("service", .code(Vocabulary.serviceKind.codes))
        let maxKilometres = reader.optional("max_km", .int(1...500))
        try reader.finish()
        guard let region else { throw Refusal(.invalidParameters) }
        let question = RegionCoverage.Question(
            region: region, services: Set(services).sorted(), maxKilometres: maxKilometres)
        let tag = EntityTag(of: [
            String(snapshot.fingerprint), region, question.services.joined(separator: ","),
            maxKilometres.map(String.init) ?? "", format.rawValue,
            format == .geoJSON ? String(snapshot.geography.contours.fingerprint) : "",
        ])
        if tag.isNamed(byIfNoneMatchOf: request) { return .notModified(tag, age: index.age, vary: "Accept") }
        let bytes = await answers.value(of: tag) { [charters] in
            format.encoded(RegionCoverage(question, in: snapshot, charters: charters), in: snapshot.geography)
        }
        var headers: HTTPFields = [
            .contentType: format.contentType, .cacheControl: "private, no-cache", .vary: "Accept",
        ]
        headers[.eTag] = tag.text
        headers.addSnapshotAge(index.age)
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

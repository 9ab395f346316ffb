import HTTPTypes
import Hummingbird
import Schema

/// `GET /openapi.yaml`: the contract of this service, as it stands in the repository; open to all.
struct DescriptionRoutes {
    let contract: Contract

    var routes: [Route] {
        let text = contract.text
        let tag = EntityTag(of: [text])
        return [
            Route(.get, "/openapi.yaml", .open, produces: ["application/yaml"]) { request, _ in
                try request.query().finish()
                var headers: HTTPFields = [.eTag: tag.text, .cacheControl: "public, max-age=300"]
                if tag.isNamed(byIfNoneMatchOf: request) { return Response(status: .notModified, headers: headers) }
                headers[.contentType] = "application/yaml"
                return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
            }
        ]
    }
}

import HTTPTypes
package import Hummingbird
package import Schema

extension Response {
    /// 200 with a small JSON body, as ``small(_:as:for:)``.
    package static func json(_ json: JSONWriter, for request: Request) -> Response {
        small(json.bytes, as: "application/json", for: request)
    }

    /// 200 with a small body that changes seldom: its tag is of its bytes, which cost nothing to have at hand.
    package static func small(_ bytes: [UInt8], as type: String, for request: Request) -> Response {
        let tag = EntityTag(hashing: bytes)
        let headers: HTTPFields = [.eTag: tag.text, .cacheControl: "private, no-cache"]
        if tag.isNamed(byIfNoneMatchOf: request) { return Response(status: .notModified, headers: headers) }
        var typed = headers
        typed[.contentType] = type
        return Response(status: .ok, headers: typed, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// 200 with a stored resource: its tag names its version, so that `If-Match` can, and what else is shown of it.
    ///
    /// - Parameter vary: what decides how much is shown.
    package static func versioned(
        _ json: JSONWriter, version: Int, vary: String? = nil, for request: Request
    ) -> Response {
        let tag = EntityTag(version: version, showing: json.bytes)
        var headers: HTTPFields = [.eTag: tag.text, .cacheControl: "private, no-cache"]
        headers[.vary] = vary
        if tag.isNamed(byIfNoneMatchOf: request) { return Response(status: .notModified, headers: headers) }
        headers[.contentType] = "application/json"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }
}

import HTTPTypes
package import Hummingbird
package import Schema

extension Response {
    /// 200 with a small JSON body that changes seldom: its tag is of its bytes, which cost nothing to have at hand.
    package static func json(_ json: JSONWriter, for request: Request) -> Response {
        .json(json.bytes, as: "application/json", for: request)
    }

    /// The same of a type that is JSON in a certain form, such as GeoJSON.
    package static func json(_ bytes: [UInt8], as mediaType: String, for request: Request) -> Response {
        let tag = EntityTag(hashing: bytes)
        let headers: HTTPFields = [.eTag: tag.text, .cacheControl: "private, no-cache"]
        if tag.isNamed(byIfNoneMatchOf: request) { return Response(status: .notModified, headers: headers) }
        var typed = headers
        typed[.contentType] = mediaType
        return Response(status: .ok, headers: typed, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

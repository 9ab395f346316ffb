import HTTPTypes
package import Hummingbird
package import Schema

extension Response {
    /// 200 with a small JSON body that changes seldom: its tag is of its bytes, which cost nothing to have at hand.
    package static func json(_ json: JSONWriter, for request: Request) -> Response {
        let tag = EntityTag(of: [String(decoding: json.bytes, as: UTF8.self)])
        let headers: HTTPFields = [.eTag: tag.text, .cacheControl: "private, no-cache"]
        if tag.isNamed(byIfNoneMatchOf: request) { return Response(status: .notModified, headers: headers) }
        var typed = headers
        typed[.contentType] = "application/json"
        return Response(status: .ok, headers: typed, body: .init(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }
}

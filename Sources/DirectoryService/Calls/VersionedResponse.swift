import HTTPTypes
import Hummingbird
import NIOCore
import Schema
import Web

extension Response {
    /// A stored resource of ours: its tag names its version for `If-Match`, and what else is shown of it.
    static func versioned(_ json: JSONWriter, version: Int, for request: Request) -> Response {
        let content = json.bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        let tag = EntityTag(version: version, derivedFrom: content)
        // One sees more of it than another does.
        var headers: HTTPFields = [.eTag: tag.text, .cacheControl: "private, no-cache", .vary: "Authorization"]
        if tag.isNamed(byIfNoneMatchOf: request) { return Response(status: .notModified, headers: headers) }
        headers[.contentType] = "application/json"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }
}

package import Foundation
import HTTPTypes
package import Hummingbird
package import Schema

extension Response {
    /// A write's answer, the first one or its repetition: never to be kept by anybody.
    ///
    /// - Parameter tag: of what was created, where it can be read by one.
    package static func stored(_ answer: IdempotencyRepository.Answer, tag: EntityTag? = nil) -> Response {
        var headers: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store"]
        if answer.status == 201, !answer.location.isEmpty { headers[.location] = answer.location }
        headers[.eTag] = tag?.text
        return Response(
            status: HTTPResponse.Status(code: answer.status), headers: headers,
            body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
    }
}

extension IdempotencyRepository.Answer {
    /// 201 with the id of what was created, more of it, and where it is.
    ///
    /// - Parameter location: nil where it cannot be read by itself.
    package static func created(
        _ id: UUID, at location: String?, _ more: (inout JSONWriter) -> Void = { _ in }
    ) -> Self {
        var json = JSONWriter()
        json.object { json in
            json.member("id", id.text)
            more(&json)
            json.member("links") { json in
                json.object { json in if let location { json.member("self", location) } }
            }
        }
        return Self(status: 201, location: location ?? "", body: json.bytes)
    }
}

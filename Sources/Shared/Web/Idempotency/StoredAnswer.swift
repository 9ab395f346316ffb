import HTTPTypes
package import Hummingbird

extension Response {
    /// A write's answer, the first one or its repetition: never to be kept by anybody.
    package static func stored(_ answer: IdempotencyRepository.Answer) -> Response {
        var headers: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store"]
        if answer.status == 201, !answer.location.isEmpty { headers[.location] = answer.location }
        return Response(
            status: HTTPResponse.Status(code: answer.status), headers: headers,
            body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
    }
}

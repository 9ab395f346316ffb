import NIOHTTP1

/// How the end of a response is told to the client (RFC 9112 §6). NIO's encoder would do it by itself, but it forgets
/// that an answer to HEAD has no body and ends such a response with a chunk that the client reads as the next one.
struct ResponseFraming: Equatable {
    /// Whether what the route writes as a body may go out.
    var sendsBody: Bool
    /// Whether the route asked for the end of the connection.
    var closes = false

    /// Sets the framing fields of a final response, whose version is the client's.
    init(_ head: inout HTTPResponseHead, requestMethod: HTTPMethod) {
        var hasLength = false
        var hasCoding = false
        for (name, value) in head.headers {
            if name.isFieldName("content-length") {
                hasLength = true
            } else if name.isFieldName("transfer-encoding") {
                hasCoding = true
            } else if name.isFieldName("connection") {
                closes = closes || value.lowercased() == "close"
            }
        }
        let mayHaveBody = head.status.mayHaveResponseBody
        sendsBody = mayHaveBody && requestMethod != .HEAD
        if hasLength, !mayHaveBody { head.headers.remove(name: "content-length") }
        if hasCoding { head.headers.remove(name: "transfer-encoding") }
        // Otherwise the end of an HTTP/1.0 connection ends the body.
        if sendsBody, !hasLength, head.version == .http1_1 {
            head.headers.add(name: "transfer-encoding", value: "chunked")
        }
    }
}

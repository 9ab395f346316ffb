import NIOHTTP1

/// How the end of a response is told to the client (RFC 9112 §6). NIO's encoder would do it by itself, but it forgets
/// that an answer to HEAD has no body and ends such a response with a chunk that the client reads as the next one.
enum ResponseFraming {
    /// Sets the framing fields of a final response.
    /// - Returns: whether what the route writes as a body may go out.
    static func apply(to head: inout HTTPResponseHead, requestMethod: HTTPMethod) -> Bool {
        if !head.status.mayHaveResponseBody {
            head.headers.remove(name: "content-length")
            head.headers.remove(name: "transfer-encoding")
            return false
        }
        let isHead = requestMethod == .HEAD
        if head.headers.contains(name: "content-length") {
            head.headers.remove(name: "transfer-encoding")
        } else if isHead || head.version == .http1_0 {
            // For HTTP/1.0 the end of the connection ends the body.
            head.headers.remove(name: "transfer-encoding")
        } else {
            head.headers.replaceOrAdd(name: "transfer-encoding", value: "chunked")
        }
        return !isHead
    }
}

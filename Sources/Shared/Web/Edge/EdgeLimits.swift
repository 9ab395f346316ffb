/// What one client may cost us below the routes: time, bytes, sockets. One value per listener.
///
/// Tests pass short deadlines; a service starts with `EdgeLimits()` and adds its ``uploads``.
package struct EdgeLimits: Sendable {
    /// Open connections; the next one is answered 503 and closed. The process needs as many file descriptors, and some.
    package var connections = 8_192

    /// Bytes of a request's target, field names and values together; more is answered 431.
    package var headerBytes = 16 * 1024
    /// Fields of a request, trailers included; more is answered 431.
    package var headerFields = 64
    /// Bytes of the request target; more is answered 414.
    package var targetBytes = 8 * 1024
    /// Bytes of a body after transfer decoding; more is answered 413.
    package var bodyBytes = 1024 * 1024
    /// Routes that stream more than ``bodyBytes``.
    package var uploads: [Upload] = []

    /// From the opening of the connection, or from the first byte of a later request, to the end of its head.
    package var headerDeadline: Duration = .seconds(10)
    /// From the end of the head to the end of the body.
    package var bodyDeadline: Duration = .seconds(30)
    /// From the end of a response to the first byte of the next request.
    package var idleDeadline: Duration = .seconds(75)
    /// A client that takes less than ``writeProgressBytes`` of a waiting response in this time is cut off.
    package var writeDeadline: Duration = .seconds(30)
    package var writeProgressBytes = 64 * 1024

    /// After a response that ends the connection we go on reading, and throw away, for so long and so many bytes:
    /// closing with unread input makes the kernel send a reset, which may destroy the response on its way
    /// (RFC 9112 §9.6).
    package var lingerDeadline: Duration = .seconds(1)
    package var lingerBytes = 64 * 1024

    package init() {}

    /// A route whose body may be longer, and take longer, than others: an import.
    package struct Upload: Sendable {
        /// The path as clients write it, without a trailing slash: it and what lies below it are meant.
        package let path: String
        package let bytes: Int
        package let deadline: Duration

        package init(path: String, bytes: Int, deadline: Duration) {
            self.path = path
            self.bytes = bytes
            self.deadline = deadline
        }
    }

    /// What the body of a request for this target may cost.
    func body(of target: String) -> (bytes: Int, deadline: Duration) {
        for upload in uploads where target.hasPrefix(upload.path) {
            switch target.utf8.dropFirst(upload.path.utf8.count).first {
            case nil, UInt8(ascii: "/"), UInt8(ascii: "?"): return (upload.bytes, upload.deadline)
            default: continue
            }
        }
        return (bodyBytes, bodyDeadline)
    }
}

import NIOHTTP1

/// What the head of a request says about the bytes that follow it, when everybody who reads it reads the same.
struct RequestFraming: Equatable, Sendable {
    enum Body: Equatable, Sendable {
        case none
        case length(Int)
        case chunked
    }

    var body: Body
    /// The client waits for `100 Continue` before it sends the body.
    var expectsContinue: Bool
}

/// The rules of a request's head that NIO's decoder does not hold: RFC 9112 where it leaves a choice, the stricter one,
/// so that no proxy in front of us can see other requests in the same bytes than we do.
enum RequestRules {
    /// The methods that some route of ours serves, as `Allow` lists them. TRACE and CONNECT are never among them.
    static let allowed = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"

    private static func isServed(_ method: HTTPMethod) -> Bool {
        switch method {
        case .GET, .HEAD, .POST, .PUT, .PATCH, .DELETE, .OPTIONS: true
        default: false
        }
    }

    /// How the request is framed, or why it is refused. The limits are those of ``EdgeLimits``.
    static func framing(
        of head: HTTPRequestHead, within limits: EdgeLimits
    ) throws(EdgeRefusal) -> RequestFraming {
        guard isServed(head.method) else { throw .methodNotAllowed }
        guard head.version == .http1_1 || head.version == .http1_0 else { throw .malformedRequest }
        guard head.uri.utf8.count <= limits.targetBytes else { throw .targetTooLong }
        guard RequestTarget.isOrigin(head.uri) else { throw .invalidTarget }

        let fields = try FramingFields(head.headers)
        guard fields.hosts == 1 else { throw .hostRequired }
        if fields.contentCoding { throw .unsupportedContentCoding }

        let body = try body(from: fields, version: head.version)
        switch head.method {
        case .POST, .PUT, .PATCH: break
        default: guard body == .none || body == .length(0) else { throw .unexpectedBody }
        }
        if case .length(let count) = body, count > limits.body(of: head.uri).bytes { throw .bodyTooLarge }
        return RequestFraming(body: body, expectsContinue: try expectsContinue(fields, head.version, body))
    }

    /// RFC 9112 §6.3, without its leniencies.
    private static func body(
        from fields: FramingFields, version: HTTPVersion
    ) throws(EdgeRefusal) -> RequestFraming.Body {
        switch (fields.transferCoding, fields.contentLength) {
        case (nil, nil): return .none
        case (.some, .some): throw .ambiguousLength
        case (let coding?, nil):
            guard version == .http1_1, coding.lowercased() == "chunked" else { throw .unsupportedTransferCoding }
            return .chunked
        case (nil, let text?):
            // Digits and nothing else: `Int` alone would take a sign.
            guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                let count = Int(text)
            else { throw .malformedRequest }
            return .length(count)
        }
    }

    /// RFC 9110 §10.1.1: an HTTP/1.0 client cannot wait, nor one that has nothing to send.
    private static func expectsContinue(
        _ fields: FramingFields, _ version: HTTPVersion, _ body: RequestFraming.Body
    ) throws(EdgeRefusal) -> Bool {
        guard let expectation = fields.expectation else { return false }
        guard expectation.lowercased() == "100-continue" else { throw .unsupportedExpectation }
        return version == .http1_1 && body != .none && body != .length(0)
    }
}

/// The few fields that framing depends on, gathered in one pass.
private struct FramingFields {
    var hosts = 0
    var contentLength: String?
    var transferCoding: String?
    var expectation: String?
    var contentCoding = false

    init(_ headers: HTTPHeaders) throws(EdgeRefusal) {
        for (name, value) in headers {
            // By length first: most fields are none of these.
            switch name.utf8.count {
            case 4 where name.isFieldName("host"):
                hosts += 1
                guard RequestTarget.isHost(value) else { throw .hostRequired }
            case 6 where name.isFieldName("expect"):
                guard expectation == nil else { throw .unsupportedExpectation }
                expectation = value
            case 14 where name.isFieldName("content-length"):
                guard contentLength == nil else { throw .ambiguousLength }
                contentLength = value
            case 16 where name.isFieldName("content-encoding"): contentCoding = true
            case 17 where name.isFieldName("transfer-encoding"):
                guard transferCoding == nil else { throw .unsupportedTransferCoding }
                transferCoding = value
            default: break
            }
        }
    }
}

package import HTTPTypes
import Hummingbird
import Logging
import Schema

/// Gives each request its id, language, trace and client, and each answer the headers that every answer has.
struct RequestIdentity: RouterMiddleware {
    let proxies: TrustedProxies

    func handle(
        _ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.requestID = request.headers[.requestID].flatMap(Self.wellFormed) ?? context.id
        context.language = Language(acceptLanguage: request.headers[.acceptLanguage])
        context.trace = request.headers[.traceparent].flatMap { TraceContext($0) }
        context.forwardedAddress = proxies.client(of: request, from: context.remoteAddress?.ipAddress)
        context.logger[metadataKey: "request_id"] = "\(context.requestID)"
        if let trace = context.trace { context.logger[metadataKey: "trace_id"] = "\(trace.traceID)" }
        var response = try await next(request, context)
        response.headers[.requestID] = context.requestID
        response.headers[.contentTypeOptions] = "nosniff"
        return response
    }

    /// What a caller may choose as an id: it will stand in our logs, so letters, digits, `-`, `_`, `.` only, and
    /// no national identifier.
    static func wellFormed(_ text: String) -> String? {
        let allowed = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        return allowed && (1...128).contains(text.utf8.count) && !NationalIdentifier.isFound(inCode: text) ? text : nil
    }
}

extension HTTPField.Name {
    package static let requestID = HTTPField.Name("Request-Id")!
    package static let traceparent = HTTPField.Name("traceparent")!
    package static let contentTypeOptions = HTTPField.Name("X-Content-Type-Options")!
    package static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
    /// RFC 8288.
    package static let link = HTTPField.Name("Link")!
    package static let snapshotAge = HTTPField.Name("Snapshot-Age")!
}

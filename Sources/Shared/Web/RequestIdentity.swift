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
        context.traceparent = request.headers[.traceparent].flatMap(Self.wellFormedTrace)
        context.forwardedAddress = proxies.client(of: request, from: context.remoteAddress?.ipAddress)
        context.logger[metadataKey: "request_id"] = "\(context.requestID)"
        var response = try await next(request, context)
        response.headers[.requestID] = context.requestID
        response.headers[.contentTypeOptions] = "nosniff"
        return response
    }

    /// What a caller may choose as an id: it will stand in our logs, so letters, digits, `-`, `_`, `.` only.
    static func wellFormed(_ text: String) -> String? {
        let allowed = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        return allowed && (1...128).contains(text.utf8.count) ? text : nil
    }

    /// W3C Trace Context §3.2: `00-<32 hex>-<16 hex>-<2 hex>`, in lower case, neither id all zeros.
    static func wellFormedTrace(_ text: String) -> String? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [2, 32, 16, 2], parts[0] != "ff",
            parts.allSatisfy({ $0.utf8.allSatisfy(isLowerHexadecimal) }),
            parts[1...2].allSatisfy({ $0.contains { $0 != "0" } })
        else { return nil }
        return text
    }

    private static func isLowerHexadecimal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
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

import Hummingbird
import Schema

/// One resource, one path: Hummingbird's router would take `/v1//things/` for `/v1/things`, where a proxy in front may
/// have other rules for the two, and a cache two entries.
struct ExactPaths: RouterMiddleware {
    func handle(
        _ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        var last: UInt8?
        for byte in request.uri.path.utf8 {
            if byte == UInt8(ascii: "/"), last == byte { throw Refusal(.notFound) }
            last = byte
        }
        if last == UInt8(ascii: "/") { throw Refusal(.notFound) }
        return try await next(request, context)
    }
}

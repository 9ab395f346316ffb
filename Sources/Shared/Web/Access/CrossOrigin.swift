import HTTPTypes
package import Hummingbird

/// Answers cross-origin requests of browsers (Fetch standard, CORS protocol) for the origins on the allow-list, and
/// gives the others no such header: their browsers then keep the answer from the page.
package struct CrossOrigin: RouterMiddleware {
    package typealias Context = ServiceContext
    private let origins: Set<String>

    package init(origins: [String]) { self.origins = Set(origins) }

    package func handle(
        _ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        guard let origin = request.headers[.origin] else { return try await next(request, context) }
        guard origins.contains(origin) else {
            var response = try await next(request, context)
            response.headers[.vary] = "Origin"
            return response
        }
        var response =
            isPreflight(request)
            ? Response(status: .noContent, headers: Self.preflight) : try await next(request, context)
        response.headers[.accessControlAllowOrigin] = origin
        response.headers[.accessControlExposeHeaders] = "ETag, Link, Location, Request-Id, Retry-After, Snapshot-Age"
        response.headers[.vary] = "Origin"
        return response
    }

    private func isPreflight(_ request: Request) -> Bool {
        request.method == .options && request.headers[.accessControlRequestMethod] != nil
    }

    private static let preflight: HTTPFields = [
        .accessControlAllowMethods: "GET, POST, PUT, PATCH, DELETE",
        .accessControlAllowHeaders:
            "Authorization, Content-Type, Accept-Language, If-Match, If-None-Match, Idempotency-Key, Request-Id",
        .accessControlMaxAge: "600",
    ]
}

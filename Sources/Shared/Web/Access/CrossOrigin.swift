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
        if origins.isEmpty { return try await next(request, context) }
        let allowed = request.headers[.origin].flatMap { origins.contains($0) ? $0 : nil }
        var response =
            allowed != nil && isPreflight(request)
            ? Response(status: .noContent, headers: Self.preflight) : try await next(request, context)
        // Also where no origin is named: a cache must not give that answer to a page of another origin.
        response.headers.append(HTTPField(name: .vary, value: "Origin"))
        if let allowed {
            response.headers[.accessControlAllowOrigin] = allowed
            response.headers[.accessControlExposeHeaders] =
                "ETag, Link, Location, Request-Id, Retry-After, Snapshot-Age"
        }
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

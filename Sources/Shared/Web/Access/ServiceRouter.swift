import HTTPTypes
package import Hummingbird
import Schema
package import Tokens

/// Turns the list of a service's routes into its router: authentication before every handler, 405 for the methods a
/// path does not have, problems for whatever is thrown.
package struct ServiceRouter {
    package let routes: [Route]
    package let verifier: TokenVerifier
    package let proxies: TrustedProxies
    package let middlewares: [any MiddlewareProtocol<Request, Response, ServiceContext>]

    /// - Parameter middlewares: run outside in, once the request has its identity and around what answers problems.
    package init(
        routes: [Route], verifier: TokenVerifier, proxies: TrustedProxies = .none,
        middlewares: [any MiddlewareProtocol<Request, Response, ServiceContext>] = []
    ) {
        self.routes = routes
        self.verifier = verifier
        self.proxies = proxies
        self.middlewares = middlewares
    }

    package func responder() -> RouterResponder<ServiceContext> {
        let router = Router(context: ServiceContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: RequestIdentity(proxies: proxies))
        for middleware in middlewares { router.add(middleware: middleware) }
        router.add(middleware: ProblemResponses())
        router.add(middleware: ExactPaths())
        for route in routes {
            let guarded = Guarded(route: route, verifier: verifier)
            router.on(RouterPath(route.path), method: route.method, responder: guarded)
        }
        for (path, methods) in Dictionary(grouping: routes, by: \.path).mapValues({ Set($0.map(\.method)) }) {
            addRefusals(to: router, path: path, allowed: methods)
        }
        return router.buildResponder()
    }

    /// RFC 9110 §15.5.6: a known path answers 405 with `Allow` to the methods it does not have.
    private func addRefusals(
        to router: Router<ServiceContext>, path: String, allowed: Set<HTTPRequest.Method>
    ) {
        var names = allowed.map(\.rawValue)
        if allowed.contains(.get) { names.append("HEAD") }
        let allow = names.sorted().joined(separator: ", ")
        let all: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options]
        for method in all where !allowed.contains(method) && !(method == .head && allowed.contains(.get)) {
            router.on(RouterPath(path), method: method) { request, context in
                var response = ProblemResponse(Refusal(.methodNotAllowed)).response(to: request, context)
                response.headers[.allow] = allow
                return response
            }
        }
    }
}

/// A route behind its access rule.
private struct Guarded: HTTPResponder {
    let route: Route
    let verifier: TokenVerifier

    func respond(to request: Request, context: ServiceContext) async throws -> Response {
        guard case .anyOf(let scopes) = route.access else {
            try negotiate(request)
            return try await answer(request, context)
        }
        var context = context
        let token = try await Authentication(verifier: verifier).authenticate(request, context)
        guard !token.scopes.isDisjoint(with: scopes) else {
            let needed = scopes.map(\.rawValue).sorted().joined(separator: " ")
            throw Refusal(
                .insufficientScope, fr: "L’une de ces portées est nécessaire : \(needed).",
                en: "One of these scopes is needed: \(needed).")
        }
        context.token = token
        try negotiate(request)
        return try await answer(request, context)
    }

    private func answer(_ request: Request, _ context: ServiceContext) async throws -> Response {
        if route.isBrief { return try await route.handler(request, context) }
        return try await awayFromLoop { try await route.handler(request, context) }
    }

    private func negotiate(_ request: Request) throws(Refusal) {
        if !route.produces.isEmpty { _ = try request.preferredType(among: route.produces) }
    }
}

package import HTTPTypes
package import Hummingbird
package import Schema

/// Who may call a route. There is no default: a route says it or does not compile.
package enum Access: Sendable, Equatable {
    /// Everyone, without a token: descriptions of the service and static pages, never data.
    case open
    /// The bearer of a token that holds at least one of these scopes.
    case anyOf(Set<Scope>)

    package static func scope(_ scope: Scope) -> Access { .anyOf([scope]) }
}

/// One operation of a service's API: what OpenAPI calls an operation, with what is needed to serve it.
package struct Route: Sendable {
    package typealias Handler = @Sendable (Request, ServiceContext) async throws -> Response

    package let method: HTTPRequest.Method
    /// An OpenAPI path template such as `/v1/structures/{id}`.
    package let path: String
    package let access: Access
    /// The media types of its answers that are no problems; none where it answers without content. Whoever takes none of
    /// them is refused before the handler runs; one with several asks ``Hummingbird/Request/preferredType(among:)``.
    package let produces: [String]
    /// Whether its answers come from memory in well under a millisecond: then they are made on the connection's own event
    /// loop (``LoopExecutor``). A handler that sees that one will not be leaves it (``awayFromLoop(_:)``).
    package let isBrief: Bool
    package let handler: Handler

    package init(
        _ method: HTTPRequest.Method, _ path: String, _ access: Access, produces: [String] = ["application/json"],
        isBrief: Bool = false, _ handler: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.produces = produces
        self.isBrief = isBrief
        self.handler = handler
    }
}

extension Route {
    /// A route of the contract that is not served yet: it authenticates, then says so (501), and stores nothing.
    package static func planned(_ method: HTTPRequest.Method, _ path: String, _ access: Access) -> Route {
        Route(method, path, access) { _, _ in
            throw Refusal(
                .notImplemented, fr: "Cette opération n’est pas encore disponible. Rien n’a été enregistré.",
                en: "This operation is not available yet. Nothing was stored.")
        }
    }
}

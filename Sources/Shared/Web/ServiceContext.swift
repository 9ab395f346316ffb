package import Foundation
package import Hummingbird
import Logging
package import NIOCore
package import Schema
package import Tokens

/// What is known of one request beside the request itself.
package struct ServiceContext: RequestContext, RemoteAddressRequestContext {
    package var coreContext: CoreRequestContextStorage
    package let remoteAddress: SocketAddress?
    /// The caller's `Request-Id` where it is well formed, else one of ours; answered, logged, and sent onwards.
    package var requestID: String
    /// The language of titles, details and labels.
    package var language: Language
    /// The caller's trace, where its `traceparent` is well formed; logged, and carried on by ``correlation``.
    package var trace: TraceContext?
    /// The caller's verified token: nil only on routes that are open to all.
    package var token: VerifiedToken?

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress
        requestID = ""
        language = .french
    }

    /// What goes with the calls that this request makes to other services of ours.
    package var correlation: Correlation { Correlation(requestID: requestID, trace: trace) }

    /// The caller, on a route that demands a scope.
    package var caller: VerifiedToken {
        get throws(Refusal) {
            guard let token else { throw Refusal(.unauthenticated) }
            return token
        }
    }

    /// A part of the path that the route's template names, percent-decoded after the path was split (RFC 3986 §2.4);
    /// nil where it does not decode to UTF-8.
    package func pathParameter(_ name: String) -> String? { parameters.get(name)?.removingPercentEncoding }

    /// An id in the path: anything that is none is found nowhere.
    package func id(_ name: String = "id") throws(Refusal) -> UUID {
        guard let id = pathParameter(name).flatMap({ UUID(text: $0) }) else { throw Refusal(.notFound) }
        return id
    }

    /// The client's address as a proxy of ours tells it; see ``TrustedProxies``.
    var forwardedAddress: String?

    /// The address that failures are counted by: the client's own, as far as trusted proxies tell it.
    package var clientAddress: String { forwardedAddress ?? remoteAddress?.ipAddress ?? "unknown" }
}

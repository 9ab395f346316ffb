import Foundation
import NIOHTTP1
import Schema

/// What is known of a request that the edge refuses, for the answer to say.
struct RefusedRequest {
    var language = Language.french
    /// HEAD is answered with fields and no body (RFC 9110 §9.3.2).
    var isHead = false
    /// Nil where no head could be read.
    var path: String?
    /// The caller's `Request-Id` where it is well formed, else one of ours.
    var id: String

    init(_ head: HTTPRequestHead? = nil) {
        let ids = head?.headers["request-id"] ?? []
        id = (ids.count == 1 ? RequestIdentity.wellFormed(ids[0]) : nil) ?? UUID.v7().text
        guard let head else { return }
        language = Language(acceptLanguage: head.headers.first(name: "accept-language"))
        isHead = head.method == .HEAD
        path = String(head.uri.prefix { $0 != "?" }.prefix(200))
    }
}

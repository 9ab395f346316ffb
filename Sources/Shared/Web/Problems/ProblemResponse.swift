import Foundation
import HTTPTypes
package import Hummingbird
package import Schema

/// A refusal as RFC 9457 `application/problem+json`, with our members `code`, `request_id` and `errors`.
package struct ProblemResponse {
    package let refusal: Refusal
    /// The `error` of an RFC 6750 challenge, where the refusal has one.
    package let challenge: String?

    package init(_ refusal: Refusal, challenge: String? = nil) {
        self.refusal = refusal
        self.challenge = challenge
    }

    package func response(to request: Request, _ context: ServiceContext) -> Response {
        let body = body(instance: request.uri.path, requestID: context.requestID, language: context.language)
        var headers: HTTPFields = [
            .contentType: "application/problem+json", .cacheControl: "no-store",
            .contentLanguage: context.language.rawValue,
        ]
        if let seconds = refusal.retryAfter { headers[.retryAfter] = String(seconds) }
        switch refusal.code {
        case .unauthenticated:
            headers[.wwwAuthenticate] = "Bearer realm=\"spro\"" + (challenge.map { ", error=\"\($0)\"" } ?? "")
        case .insufficientScope:
            headers[.wwwAuthenticate] = "Bearer realm=\"spro\", error=\"insufficient_scope\""
        default: break
        }
        return Response(status: refusal.code.status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }

    package func body(instance: String, requestID: String, language: Language) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("type", "urn:spro:problem:\(refusal.code.rawValue)")
            json.member("title", refusal.code.title[language])
            json.member("status", refusal.code.status.code)
            if let detail = refusal.detail { json.member("detail", detail[language]) }
            json.member("instance", String(instance.prefix(200)))
            json.member("code", refusal.code.rawValue)
            json.member("request_id", requestID)
            for (name, value) in refusal.members.members { json.member(name) { $0.value(value) } }
            if !refusal.violations.isEmpty {
                json.member("errors") { json in
                    json.array(of: refusal.violations) { json, violation in
                        json.object { json in
                            json.member("pointer", violation.pointer)
                            json.member("code", violation.code)
                            json.member("detail", violation.detail[language])
                        }
                    }
                }
            }
        }
        return json.bytes
    }
}

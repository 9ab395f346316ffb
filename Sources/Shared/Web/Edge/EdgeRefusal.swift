import Foundation
import NIOCore
import Schema

/// Why the edge answers by itself, before any route. Every one of them ends the connection.
enum EdgeRefusal: String, Error, Sendable, CaseIterable {
    case malformedRequest = "malformed-request"
    case ambiguousLength = "ambiguous-length"
    case unsupportedTransferCoding = "unsupported-transfer-coding"
    case hostRequired = "host-required"
    case invalidTarget = "invalid-target"
    case unexpectedBody = "unexpected-body"
    case methodNotAllowed = "method-not-allowed"
    case requestTimeout = "request-timeout"
    case bodyTooLarge = "body-too-large"
    case targetTooLong = "target-too-long"
    case unsupportedContentCoding = "unsupported-content-coding"
    case unsupportedExpectation = "unsupported-expectation"
    case headersTooLarge = "headers-too-large"
    case tooManyConnections = "too-many-connections"

    var status: Int {
        switch self {
        case .malformedRequest, .ambiguousLength, .unsupportedTransferCoding, .hostRequired, .invalidTarget,
            .unexpectedBody:
            400
        case .methodNotAllowed: 405
        case .requestTimeout: 408
        case .bodyTooLarge: 413
        case .targetTooLong: 414
        case .unsupportedContentCoding: 415
        case .unsupportedExpectation: 417
        case .headersTooLarge: 431
        case .tooManyConnections: 503
        }
    }

    /// The whole answer as bytes, because what is refused here may not have a head that an encoder could answer.
    ///
    func response(to request: RefusedRequest = RefusedRequest()) -> ByteBuffer {
        let language = request.language
        var json = JSONWriter()
        json.object { json in
            json.member("type", "urn:spro:problem:\(rawValue)")
            json.member("title", title[language])
            json.member("status", status)
            json.member("detail", detail[language])
            if let path = request.path { json.member("instance", path) }
            json.member("code", rawValue)
            json.member("request_id", request.id)
        }
        var response = ByteBuffer()
        response.reserveCapacity(512)
        response.writeString("HTTP/1.1 \(status) \(title.en)\r\n")
        response.writeString("Content-Type: application/problem+json\r\nContent-Language: \(language.rawValue)\r\n")
        response.writeString("Content-Length: \(json.bytes.count)\r\nCache-Control: no-store\r\n")
        response.writeString("Request-Id: \(request.id)\r\nX-Content-Type-Options: nosniff\r\n")
        response.writeString("Date: \(Self.date())\r\n\(field)Connection: close\r\n\r\n")
        if !request.isHead { response.writeBytes(json.bytes) }
        return response
    }

    /// The field that RFC 9110 asks for with this status, as a line.
    private var field: String {
        switch self {
        case .methodNotAllowed: "Allow: \(RequestRules.allowed)\r\n"
        case .unsupportedContentCoding: "Accept-Encoding: identity\r\n"
        case .tooManyConnections: "Retry-After: 1\r\n"
        default: ""
        }
    }

    /// Now, as an IMF-fixdate (RFC 9110 §5.6.7), whose names are English whatever the locale.
    private static func date() -> String {
        var seconds = time(nil)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let two = { (number: Int32) in number < 10 ? "0\(number)" : "\(number)" }
        let day = "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)])"
        return "\(day) \(parts.tm_year + 1900) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
    }
}

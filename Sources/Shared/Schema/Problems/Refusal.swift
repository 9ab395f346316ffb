/// Why a service says no, in the words of its domain. `Web` maps each code to an HTTP status, in one table.
package enum RefusalCode: String, Sendable, CaseIterable {
    case invalidParameters = "invalid-parameters"
    case malformedBody = "malformed-body"
    case invalidBody = "invalid-body"
    case bodyTooLarge = "body-too-large"
    case unsupportedMediaType = "unsupported-media-type"
    case notAcceptable = "not-acceptable"
    case unauthenticated = "unauthenticated"
    case insufficientScope = "insufficient-scope"
    case forbidden = "forbidden"
    case notFound = "not-found"
    /// What was there is no more, and will not come back under this address.
    case gone = "gone"
    case methodNotAllowed = "method-not-allowed"
    case conflict = "conflict"
    /// No body of the region has validated it: nothing is published of it.
    case notValidated = "not-validated"
    case preconditionRequired = "precondition-required"
    case preconditionFailed = "precondition-failed"
    case idempotencyKeyMissing = "idempotency-key-missing"
    case idempotencyKeyReused = "idempotency-key-reused"
    case idempotencyKeyInFlight = "idempotency-key-in-flight"
    /// The client went away, or the service stops: nobody waits for the answer.
    case cancelled = "cancelled"
    case tooManyRequests = "too-many-requests"
    case unavailable = "unavailable"
    /// What was asked for may have been stored or not.
    case outcomeUnknown = "outcome-unknown"
    case notImplemented = "not-implemented"
    case feedRewound = "feed-rewound"
    case internalError = "internal-error"
}

/// A refusal as the domain throws it: what, optionally why in a sentence, and every violation found.
///
/// Nothing in it may hold a person's data, a token or SQL: it is sent to the caller as it is.
package struct Refusal: Error, Sendable, Equatable {
    package let code: RefusalCode
    package let detail: LocalizedText?
    package let violations: [Violation]
    /// A hostile request may hold a hundred thousand mistakes; a refusal names at most this many.
    package static let shownViolations = 100
    /// Seconds after which a retry makes sense (`Retry-After`).
    package let retryAfter: Int?
    /// Further members of the problem (RFC 9457 §3.2), such as `current_state`.
    package let members: JSONObject

    package init(
        _ code: RefusalCode, detail: LocalizedText? = nil, violations: [Violation] = [], retryAfter: Int? = nil,
        members: JSONObject = [:]
    ) {
        self.code = code
        self.detail = detail
        self.violations = Array(violations.prefix(Self.shownViolations))
        self.retryAfter = retryAfter
        self.members = members
    }

    package init(_ code: RefusalCode, fr: String, en: String) {
        self.init(code, detail: LocalizedText(fr: fr, en: en))
    }
}

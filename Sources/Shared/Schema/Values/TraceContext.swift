/// Where a request stands in a trace that goes through several services (W3C Trace Context, Recommendation of
/// 23 November 2021): its `traceparent`, of which each service sends its own successor onwards. `tracestate`, which is
/// for tracing systems, is neither read nor sent.
package struct TraceContext: Sendable, Hashable {
    /// 32 lower-case hexadecimal digits: the same in every service that the request reaches.
    package let traceID: String
    /// 16 of them: the operation that the `traceparent` was sent by.
    package let parentID: String
    /// Whether the caller records this trace.
    package let isSampled: Bool

    private init(traceID: String, parentID: String, isSampled: Bool) {
        self.traceID = traceID
        self.parentID = parentID
        self.isSampled = isSampled
    }

    /// Reads a `traceparent` (§3.2): `00-<32 hex>-<16 hex>-<2 hex>`, in lower case, neither id all zeros. Nil for any
    /// other text, which is then as if it had not been sent.
    package init?(_ traceparent: String) {
        let parts = traceparent.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [2, 32, 16, 2], parts[0] != "ff",
            parts.allSatisfy({ $0.utf8.allSatisfy(Self.isLowerHexadecimal) }),
            parts[1...2].allSatisfy({ $0.contains { $0 != "0" } }), let flags = UInt8(parts[3], radix: 16)
        else { return nil }
        self.init(traceID: String(parts[1]), parentID: String(parts[2]), isSampled: flags & 1 == 1)
    }

    /// A trace that begins here, which nobody records.
    package static func begin() -> TraceContext {
        TraceContext(traceID: digits() + digits(), parentID: digits(), isSampled: false)
    }

    /// The same trace for a call that we make: with an operation of our own, in the version that we speak.
    package func next() -> TraceContext {
        TraceContext(traceID: traceID, parentID: Self.digits(), isSampled: isSampled)
    }

    /// The field `traceparent`.
    package var text: String { "00-\(traceID)-\(parentID)-\(isSampled ? "01" : "00")" }

    /// 16 random digits, not all zeros.
    private static func digits() -> String {
        let digits = String(UInt64.random(in: 1 ... .max), radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    private static func isLowerHexadecimal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}

/// For whose sake a service calls another: what both write in their logs. For services of ours only: to others, the ids
/// of our requests are no business of theirs.
package struct Correlation: Sendable, Hashable {
    package let requestID: String
    private let trace: TraceContext

    /// - Parameter trace: the caller's; without one, a trace begins here.
    package init(requestID: String, trace: TraceContext?) {
        self.requestID = requestID
        self.trace = trace ?? .begin()
    }

    package var traceID: String { trace.traceID }

    /// The fields of one call; of the next call they differ.
    package var fields: [(name: String, value: String)] {
        [("Request-Id", requestID), ("traceparent", trace.next().text)]
    }
}

import Schema
import Testing

@Suite("Trace contexts")
struct TraceContextTests {
    private static let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test("are read by the letter of the recommendation, or not at all")
    func reading() throws {
        let context = try #require(TraceContext(Self.good))
        #expect(context.traceID == "4bf92f3577b34da6a3ce929d0e0e4736" && context.parentID == "00f067aa0ba902b7")
        #expect(context.isSampled && context.text == Self.good)
        for (flags, isSampled) in [("00", false), ("01", true), ("02", false), ("ff", true)] {
            let context = try #require(TraceContext(Self.good.dropLast(2) + flags))
            // Flags that we do not know are not sent on (§3.2.2.5).
            #expect(context.isSampled == isSampled && context.text.hasSuffix(isSampled ? "-01" : "-00"))
        }
        for text in [
            "", "x", Self.good.uppercased(), "ff" + Self.good.dropFirst(2), String(Self.good.dropLast()),
            Self.good + "0", Self.good + "-00", " " + Self.good, Self.good + " ", "00-1-2-3",
            Self.good.replacing("-", with: "_"), Self.good.replacing("4bf92f35", with: "4bf92f3g"),
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", "\(Self.good), \(Self.good)",
        ] { #expect(TraceContext(text) == nil, "\(text)") }
    }

    @Test("go on with the same trace and an operation of their own")
    func next() throws {
        let context = try #require(TraceContext(Self.good))
        let calls = (0..<100).map { _ in context.next() }
        #expect(calls.allSatisfy { $0.traceID == context.traceID && $0.isSampled && TraceContext($0.text) == $0 })
        #expect(Set(calls.map(\.parentID)).union([context.parentID]).count == 101)
        let begun = (0..<100).map { _ in TraceContext.begin() }
        #expect(begun.allSatisfy { TraceContext($0.text) == $0 && !$0.isSampled })
        #expect(Set(begun.map(\.traceID)).count == 100)
    }

    @Test("are told to the next service beside the request's id, each call with its own operation")
    func correlation() throws {
        let correlation = Correlation(requestID: "r-1", trace: TraceContext(Self.good))
        let calls = [correlation.fields, correlation.fields]
        for fields in calls {
            #expect(fields.map(\.name) == ["Request-Id", "traceparent"] && fields[0].value == "r-1")
            let sent = try #require(TraceContext(fields[1].value))
            #expect(sent.traceID == correlation.traceID && sent.parentID != "00f067aa0ba902b7" && sent.isSampled)
        }
        #expect(calls[0][1].value != calls[1][1].value)
        // Without one, the calls of one request still belong together.
        let begun = Correlation(requestID: "r-2", trace: nil)
        let traces = [begun.fields[1].value, begun.fields[1].value].map { TraceContext($0)?.traceID }
        #expect(traces == [begun.traceID, begun.traceID])
    }
}

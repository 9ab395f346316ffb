import Schema
import Testing

@testable import Events

@Suite("Formats of events")
struct EventFormatTests {
    @Test(
        "the format that the caller prefers, lines among equals",
        arguments: [
            (nil, EventFormat.lines), ("*/*", .lines), ("application/*", .lines), ("application/x-ndjson", .lines),
            ("application/cloudevents-batch+json", .batch), ("Application/CloudEvents-Batch+JSON ; q=1", .batch),
            ("application/x-ndjson;q=0.4, application/cloudevents-batch+json;q=0.5", .batch),
            ("*/*;q=0.9, application/x-ndjson;q=0.1", .batch), ("*/*, application/x-ndjson;q=0", .batch),
            ("text/html, */*;q=0.1", .lines),
        ])
    func preference(_ accept: String?, _ format: EventFormat) throws {
        #expect(try EventFormat(accept: accept) == format)
    }

    @Test(
        "what we do not have is refused", arguments: ["text/html", "application/json", "*/*;q=0", "", "text/*", "q=1"])
    func refusal(_ accept: String) {
        let refusal = #expect(throws: Refusal.self) { try EventFormat(accept: accept) }
        #expect(refusal?.code == .notAcceptable)
    }
}

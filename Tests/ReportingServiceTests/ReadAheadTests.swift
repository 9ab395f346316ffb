import Support
import Synchronization
import Testing

@testable import ReportingService
@testable import ServiceCalls

@Suite("Reading ahead")
struct ReadAheadTests {
    /// A feed of five empty pages that notes what it was asked, and keeps those who ask for the third waiting.
    private final class Asked: Sendable {
        private let cursors = Mutex<[String]>([])
        private let cancelled = Mutex(0)

        var all: [String] { cursors.withLock { $0 } }
        var cancellations: Int { cancelled.withLock { $0 } }

        func page(after cursor: String?) async throws -> EventFeedPage {
            cursors.withLock { $0.append(cursor ?? "-") }
            let place = cursor.flatMap(Int.init) ?? 0
            if place == 2 {
                do {
                    try await Task.sleep(for: .seconds(60))
                } catch {
                    cancelled.withLock { $0 += 1 }
                    throw error
                }
            }
            if place == 4 { throw EventFeedRewound() }
            return EventFeedPage(events: [], cursor: "\(place + 1)", isLast: place == 6)
        }
    }

    @Test("asks for the next page before anybody does, once")
    func once() async throws {
        let asked = Asked()
        let ahead = ReadAhead(asked.page)
        #expect(try await ahead.page(after: nil).cursor == "1")
        try await eventually { asked.all == ["-", "1"] }
        #expect(try await ahead.page(after: "1").cursor == "2")
        try await eventually { asked.all == ["-", "1", "2"] }
        ahead.stop()
        try await eventually { asked.cancellations == 1 }
    }

    @Test("forgets what it has read where reading goes on elsewhere, and asks for nothing after the end")
    func elsewhere() async throws {
        let asked = Asked()
        let ahead = ReadAhead(asked.page)
        _ = try await ahead.page(after: "1")
        try await eventually { asked.all == ["1", "2"] }
        #expect(try await ahead.page(after: "6").isLast)
        try await eventually { asked.cancellations == 1 }
        try await Task.sleep(for: .milliseconds(50))
        #expect(asked.all == ["1", "2", "6"])
    }

    @Test("tells a failure to whoever asks for the page, and only then")
    func failure() async throws {
        let asked = Asked()
        let ahead = ReadAhead(asked.page)
        #expect(try await ahead.page(after: "3").cursor == "4")
        await #expect(throws: EventFeedRewound.self) { try await ahead.page(after: "4") }
    }

    @Test("is cancelled with whoever waits for it")
    func cancelled() async throws {
        let asked = Asked()
        let ahead = ReadAhead(asked.page)
        _ = try await ahead.page(after: "1")
        let waiting = Task { try await ahead.page(after: "2") }
        try await Task.sleep(for: .milliseconds(20))
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }
}

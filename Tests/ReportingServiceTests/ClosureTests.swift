import Schema
import Support
import Testing

@testable import ReportingService

@Suite("Closures")
struct ClosureTests {
    @Test("count once, as the structure tells of them on their first day, also of one that is gone later")
    func lastWord() async throws {
        var directory = ToldDirectory()
        let (one, gone) = (directory.id(), directory.id())
        typealias Closing = ToldDirectory.Closing
        let cancelled = Closing(from: "2024-03-04", to: "2024-03-08", announced: "2024-02-01")
        let early = Closing(from: "2024-03-11", to: "2024-03-12", announced: "2024-02-10")
        let late = Closing(from: "2024-03-13", to: "2024-03-15", announced: "2024-02-10")
        try directory.tell(one, closures: [cancelled, early], at: "2024-02-15")
        // One is given up, the other put off; then what is over is told no longer.
        try directory.tell(one, closures: [late], at: "2024-03-01")
        try directory.tell(one, at: "2024-04-01")
        // Told only when it had begun, and then that it lasts longer.
        try directory.tell(
            one, closures: [Closing(from: "2024-05-06", to: "2024-05-07")], at: "2024-05-07")
        try directory.tell(
            one, closures: [Closing(from: "2024-05-06", to: "2024-05-17")], at: "2024-05-08")
        try directory.tell(
            gone, closures: [Closing(from: "2024-03-20", to: "2024-03-22", announced: "2024-03-10")], at: "2024-03-10")
        directory.end(gone, at: "2024-06-01")
        let feed = TestFeed(directory.events)
        try await withReporting(after: { try await $0.takeIn(.directory, feed) }) { reporting in
            for (period, expected) in [("2024", [2, 3]), ("2024-03", [2, 2]), ("2024-05", [0, 1])] {
                let announced = try await reporting.rows("ACC3", "region=52&period=\(period)")["announced"]
                #expect(announced == expected.map(Optional.some), "\(period)")
            }
        }
    }
}

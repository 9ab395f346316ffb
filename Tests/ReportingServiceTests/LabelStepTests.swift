import Schema
import Support
import Testing

@testable import ReportingService

@Suite("Decisions on labels")
struct LabelStepTests {
    @Test("The end of a suspension is no new grant; what another call gives is")
    func suspension() async throws {
        var directory = ToldDirectory()
        let (structure, one, other) = (directory.id(), directory.id(), directory.id())
        try directory.tell(structure, at: "2024-01-01")
        for (decision, call, decided) in [
            ("accorde", one, "2024-01-20"), ("suspendu", one, "2024-03-01"), ("accorde", one, "2024-06-01"),
            ("suspendu", one, "2024-07-01"), ("retire", one, "2024-08-01"), ("accorde", other, "2024-09-09"),
        ] {
            directory.tellLabel(
                decision, of: structure, by: call, filed: call == one ? "2024-01-10" : "2024-09-01", decided: decided)
        }
        let feed = TestFeed(directory.events)
        try await withReporting(after: { try await $0.takeIn(.directory, feed) }) { reporting in
            let answer = try await reporting.get("/v1/indicators/GOV1/data?region=52&period=2024")
            let rows = (try answer.json.object?["items"]?.array ?? []).compactMap(\.object)
            let values = Dictionary(uniqueKeysWithValues: rows.map { ($0["measure"]?.string ?? "", $0["value"]?.int) })
            // Of ten days and of eight.
            #expect(values == ["filed": 2, "granted": 2, "withdrawn": 1, "delay": 9])
        }
    }
}

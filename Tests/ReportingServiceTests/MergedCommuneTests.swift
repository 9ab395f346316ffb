import Schema
import Support
import Testing

@testable import ReportingService

@Suite("Communes that were merged")
struct MergedCommuneTests {
    @Test("count once: a year's communes are those of the latest year that the region gave, whole")
    func merged() async throws {
        func line(_ commune: String, _ year: Int, _ population: Int, active: Int? = nil) -> String {
            #"{"external_id":"\#(commune)-\#(year)","commune":"\#(commune)","year":\#(year),"population":\#(population),"#
                + #""department":"44","region":"52","territories":["territoire-spro:52-0\#(commune.suffix(1))"]"#
                + (active.map { #","active_population":\#($0)"# } ?? "") + "}"
        }
        // The second is a part of the first from 2024 on.
        let lines = [
            line("44101", 2023, 700, active: 300), line("44102", 2023, 200, active: 90), line("44101", 2024, 910),
        ]
        try await withReporting { reporting in
            #expect(try await reporting.contribute(lines.joined(separator: "\n")).status == 200)
            for (year, population, territories) in [(2023, 900, 2), (2024, 910, 1), (2025, 910, 1)] {
                let coverage = try await reporting.rows("ACC1", "region=52&period=\(year)")["coverage"]
                #expect(coverage == [0, population], "\(year)")
                let coordinators = try await reporting.rows("GOV4", "region=52&period=\(year)")["coordinators"]
                #expect(coordinators == [0, territories], "\(year)")
                // Who is active was not told of 2024.
                let takeUp = try await reporting.rows("CEP2", "region=52&period=\(year)")["take_up"]
                #expect(takeUp == [0, 390], "\(year)")
            }
        }
    }
}

import Foundation
import Schema
import Support
import Testing
import Web

@testable import ReportingService

@Suite("Large contributions")
struct ContributionVolumeTests {
    @Test("of 50,000 lines are stored, and nothing of them where the last line is wrong", .timeLimit(.minutes(2)))
    func lines() async throws {
        try await withReporting { reporting in
            let header = "external_id,month,channel,sessions\n"
            let lines = (0..<50_000).map { "w\($0),2026-0\($0 % 9 + 1),en-ligne,\($0)" }.joined(separator: "\n")
            #expect(lines.utf8.count > 1 << 20 && lines.utf8.count < ContributionBody.upload.bytes)
            func send(_ text: String) async throws -> RunningService.Answer {
                try await reporting.contribute(text, type: "text/csv", kind: "web-statistics")
            }
            let wrong = try await send(header + lines + "\nw50000,2026-09,en-ligne,-1")
            #expect(try wrong.errors == ["/50002/sessions out-of-range"])
            #expect(try await reporting.stored(WebStatistic.self).isEmpty)
            let first = try await send(header + lines)
            #expect(try first.counts == [50_000, 50_000, 0, 0], "\(first.text.prefix(300))")
            let again = try await send(
                header + lines.replacing("w7,2026-08,en-ligne,7\n", with: "w7,2026-08,visio,7\n"))
            #expect(try again.counts == [50_000, 0, 1, 49_999])
        }
    }

    @Test("are refused beyond their bounds")
    func bounds() async throws {
        try await withReporting { reporting in
            let bodies = [
                (String(repeating: " ", count: ContributionBody.upload.bytes), "application/x-ndjson", 200),
                ("[" + String(repeating: "1,", count: 100_000) + "1]", "application/json", 413),
            ]
            for (text, type, status) in bodies {
                let answer = try await reporting.contribute(text, type: type, kind: "web-statistics")
                #expect(answer.status == status, "\(type)")
            }
            // One byte more is refused before any of them is read.
            let port = try #require(URL(string: reporting.service.url)?.port)
            let client = try RawClient(port: port)
            try await client.send(
                "POST /v1/contributions/incidents HTTP/1.1\r\nHost: a\r\n"
                    + "Content-Length: \(ContributionBody.upload.bytes + 1)\r\n\r\n")
            #expect(try await client.response(to: "POST").status == 413)
        }
    }
}

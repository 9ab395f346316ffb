import Foundation
import Schema
import Support
import Testing

@Suite("Instants: RFC 3339")
struct InstantTests {
    @Test(
        "reads UTC, offsets and fractions",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:00.5Z", 0.5), ("1969-12-31T23:59:59Z", -1),
            ("1969-12-31T23:59:59.250Z", -0.75), ("2024-02-29T12:30:45Z", 1_709_209_845),
            ("2000-02-29T00:00:00+00:00", 951_782_400), ("2000-01-01T00:00:00-00:00", 946_684_800),
            ("1985-04-12T23:20:50.52Z", 482_196_050.52), ("1996-12-19T16:39:57-08:00", 851_042_397),
            ("1937-01-01T12:00:27.87+00:20", -1_041_337_172.13), ("2026-10-01T00:30:00+02:00", 1_790_807_400),
            ("2026-01-01T23:59:59.999999999Z", 1_767_311_999.999999999), ("2026-01-01T00:00:00+23:59", 1_767_139_260),
            ("0001-01-01T00:00:00Z", -62_135_596_800), ("9999-12-31T23:59:59Z", 253_402_300_799),
        ])
    func reads(_ text: String, _ seconds: Double) throws {
        #expect(abs(try #require(RFC3339.parse(text)).timeIntervalSince1970 - seconds) < 0.000_01)
    }

    @Test(
        "refuses what no clock shows and what the grammar has not",
        arguments: [
            "2026-02-30T00:00:00Z", "2025-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
            "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-32T00:00:00Z",
            "0000-01-01T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T25:00:00Z", "2026-01-01T23:60:00Z",
            "2016-12-31T23:59:60Z", "2026-01-01T23:59:61Z", "2026-01-01T00:00:00", "2026-01-01T00:00Z", "2026-01-01",
            "2026-01-01 00:00:00Z", "2026-01-01t00:00:00Z", "2026-01-01T00:00:00z", "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00,5Z", "2026-01-01T00:00:00.5", "2026-01-01T00:00:00.1234567890Z",
            "2026-01-01T00:00:00+0200", "2026-01-01T00:00:00+02", "2026-01-01T00:00:00+24:00",
            "2026-01-01T00:00:00+02:60", "2026-01-01T00:00:00 +02:00", "2026-01-01T00:00:00Z ", " 2026-01-01T00:00:00Z",
            "2026-01-01T00:00:00ZZ", "2026-1-01T00:00:00.0Z", "+2026-01-01T00:00:00Z", "12026-01-01T00:00:00Z",
            "2026/01/01T00:00:00Z", "2026-01-01T00.00.00Z", "2026-01-01T-1:00:00Z", "2026-01-01T+1:00:00Z", "",
            "２026-01-01T00:00:00Z", "2026-01-01T00:00:00−02:00", "20260101T000000Z00000", "99999999999999999999",
            // Real instants that lie in no year which the grammar can write.
            "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
        ])
    func refuses(_ text: String) { #expect(RFC3339.parse(text) == nil) }

    @Test("writes UTC, with milliseconds where there are any")
    func writes() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"), (0.5, "1970-01-01T00:00:00.500Z"), (-0.001, "1969-12-31T23:59:59.999Z"),
            (0.0004, "1970-01-01T00:00:00Z"), (0.9996, "1970-01-01T00:00:01Z"),
            (-62_135_596_800, "0001-01-01T00:00:00Z"), (253_402_300_799.999, "9999-12-31T23:59:59.999Z"),
        ] {
            #expect(RFC3339.format(Date(timeIntervalSince1970: seconds)) == text)
        }
    }

    @Test("agrees with Foundation over random instants from 1600 to 9999")
    func agrees() throws {
        let whole = Date.ISO8601FormatStyle()
        let fractional = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        var generator = SeededGenerator(seed: 3339)
        for _ in 0..<runs(2_000) {
            let milliseconds = generator.int(-11_676_096_000_000...253_402_300_799_999)
            let instant = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
            let text = RFC3339.format(instant)
            let theirs = try (text.contains(".") ? fractional : whole).parse(text)
            #expect(abs(theirs.timeIntervalSince(instant)) < 0.0005, "\(text)")
            #expect(RFC3339.parse(text).map { abs($0.timeIntervalSince(instant)) < 0.000_1 } == true, "\(text)")

            let second = Date(timeIntervalSince1970: Double(milliseconds / 1000))
            #expect(whole.format(second) == RFC3339.format(second))
            let minutes = generator.int(-839...839)
            let zone = try #require(TimeZone(secondsFromGMT: minutes * 60))
            let local = Date.ISO8601FormatStyle(timeZoneSeparator: .colon, timeZone: zone).format(second)
            // Foundation's own check: where the local day leaves the year 9999, neither writes it.
            if local.utf8.count <= 25 { #expect(RFC3339.parse(local) == second, "\(local)") }
        }
    }
}
